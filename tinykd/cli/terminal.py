"""A serial monitor for people: lines from the board to the screen, lines from the keyboard to the board."""

import codecs
import os
import queue
import sys
import threading
import time

from tinykd.link.transport import PortSettings, SerialTransport, Transport

QUIET_S = 1.0  # an answer is over when nothing came for this long
ANSWER_S = 60.0
LOOK_S = 0.05  # how long the keyboard waits for the board


def talk(url: str, settings: PortSettings, send: list[str] | None) -> None:
    """Until Ctrl-C or the end of the keyboard's input; with ``send`` only those lines and their answers."""
    with SerialTransport.open(url, settings) as port:
        screen = Screen()
        _print_answer(port, screen)
        if send is None:
            _converse(port, screen)
        for line in send or []:
            port.write(_for_board(line.encode()) + b"\r\n")
            _print_answer(port, screen)


def _converse(port: Transport, screen: "Screen") -> None:
    """Only this thread touches the port: a port that goes away is an error here, and Ctrl-C ends the loop."""
    typed: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
    threading.Thread(target=_read_keyboard, args=(typed,), daemon=True).start()
    while (line := _next(typed)) is not None:
        if line:
            port.write(line)
        screen.show(port.read(LOOK_S))
    _print_answer(port, screen)  # the last answer of a script


def _read_keyboard(typed: queue.SimpleQueue[bytes | None]) -> None:
    """Lines as a board wants them, then None; ``sys.stdin`` would keep its lock when Python ends."""
    unfinished = b""
    while data := os.read(sys.stdin.fileno(), 4096):
        *lines, unfinished = (unfinished + data).split(b"\n")
        for line in lines:
            typed.put(_for_board(line.rstrip(b"\r")) + b"\r\n")
    if unfinished:
        typed.put(_for_board(unfinished) + b"\r\n")
    typed.put(None)


def _for_board(line: bytes) -> bytes:
    """A text that does not begin in ASCII might be a frame: a board takes it behind a command."""
    return line if line[:2].isascii() else b"infer " + line


def _next(typed: queue.SimpleQueue[bytes | None]) -> bytes | None:
    """The next line, empty when none waits, None at the end."""
    try:
        return typed.get_nowait()
    except queue.Empty:
        return b""


def _print_answer(port: Transport, screen: "Screen") -> None:
    start = last = time.monotonic()
    while time.monotonic() - last < QUIET_S and time.monotonic() - start < ANSWER_S:
        data = port.read(LOOK_S)
        if data:
            last = time.monotonic()
            screen.show(data)


class Screen:
    """Standard output. A character whose bytes come in two pieces is one all the same."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def show(self, data: bytes) -> None:
        """What is complete of it; controls are written as their numbers."""
        text = self._decoder.decode(data).replace("\r", "")
        safe = "".join(c if c == "\n" or c.isprintable() else f"\\x{ord(c):02x}" for c in text)
        sys.stdout.write(safe)
        sys.stdout.flush()
