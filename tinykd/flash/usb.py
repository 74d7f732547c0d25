"""Which serial port a real board is on, by the USB ids in its TOML."""

import time
from pathlib import Path

from tinykd.boards import Board
from tinykd.errors import LinkError

APPEAR_TIMEOUT_S = 8.0  # a board with its own USB comes back after a reset
_LIST = "Type `tinykd ports` for what is plugged in, and pass one with --port"


def find_port(board: Board, port: str | None, timeout_s: float = 0.0) -> str:
    """``port`` itself, or the one port that has the board's USB ids; waits ``timeout_s`` for it."""
    deadline = time.monotonic() + timeout_s
    while True:
        try:
            return _check(port) if port is not None else _only(board)
        except LinkError:
            if time.monotonic() >= deadline:
                raise
            time.sleep(0.1)


def _check(port: str) -> str:
    if port.startswith("/") and not Path(port).exists():
        raise LinkError(port, "no such port", "a board that is plugged in", "Type `tinykd ports`")
    return port


def _only(board: Board) -> str:
    found = _candidates(board)
    if len(found) == 1:
        return found[0]
    what = "no port has its USB id" if not found else "several ports have its USB id: " + ", ".join(found)
    assert board.platformio is not None
    raise LinkError(f"board {board.name}", what, "one of " + ", ".join(board.platformio.usb_ids), _LIST)


def _candidates(board: Board) -> list[str]:
    from serial.tools.list_ports import comports

    assert board.platformio is not None
    wanted = board.platformio.usb_ids
    return sorted(p.device for p in comports() if p.vid is not None and f"{p.vid:04x}:{p.pid:04x}" in wanted)
