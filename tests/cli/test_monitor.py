"""``monitor`` against a pseudo-terminal that stands for a board; Ctrl-C ends it in order."""

import os
import pty
import signal
import subprocess
import sys
import threading
import tty
from collections.abc import Iterator

import pytest

from tests.cli.conftest import Run
from tinykd.cli.terminal import Screen


@pytest.fixture
def ends() -> Iterator[tuple[int, str]]:
    """The board's end of a raw pseudo-terminal, and the name of the host's."""
    board, port = pty.openpty()
    tty.setraw(port)
    yield board, os.ttyname(port)
    os.close(board)
    os.close(port)


def _monitor(port: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tinykd", "monitor", "--port", port],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )


@pytest.mark.slow
def test_lines_are_sent_and_answers_shown_safely(tinykd: Run, ends: tuple[int, str]) -> None:
    board, port = ends
    heard: list[bytes] = []

    def answer() -> None:
        heard.append(os.read(board, 100))
        os.write(board, b"hello \x1b[31m\xff\r\n")

    thread = threading.Thread(target=answer)
    thread.start()
    done = tinykd("monitor", "--port", port, "--send", "info")
    thread.join(60)
    assert heard == [b"info\r\n"]
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "hello \\x1b[31m\ufffd\n"  # what could forge output is shown, not obeyed


def test_a_letter_whose_bytes_come_in_two_pieces(capsys: pytest.CaptureFixture[str]) -> None:
    screen, said = Screen(), "caf\u00e9, \u4e00\r\n".encode()
    for cut in range(len(said)):
        screen.show(said[:cut])
        screen.show(said[cut:])
    assert capsys.readouterr().out == "caf\u00e9, \u4e00\n" * len(said)


def test_ctrl_c_is_exit_code_130(ends: tuple[int, str]) -> None:
    board, port = ends
    process = _monitor(port)
    assert process.stdout and process.stdin
    process.stdin.write("ping\n")
    process.stdin.flush()
    assert os.read(board, 100) == b"ping\r\n"  # it is up and listens
    os.write(board, b"pong\r\n")
    assert process.stdout.readline() == "pong\n"
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 130
    assert errors == "\nStopped. The monitor ended; a board that is plugged in runs on.\n"


@pytest.mark.slow
def test_a_script_on_standard_input_ends_with_its_last_answer(ends: tuple[int, str]) -> None:
    board, port = ends
    process = _monitor(port)
    assert process.stdin
    process.stdin.write("ping\r\n\nlast")  # no newline at the end
    process.stdin.close()
    heard = b""
    while heard.count(b"\r\n") < 3:
        heard += os.read(board, 100)
    os.write(board, b"pong\r\n")
    assert process.wait(120) == 0
    assert heard == b"ping\r\n\r\nlast\r\n"
    assert process.stdout and process.stdout.read() == "pong\n"


@pytest.mark.slow
def test_a_port_that_goes_away_is_one_line() -> None:
    board, port = pty.openpty()
    tty.setraw(port)
    process = _monitor(os.ttyname(port))
    assert process.stdin
    process.stdin.write("ping\n")
    process.stdin.flush()
    assert os.read(board, 100) == b"ping\r\n"
    os.close(port)
    os.close(board)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 2
    assert errors.count("\n") == 1 and "the port went away" in errors
