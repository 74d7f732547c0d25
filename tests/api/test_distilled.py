"""What ``tinykd.distill`` gives, from made-up stage folders: quick."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tests.report import made_up
from tinykd.api.distilled import Distilled
from tinykd.project.schema import Project, ProjectSection


def test_no_gate_fails_of_boards_that_nobody_asked(tmp_path: Path) -> None:
    """The report of a run from Python said "a gate fails": exactness, which only a board can show."""
    made_up.stage_folders(tmp_path / "build")
    made_up.write(tmp_path / "build/model/quantize", "features.json", {})
    space: Any = SimpleNamespace(
        build=tmp_path / "build", project=Project(project=ProjectSection(name="digits"))
    )
    html = Distilled(space).report().html
    assert "a gate fails" not in html and 'id="gates"' not in html
    assert "From the teacher to the device" in html
