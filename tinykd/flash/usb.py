"""Which serial port a real board is on: by the USB ids in its TOML, and by what it was before it was flashed.

A board with its own USB goes away when it is flashed and comes back, maybe under another name; it is known by
its serial number, or by the socket that it is plugged into.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tinykd.boards import Board
from tinykd.errors import LinkError
from tinykd.workers import rest

APPEAR_TIMEOUT_S = 15.0  # a board with its own USB comes back after a reset; Windows may load a driver first
VANISH_TIMEOUT_S = 2.0  # within this it goes away, if it does
SETTLE_S = 0.4  # and then stays for this long: a boot loader may show up first
POLL_S = 0.1
_NATIVE = "TKD_USB_NATIVE=1"


@dataclass(frozen=True)
class Plugged:
    """A serial port with what is known of the board behind it."""

    device: str  # "/dev/ttyACM0", "COM3"
    usb_id: str = ""  # "0483:374b"
    serial_number: str = ""
    location: str = ""  # "1-2.3": the socket
    description: str = ""

    def is_same_board(self, other: "Plugged") -> bool:
        """By serial number where both have one, else by socket."""
        if self.serial_number and other.serial_number:
            return self.serial_number == other.serial_number
        return bool(self.location) and self.location.partition(":")[0] == other.location.partition(":")[0]


def plugged() -> list[Plugged]:
    """Every serial port, by name."""
    from serial.tools.list_ports import comports

    found = [
        Plugged(
            p.device,
            f"{p.vid:04x}:{p.pid:04x}" if p.vid is not None and p.pid is not None else "",
            p.serial_number or "",
            p.location or "",
            p.description or "",
        )
        for p in comports()
    ]
    return sorted(found, key=lambda port: port.device)


def candidates(board: Board) -> list[Plugged]:
    """The ports that have one of the board's USB ids."""
    wanted = board.platformio.usb_ids if board.platformio else ()
    return [port for port in plugged() if port.usb_id in wanted]


def find_port(board: Board, port: str | None, timeout_s: float = 0.0) -> str:
    """``port`` itself, or the one port that has the board's USB ids; waits ``timeout_s`` for it."""
    deadline = time.monotonic() + timeout_s
    while True:
        try:
            return _check(port) if port is not None else _only(board)
        except LinkError:
            if time.monotonic() >= deadline:
                raise
            rest(POLL_S)


def known(device: str) -> Plugged:
    """What is known of the port ``device`` now."""
    return next((port for port in plugged() if port.device == device), Plugged(device))


def come_back(board: Board, before: Plugged, timeout_s: float = APPEAR_TIMEOUT_S) -> str:
    """The port of the board that was ``before`` flashing at that port, once it is there and stays."""
    if not before.usb_id:  # a URL, or a port that is no USB device: it does not move
        return find_port(board, before.device, timeout_s)
    if _NATIVE in board.defines:  # the port is the chip's own USB; a bridge or a probe stays
        _await_leaving(before)
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        found = _again(board, before)
        if found is not None and _stays(found):
            return found.device
        rest(POLL_S)
    raise LinkError(
        f"board {board.name}",
        f"was flashed at {before.device} and did not come back within {timeout_s:g} s",
        "its port to appear again",
        f"Press its reset button{_unplug(board)}, then type `tinykd verify --force --board {board.name}`",
    )


def _unplug(board: Board) -> str:
    return " or plug it in anew" if board.platformio else ""


def _await_leaving(before: Plugged) -> None:
    """It may have gone and come back before we looked: no longer than ``VANISH_TIMEOUT_S``."""
    deadline = time.monotonic() + VANISH_TIMEOUT_S
    while time.monotonic() < deadline and any(port == before for port in plugged()):
        rest(POLL_S)


def _again(board: Board, before: Plugged) -> Plugged | None:
    """The same board, or the only one that could be it."""
    ports = plugged()
    same = [port for port in ports if port.is_same_board(before)]
    wanted = board.platformio.usb_ids if board.platformio else ()
    running = [port for port in same if port.usb_id in wanted] or same
    if running:
        return next((port for port in running if port.device == before.device), running[0])
    others = [port for port in ports if port.usb_id in wanted]
    return others[0] if len(others) == 1 and not (before.serial_number and others[0].serial_number) else None


def _stays(port: Plugged) -> bool:
    deadline = time.monotonic() + SETTLE_S
    while time.monotonic() < deadline:
        if port not in plugged():
            return False
        rest(POLL_S)
    return True


def _check(port: str) -> str:
    if port.startswith("/") and not Path(port).exists():
        raise LinkError(port, "no such port", "a board that is plugged in", "Type `tinykd ports`")
    return port


def _only(board: Board) -> str:
    found = candidates(board)
    if len(found) == 1:
        return found[0].device
    assert board.platformio is not None
    where, ids = f"board {board.name}", ", ".join(board.platformio.usb_ids)
    if not found:
        what = "no port has its USB id"
        fix = (
            "Plug it in with a cable that carries data; `tinykd ports` lists what is there, --port takes one"
        )
        raise LinkError(where, what, f"one of {ids}", fix)
    what = f"{len(found)} ports have its USB id: {', '.join(_described(found))}"
    fix = f"Type `--port {found[0].device}`, or the one that it is"
    raise LinkError(where, what, "one board, or the port of the one that is meant", fix)


def _described(ports: Iterable[Plugged]) -> list[str]:
    """``"/dev/ttyACM0 (0483:374b, serial number 066D)"``."""
    return [
        f"{p.device} ({p.usb_id}{f', serial number {p.serial_number}' if p.serial_number else ''})"
        for p in ports
    ]
