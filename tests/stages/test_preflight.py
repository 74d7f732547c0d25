"""Before anyone is trained: what a board cannot hold is refused, a gate that cannot be passed is reported."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.notes import Notes
from tinykd.engine.stage import Job
from tinykd.errors import BudgetError
from tinykd.pipeline.preflight import check_room
from tinykd.pipeline.stages import stage_named
from tinykd.project.schema import Project

FIXTURE = Path(__file__).parents[1] / "fixtures/digits.tflite"
ARENA, STACK = 1312, 4096  # of the fixture on the M4; of the board


def room(root: Path, board: str = "qemu-mps2-an386", **sections: Any) -> list[str]:
    """What is noted."""
    kept = root / "build/model/check/untrained.tflite"
    kept.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(FIXTURE, kept)
    project = Project.model_validate({"project": {"name": "digits"}, **sections})
    notes = Notes()
    check_room(Job("train", project, root, root / "out", boards=("host", board)), notes)
    return notes.said


def test_the_least_that_gates_must_allow(tmp_path: Path) -> None:
    assert room(tmp_path, gates={"ram_bytes": ARENA + STACK}) == []
    (said,) = room(tmp_path, gates={"ram_bytes": ARENA + STACK - 1})
    assert said == (
        f"a gate will fail: digits on qemu-mps2-an386: arena {ARENA:,} and stack {STACK:,} "
        f"are {ARENA + STACK:,} bytes of RAM; "
        f"expected at most the {ARENA + STACK - 1:,} of [gates] ram_bytes. "
        "Make [student] width or the samples smaller, or allow more"
    )
    (said,) = room(tmp_path, gates={"flash_bytes": 100})
    assert re.search(r"weights alone are .* bytes of flash; expected at most the 100 ", said)


def test_a_vendor_s_linker_reserves_no_stack(tmp_path: Path) -> None:
    assert room(tmp_path, "nucleo_f401re", gates={"ram_bytes": ARENA}) == []
    (said,) = room(tmp_path, "nucleo_f401re", gates={"ram_bytes": ARENA - 1})
    assert said.startswith(
        f"a gate will fail: digits on nucleo_f401re: the arena alone is {ARENA:,} bytes of RAM; "
        "expected at most the "
    )


def test_a_board_that_is_too_small(tmp_path: Path) -> None:
    own = (Path(__file__).parents[2] / "boards/qemu-microbit.toml").read_text()
    assert "ram_bytes = 16_384" in own
    (tmp_path / "small.toml").write_text(own.replace("ram_bytes = 16_384", "ram_bytes = 3500"))
    with pytest.raises(BudgetError, match=r"digits on small: arena .* expected at most 3,500\. It may fit"):
        room(tmp_path, "small", target={"board": ["small.toml"]})


@pytest.mark.parametrize("later", [{"pruning": {}}, {"target": {"runtime": "tflm"}}])
def test_who_may_pass_yet_is_not_told(tmp_path: Path, later: dict[str, Any]) -> None:
    assert room(tmp_path, gates={"ram_bytes": 1000}, **later) == []


def test_the_question_comes_before_the_teacher() -> None:
    assert stage_named("train").load_prepare() is check_room
