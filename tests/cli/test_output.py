"""Lines, tables, times and bars, with a clock and a terminal of the test's own."""

import io
import re

import pytest
from rich.console import Console

from tinykd.cli.output import Output
from tinykd.cli.results import size_lines
from tinykd.display.live import LiveReporter
from tinykd.display.plain import PlainReporter
from tinykd.engine.stage import Stage, Step
from tinykd.text import seconds_text, table_lines

STEP = Step(Stage("train", "none:none"))
BOARD_STEP = Step(Stage("build", "none:none", per_board=True), "host")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0.0 s"), (9.94, "9.9 s"), (42.4, "42 s"), (100, "1 min 40 s"), (3725, "62 min 05 s")],
)
def test_seconds(seconds: float, text: str) -> None:
    assert seconds_text(seconds) == text


def test_table_aligns_numbers_to_the_right() -> None:
    assert table_lines(("name", "n"), [("a", "1"), ("bcdef", "1,000")]) == [
        "name       n",
        "a          1",
        "bcdef  1,000",
    ]
    assert table_lines(("name",), []) == ["name"]


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_plain_lines() -> None:
    clock, stream = Clock(), io.StringIO()
    reporter = PlainReporter(stream=stream, clock=clock)
    reporter.skipped(BOARD_STEP)
    reporter.started(STEP, "never run")
    with reporter.task("teacher", 10) as task:
        for _ in range(10):
            clock.now += 2
            task.advance(1, "loss 0.5")
    reporter.note("a\nnote")
    reporter.finished(STEP, 20)
    assert stream.getvalue().splitlines() == [
        "build host: unchanged, skipped",
        "train: started",
        "  teacher: 3/10  loss 0.5  14 s left",
        "  teacher: 6/10  loss 0.5  8.0 s left",
        "  teacher: 9/10  loss 0.5  2.0 s left",
        r"  a\nnote",
        "train: done in 20 s",
    ]


def test_verbose_says_why() -> None:
    stream = io.StringIO()
    PlainReporter(verbose=True, stream=stream).started(STEP, "[teacher] epochs changed")
    assert stream.getvalue() == "train: started ([teacher] epochs changed)\n"


def test_live_bars_show_metric_and_leave_one_line_per_stage() -> None:
    stream = io.StringIO()
    reporter = LiveReporter(console=Console(file=stream, force_terminal=True, width=100))
    reporter.skipped(BOARD_STEP)
    reporter.started(STEP, "never run")
    with reporter.task("teacher [red]", 10) as task:
        task.advance(5, "loss 0.5")
        assert reporter._progress is not None
        reporter._progress.refresh()
    reporter.finished(STEP, 20)
    text = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", stream.getvalue())
    for part in ("build host", "teacher [red]", "5/10", "loss 0.5", "train", "20 s"):
        assert part in text, part


def test_live_reporter_gives_the_terminal_back_after_an_error() -> None:
    reporter = LiveReporter(console=Console(file=io.StringIO(), force_terminal=True))
    reporter.started(STEP, "never run")
    with pytest.raises(ZeroDivisionError), reporter.task("teacher", 2):
        raise ZeroDivisionError
    reporter.close()
    reporter.close()
    assert reporter._progress is None


def test_sizes_are_a_table_against_the_board() -> None:
    value = {"flash_bytes": 17_676, "flash_budget": 262_144, "ram_bytes": 15_000, "ram_budget": 16_384}
    assert size_lines("qemu-microbit", {**value, "stack_bytes": 3_072}) == [
        "qemu-microbit  used B  board has B   share",
        "flash          17,676      262,144   6.7 %  [#                   ]",
        "RAM            15,000       16,384  91.6 %  [##################  ]",
        "3,072 B of the RAM are reserved for the stack",
    ]
    assert len(size_lines("pico", {**value, "stack_bytes": 0})) == 3
    assert size_lines("host", {**value, "stack_bytes": 0}) == ["host: flash 17,676 B, RAM 15,000 B"]


def test_a_silent_wait_is_said_to_go_on() -> None:
    """Ever less often; not while something else is said, and not after its end."""
    now, out = [0.0], io.StringIO()
    reporter = PlainReporter(stream=out, clock=lambda: now[0])
    reporter.close()  # no thread: time is ours
    with reporter.task("teacher labels samples", 40) as task:
        for now[0] in (4.0, 5.0, 9.0, 15.0, 20.0):
            reporter._go_on()
        task.advance(3)
        for now[0] in (24.0, 25.0):
            reporter._go_on()
    now[0] = 100.0
    reporter._go_on()
    assert out.getvalue().splitlines() == [
        "  teacher labels samples: 0/40, 5.0 s so far",
        "  teacher labels samples: 0/40, 15 s so far",
        "  teacher labels samples: 3/40    4 min 06 s left",
        "  teacher labels samples: 3/40, 25 s so far",
    ]


def test_what_a_terminal_may_obey_is_escaped(capsys: pytest.CaptureFixture[str]) -> None:
    """In names of classes: colours by ESC and by C1's CSI, a new line, a mark of direction."""
    name = "red\x1b[31m\x9b5m\nfake\u202eline"
    shown = r"red\x1b[31m\x9b5m\nfake\u202eline"
    Output().result({}, [f"class {name}: 3 right"])
    Output().table({}, ("class", "right"), [(name, "3"), ("blue", "12")])
    Output().say([name])
    assert capsys.readouterr().out.splitlines() == [
        f"class {shown}: 3 right",
        f"class{' ' * (len(shown) - 5)}  right",
        f"{shown}      3",
        f"blue{' ' * (len(shown) - 4)}     12",
        shown,
    ]
