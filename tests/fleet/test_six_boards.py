"""Six emulated boards in one fleet, of which one fails: its file has the RAM where the chip has none."""

from pathlib import Path

import pytest
from junitparser import JUnitXml

from tests.cli.conftest import Run, tinykd
from tests.compiler.models import dense_net
from tinykd.fleet.history import read_history
from tinykd.paths import BOARDS

__all__ = ["tinykd"]
RIGHT = ("qemu-microbit", "qemu-lm3s6965evb", "qemu-mps2-an386", "qemu-riscv32-virt", "qemu-netduinoplus2")
FLEET = '[fleet]\nmodels = ["tiny.tflite"]\nsamples = 3\nretries = 1\n'


def write_fleet(folder: Path) -> None:
    """The fleet's file, the model, and the wrong board's own file."""
    (folder / "tiny.tflite").write_bytes(dense_net(0))
    right = (BOARDS / "qemu-microbit.toml").read_text()
    wrong = right.replace("ram_origin = 0x2000_0000", "ram_origin = 0x2008_0000")
    assert wrong != right
    (folder / "no_ram.toml").write_text(wrong)
    boards = "".join(f"[board.{name}]\n" for name in RIGHT)
    (folder / "boards.toml").write_text(f'{FLEET}{boards}[board.wrong]\nboard = "no_ram.toml"\n')


@pytest.mark.slow
def test_one_of_six_emulated_boards_fails_and_the_others_are_exact(tinykd: Run, tmp_path: Path) -> None:
    write_fleet(tmp_path)
    done = tinykd("fleet", "boards.toml", "--commit", "abc123")
    assert done.returncode == 2, done.stderr
    (run,) = read_history(tmp_path / "build/fleet/history.jsonl")
    *right, wrong = run.cells
    assert [(cell.board, cell.verdict) for cell in right] == [(name, "good") for name in RIGHT]
    assert all(cell.figures is not None and cell.figures.exact == 3 for cell in right)
    assert (wrong.board, wrong.verdict, wrong.attempts, wrong.figures) == ("wrong", "failed", 2, None)
    assert len(wrong.reasons) == 1 and wrong.reasons[0] in done.stderr
    report = JUnitXml.fromfile(str(tmp_path / "build/fleet/junit.xml"))
    assert [suite.name for suite in report] == [*RIGHT, "wrong"]
    assert (report.tests, report.errors, report.failures) == (6, 1, 0)
    page = (tmp_path / "build/fleet/fleet.html").read_text()
    assert all(name in page for name in (*RIGHT, "wrong", "abc123"))
