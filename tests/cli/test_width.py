"""What a verb prints is no wider than the terminal, and no word is cut for it."""

import random

import pytest

from tests.cli.conftest import Run
from tinykd.display.verdict import outcomes_table
from tinykd.paths import EXAMPLES
from tinykd.text import fitted_lines, table_lines

WIDTHS = (80, 120)
ALL = "5000"
MODEL = str(EXAMPLES.parent / "tests/fixtures/digits.tflite")
COMMANDS = ["boards", "boards --kind real", f"boards --fits {MODEL}", f"inspect {MODEL}", "doctor"]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("command", COMMANDS)
def test_a_verb_keeps_to_the_terminal(tinykd: Run, command: str, width: int) -> None:
    narrow = tinykd(*command.split(), COLUMNS=str(width)).stdout
    wide = tinykd(*command.split(), COLUMNS=ALL).stdout
    check_fits(narrow, wide, width)


@pytest.mark.slow
@pytest.mark.parametrize("width", WIDTHS)
def test_a_proof_keeps_to_the_terminal(tinykd: Run, width: int) -> None:
    done = tinykd("prove", MODEL, COLUMNS=str(width))
    assert done.returncode == 0
    assert max(map(len, done.stdout.splitlines())) <= width


def check_fits(narrow: str, wide: str, width: int) -> None:
    assert max(map(len, narrow.splitlines())) <= width
    assert words(narrow) == words(wide)


def words(text: str) -> list[str]:
    """But for the memory plan, which is drawn as wide as there is room."""
    return sorted(word for word in text.split() if "#" not in word and "|" not in word)


@pytest.mark.parametrize("width", WIDTHS)
def test_outcomes_of_many_boards(monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    ticks = {"median": 123456789.0, "unit": "microseconds"}
    value = {
        "board": "bluepill_f103c8-stm32cube", "port": "socket://127.0.0.1:54321", "error": None,
        "samples": 10000, "exact": 10000, "within_one": 10000, "same_class": 10000, "passed": True,
        "device": {"r2": 0.5}, "ticks": ticks, "stack_used": 1000, "stack_bytes": 2000,
    }  # fmt: skip
    monkeypatch.setenv("COLUMNS", ALL)
    wide = "\n".join(outcomes_table([value, value]))
    monkeypatch.setenv("COLUMNS", str(width))
    check_fits("\n".join(outcomes_table([value, value])), wide, width)


def test_cells_wrap_where_that_suffices_and_rows_go_on_where_not() -> None:
    header, row = ("board", "what it is", "RAM"), ("a_long_board_name", "a small board for a test", "1,024")
    assert table_lines(header, [row], 38) == [
        "board              what it is      RAM",
        "a_long_board_name  a small       1,024",
        "                   board for a",
        "                   test",
    ]
    assert table_lines(header, [row], 20) == [
        "board",
        "  what it is",
        "    RAM",
        "a_long_board_name",
        "  a small board for",
        "  a test",
        "  1,024",
    ]


def test_any_table_fits_or_has_a_word_that_does_not() -> None:
    draw = random.Random(1)
    for _ in range(300):
        count = draw.randint(1, 9)
        rows = [
            [" ".join("x" * draw.randint(1, 12) for _ in range(draw.randint(0, 6))) for _ in range(count)]
        ]
        header = ["h" * draw.randint(0, 12) for _ in range(count)]
        lines = table_lines(header, rows, 30)
        check_fits("\n".join(lines), " ".join([*header, *rows[0]]), 30)


def _words(draw: random.Random, count: int) -> str:
    return " ".join("x" * draw.randint(1, 12) for _ in range(count))


def test_a_line_hangs_below_its_text_and_a_command_stays_whole() -> None:
    assert fitted_lines(["  model    one two three four"], 22) == [
        "  model    one two",
        "           three four",
    ]
    assert fitted_lines(["You may type `tinykd diff x` now."], 22) == [
        "You may type",
        "`tinykd diff x` now.",
    ]
