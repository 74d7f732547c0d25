"""Cells in turn: verdicts beside the last good run, retries, power, another revision."""

import sys
from pathlib import Path

import pytest

from tests.fleet.made import FACTS, GOOD, HEAD, FakeBoards, fleet, ran, run_of
from tinykd.errors import BudgetError, LinkError
from tinykd.fleet import load_fleet
from tinykd.fleet.record import CellFigures

TWO = '[board.host]\n[board.desk]\nboard = "qemu-microbit"\n'
SILENT = LinkError("socket://h:1", "no answer in 60 s")


def better(**changes: object) -> CellFigures:
    return GOOD.model_copy(update=changes)


def test_a_board_that_fails_does_not_keep_the_others_from_being_asked(tmp_path: Path) -> None:
    boards = FakeBoards(host=SILENT)
    failed, good = ran(fleet(tmp_path, TWO), boards)
    assert (failed.verdict, failed.attempts, failed.reasons) == ("failed", 2, (str(SILENT),))
    assert (good.verdict, good.attempts, good.figures) == ("good", 1, GOOD)
    assert boards.asked == ["host", "host", "desk"]


def test_what_goes_well_the_second_time_is_good(tmp_path: Path) -> None:
    (record,) = ran(fleet(tmp_path), FakeBoards(host=[SILENT, GOOD]))
    assert (record.verdict, record.attempts) == ("good", 2)


def test_what_cannot_go_better_is_not_tried_again(tmp_path: Path) -> None:
    (record,) = ran(fleet(tmp_path), FakeBoards(host=BudgetError("flash", "too much")))
    assert (record.verdict, record.attempts) == ("failed", 1)


def test_a_byte_that_differs_is_not_tried_again(tmp_path: Path) -> None:
    boards = FakeBoards(host=[better(exact=19, first_difference="sample 3, layer 2"), GOOD])
    (record,) = ran(fleet(tmp_path), boards)
    assert (record.verdict, record.reasons) == ("differs", ("19/20 exact: sample 3, layer 2",))
    assert boards.asked == ["host"]


def test_more_than_is_allowed_above_the_last_good_run_is_worse(tmp_path: Path) -> None:
    """Step by step is no way around it: what was worse is no measure."""
    asked = fleet(tmp_path, head=HEAD + "more_ticks = 0.05\n")
    first = run_of(ran(asked, FakeBoards()))
    (within,) = ran(asked, FakeBoards(host=better(ticks=1050.0, ram_bytes=4080)), first)
    assert within.verdict == "good"
    (worse,) = ran(asked, FakeBoards(host=better(ticks=1051.0, ram_bytes=4081)), first)
    assert worse.verdict == "worse"
    assert worse.reasons == (
        "1,051 instructions, 5.1 % more than 1,000; at most 5 % more",
        "4,081 bytes of RAM, 2.0 % more than 4,000; at most 2 % more",
    )
    (again,) = ran(asked, FakeBoards(host=better(ticks=1090.0)), first, run_of((worse,)))
    assert again.verdict == "worse"


def test_what_is_accepted_is_the_measure_from_then_on(tmp_path: Path) -> None:
    asked, more = fleet(tmp_path), better(ticks=2000.0)
    first = run_of(ran(asked, FakeBoards()))
    (accepted,) = ran(asked, FakeBoards(host=more), first, accept=True)
    assert accepted.verdict == "good" and len(accepted.reasons) == 1
    (after,) = ran(asked, FakeBoards(host=more), first, run_of((accepted,)))
    assert (after.verdict, after.reasons) == ("good", ())
    (differs,) = ran(asked, FakeBoards(host=better(exact=0)), first, accept=True)
    assert differs.verdict == "differs"


def test_the_clock_on_the_wall_is_no_measure(tmp_path: Path) -> None:
    asked, wall = fleet(tmp_path), FACTS.model_copy(update={"tick_unit": "ns"})
    first = run_of(ran(asked, FakeBoards(host=better(facts=wall))))
    (record,) = ran(asked, FakeBoards(host=better(facts=wall, ticks=9000.0)), first)
    assert record.verdict == "good"


def test_a_model_that_was_trained_anew_begins_anew(tmp_path: Path) -> None:
    asked = fleet(tmp_path)
    first = run_of(ran(asked, FakeBoards()))
    (tmp_path / "m.tflite").write_bytes(b"trained anew")
    larger = FakeBoards(host=better(flash_bytes=90_000))
    (record,) = ran(load_fleet(asked.path), larger, first)
    assert record.verdict == "good"
    (record,) = ran(asked, larger, first)
    assert record.verdict == "worse"


def test_a_board_of_another_revision_is_one_line(tmp_path: Path) -> None:
    asked = fleet(tmp_path)
    first = run_of(ran(asked, FakeBoards()))
    other = better(facts=FACTS.model_copy(update={"core_hz": 48_000_000}))
    (record,) = ran(asked, FakeBoards(host=other), first)
    assert (record.verdict, record.reasons) == (
        "failed",
        (
            "[board.host]: is another revision, its hello says core_hz 48000000; expected core_hz 64000000 "
            "as in its last good run. Plug in the one that it was, give this one another [board.NAME], or "
            "type --accept",
        ),
    )
    (record,) = ran(asked, FakeBoards(host=other), first, accept=True)
    assert record.verdict == "good"


def test_power_is_cycled_before_a_boards_first_cell_and_before_each_retry(tmp_path: Path) -> None:
    """By a program with arguments; what a shell would make of them is an argument too."""
    hook = "import sys; open(sys.argv[1], 'a').write(sys.argv[2] + '\\n')"
    argument = f"; touch {tmp_path / 'harm'}"
    power = [sys.executable, "-c", hook, str(tmp_path / "log"), argument]
    boards = f'[board.host]\nruntimes = ["static", "tflm"]\npower = {power!r}\n'
    found = ran(fleet(tmp_path, boards), FakeBoards(host=[GOOD, SILENT, GOOD]))
    assert [record.attempts for record in found] == [1, 2]
    assert (tmp_path / "log").read_text() == f"{argument}\n" * 2
    assert not (tmp_path / "harm").exists()


@pytest.mark.parametrize(
    ("power", "wanted"),
    [
        (
            ["no-such-tool"],
            "no-such-tool: not found; expected it on the PATH. Mend power in [board.host]: ",
        ),
        ([sys.executable, "-c", "raise SystemExit('no hub')"], ": no hub. The whole output is in "),
    ],
)
def test_a_hook_that_fails_is_one_line(tmp_path: Path, power: list[str], wanted: str) -> None:
    boards = FakeBoards()
    (record,) = ran(fleet(tmp_path, f"[board.host]\npower = {power!r}\n"), boards)
    assert record.verdict == "failed" and wanted in record.reasons[0]
    assert boards.asked == []
