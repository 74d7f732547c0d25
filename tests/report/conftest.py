"""A report of a made-up build."""

from pathlib import Path

import pytest

from tests.report import made_up
from tinykd.project.schema import GatesSection, Project, ProjectSection, TargetSection
from tinykd.report.assemble import assemble_report
from tinykd.report.model import Report


@pytest.fixture
def project() -> Project:
    return Project(
        project=ProjectSection(name="digits"),
        target=TargetSection(board=made_up.BOARDS),
        gates=GatesSection(accuracy_drop_points=1.0, flash_bytes=65536),
    )


@pytest.fixture
def report(tmp_path: Path, project: Project) -> Report:
    return assemble_report(made_up.stage_folders(tmp_path / "build"), project)
