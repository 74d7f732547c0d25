"""A serial monitor for people: lines from the board to the screen, lines from the keyboard to the board."""

import sys
import threading
import time
from collections.abc import Iterator

from tinykd.link.transport import PortSettings, SerialTransport, Transport

QUIET_S = 1.0  # an answer is over when nothing came for this long
ANSWER_S = 60.0


def talk(url: str, settings: PortSettings, send: list[str] | None) -> None:
    """Until Ctrl-C or the end of the keyboard's input; with ``send`` only those lines and their answers."""
    with SerialTransport.open(url, settings) as port:
        _print_answer(port)
        if send is None:
            threading.Thread(target=_print_for_ever, args=(port,), daemon=True).start()
        for line in send if send is not None else _typed():
            port.write(line.encode() + b"\r\n")
            if send is not None:
                _print_answer(port)


def _typed() -> Iterator[str]:
    for line in sys.stdin:
        yield line.rstrip("\r\n")
    time.sleep(QUIET_S)  # the last answer of a script


def _print_answer(port: Transport) -> None:
    start = last = time.monotonic()
    while time.monotonic() - last < QUIET_S and time.monotonic() - start < ANSWER_S:
        data = port.read(0.05)
        if data:
            last = time.monotonic()
            _show(data)


def _print_for_ever(port: Transport) -> None:
    while True:
        _show(port.read(1.0))


def _show(data: bytes) -> None:
    text = data.decode("utf-8", "replace").replace("\r", "")
    safe = "".join(c if c == "\n" or c.isprintable() else f"\\x{ord(c):02x}" for c in text)
    sys.stdout.write(safe)
    sys.stdout.flush()
