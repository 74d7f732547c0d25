"""The live view: what the firmware says becomes values; drawn, with hostile lines shown and not obeyed."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from tests.cli.conftest import Run
from tests.link import build
from tests.link.conftest import board
from tinykd.cli import live_board
from tinykd.cli.live_board import view
from tinykd.cli.live_metrics import LONGEST_LINE, LiveInference, LiveMetrics
from tinykd.errors import LinkError
from tinykd.link.transport import DEFAULT_SETTINGS, SerialTransport

__all__ = ["board"]
SAID = (
    b"\r\ntinykd digits (static) ready, type help\r\n"
    b"arena 90 of 100 bytes\r\nstack 12 of 64 bytes used\r\n"
    b"sample 3 is 7 (seven): right, 132197 instructions\r\nscores -94 -12 0\r\n"
    b"sample 4 is 5 (a, b: (c)), expected 9 (nine): wrong, 132199 instructions\r\n"
    b"sample 5 is 2: right, 132205 instructions\r\n"
    b"door open \x1b[31m\xff\r\n"
    b"sample 5 is 2: ri"
)


def test_lines_become_values() -> None:
    seen = LiveMetrics()
    for byte in SAID:
        seen.feed(bytes((byte,)))
    assert list(seen.answers) == [
        LiveInference(3, "seven", None, 132197, "instructions"),
        LiveInference(4, "a, b: (c)", "nine", 132199, "instructions"),
        LiveInference(5, "2", None, 132205, "instructions"),
    ]
    assert (seen.count, seen.right, seen.median_ticks) == (3, 2, 132199)
    assert (seen.arena, seen.stack) == ((90, 100), (12, 64))
    assert list(seen.others) == ["door open \x1b[31m\ufffd"]


def test_a_letter_whose_bytes_come_in_two_pieces() -> None:
    line = "sample 1 is 0 (caf\u00e9): right, 5 us\r\n".encode()
    for cut in range(len(line)):
        metrics = LiveMetrics()
        metrics.feed(line[:cut])
        metrics.feed(line[cut:])
        assert list(metrics.classes) == ["caf\u00e9"]


def test_it_is_drawn() -> None:
    seen = LiveMetrics()
    seen.feed(SAID)
    out = io.StringIO()
    Console(file=out, width=120).print(view(seen, "/dev/ttyX"))
    text = out.getvalue()
    for wanted in ("right    2 of 3", "median 132,199 instructions, 132,197 to 132,205", "90 of 100 bytes"):
        assert wanted in text
    assert "door open \\x1b[31m" in text
    assert "\x1b" not in text


def test_answers_to_texts_that_are_unsure() -> None:
    seen = LiveMetrics()
    sample = b"sample %d is 5 (on): %s, 7 us\r\ntext   go on\r\n%sscores -94 -12\r\n"
    seen.feed(sample % (1, b"right", b"") + sample % (2, b"right", b"unsure, 31 %\r\n"))
    assert [answer.unsure for answer in seen.answers] == ["", "31 %"]
    out = io.StringIO()
    Console(file=out, width=120).print(view(seen, "/dev/ttyX"))
    assert "unsure   1 of 2" in out.getvalue() and "31 %" in out.getvalue()


@pytest.mark.slow
def test_on_a_board(tinykd: Run, board: Path) -> None:
    with build.running(board, "samples") as port:
        done = tinykd("monitor", "--port", port, "--live", "--answers", "7")
    assert (done.returncode, done.stderr) == (0, "")
    assert "of 7" in done.stdout
    assert "1,234 of 8,192 bytes" in done.stdout
    with build.running(board) as port:
        done = tinykd("monitor", "--port", port, "--live")
    assert (done.returncode, done.stderr) == (
        2,
        f"{port}: no samples in this firmware; expected answers to watch. "
        "In a project, [firmware] samples says how many; then type `tinykd flash`\n",
    )


class Says:
    """A port whose firmware has one answer for all, but for ``mem`` where it knows commands at all."""

    def __init__(self, answer: str) -> None:
        self._answer, self._waiting = answer, b""

    def write(self, data: bytes) -> None:
        known = data.startswith(b"mem") and self._answer != "frames only"
        answer = "arena 1 of 2 bytes\r\nstack 1 of 2 bytes used" if known else self._answer
        self._waiting += f"{answer}\r\n".encode()

    def read(self, timeout_s: float) -> bytes:
        came, self._waiting = self._waiting, b""
        return came

    def __enter__(self) -> "Says":
        return self

    def __exit__(self, *error: object) -> None: ...


@pytest.mark.parametrize(
    ("said", "remedy"),
    [
        ("frames only", "watched with `tinykd verify`"),  # an Uno: the advice was to reset it
        ("no samples in this firmware", "[firmware] samples"),
        ("the output is no vector of int8 scores", "on_result()"),
    ],
)
def test_why_there_is_nothing_to_watch(monkeypatch: pytest.MonkeyPatch, said: str, remedy: str) -> None:
    monkeypatch.setattr(SerialTransport, "open", lambda *_: Says(said))
    with pytest.raises(LinkError) as caught:
        live_board.watch("COM3", DEFAULT_SETTINGS, 1)
    assert str(caught.value).startswith(f"COM3: {said}; expected answers to watch. ")
    assert remedy in str(caught.value)


def test_live_and_send_do_not_go_together(tinykd: Run) -> None:
    done = tinykd("monitor", "--port", "/dev/none", "--live", "--send", "help")
    assert (
        done.stderr == "--live: given together with --send; expected one of the two. Leave one of them out\n"
    )


def test_a_regression_has_nothing_to_watch(tinykd: Run, tmp_path: Path) -> None:
    """It is refused before anything is built, without the advice to build it."""
    text = '[project]\nname = "level"\ntask = "regression"\n[data]\nsource = "s.npz"\n'
    (tmp_path / "tinykd.toml").write_text(text)
    done = tinykd("monitor", "--live", "--board", "host")
    assert (done.returncode, done.stderr) == (
        2,
        "--live: the firmware of a regression carries no samples; expected a task with classes or anomalies. "
        "Leave it out and type bench or mem, or print values in on_result() of src/app.cpp\n",
    )


class Silence:
    """A port on which nobody answers."""

    def read(self, timeout_s: float) -> bytes:
        return b""

    def write(self, data: bytes) -> None:
        pass

    def close(self) -> None:
        pass


def test_a_board_that_falls_silent_ends_the_view(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also once it is known how many samples there are."""
    monkeypatch.setattr(live_board, "ANSWER_S", 0.01)
    with pytest.raises(LinkError) as error:
        live_board._next(Silence(), "/dev/ttyX0", LiveMetrics(count=7, samples=3), 1)
    assert str(error.value) == (
        "/dev/ttyX0: no answer in 0.01 s; expected tinykd firmware. Reset the board, or flash it"
    )


def test_a_flood_without_line_ends_fills_no_memory() -> None:
    seen = LiveMetrics()
    for _ in range(100):
        seen.feed(b"x" * 1000)
    assert len(seen._rest) == LONGEST_LINE
    seen.feed(b"\ninfer wants the number of a sample, 0 to 7\n")
    assert seen.samples == 8
