"""Which of several boards of a kind is meant: asked on a terminal, refused elsewhere."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from tinykd.flash.usb import Plugged


def choose_port(project: Path, boards: tuple[str, ...], asked: TextIO = sys.stdin) -> str | None:
    """The port of the project's real board when several have its USB id and somebody is there to ask."""
    if not asked.isatty():
        return None  # the stage says what to type
    from tinykd.flash.usb import candidates
    from tinykd.pipeline.run import open_workspace

    space = open_workspace(project, boards)
    if space.project.target.port:
        return None
    for board in (space.known_board(name) for name in space.boards):
        found = candidates(board) if board.platformio else []
        if len(found) > 1:
            return ask(board.name, found, asked)
    return None


def ask(board: str, ports: Sequence[Plugged], asked: TextIO) -> str:
    """The port that was chosen by its number; a nonsensical answer asks again."""
    print(f"{len(ports)} ports have the USB id of {board}:", file=sys.stderr)
    for number, port in enumerate(ports, 1):
        serial = f", serial number {port.serial_number}" if port.serial_number else ""
        print(f"  {number}  {port.device}  {port.description} ({port.usb_id}{serial})", file=sys.stderr)
    while True:
        print(f"Which one? [1-{len(ports)}] ", end="", file=sys.stderr, flush=True)
        line = asked.readline()
        if not line:
            raise KeyboardInterrupt
        if line.strip().isdecimal() and 1 <= int(line) <= len(ports):
            return ports[int(line) - 1].device
