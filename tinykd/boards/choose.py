"""Some of the boards, by what a user asks for; a word that no board knows is refused with the nearest."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from tinykd.boards.model import Board
from tinykd.errors import ConfigError


@dataclass(frozen=True)
class BoardCriteria:
    """What is asked for; None: anything. Words are compared without regard to case."""

    kind: str | None = None  # host, qemu or platformio; or virtual, real
    core: str | None = None  # of the processor, or of the kernels that are chosen for it
    framework: str | None = None
    runtime: str | None = None
    search: str | None = None  # somewhere in name, title or chip, or "psram"
    sensor: str | None = None  # on the board, through its core's library: microphone
    flash_bytes: int = 0  # at least
    ram_bytes: int = 0  # at least


def choose_boards(boards: Iterable[Board], wanted: BoardCriteria) -> tuple[Board, ...]:
    """Those of ``boards`` that are as ``wanted``, in the same order."""
    found = tuple(boards)
    for option in ("kind", "core", "framework", "runtime", "sensor"):
        value = getattr(wanted, option)
        if value is not None:
            _check(option, value.lower(), {word for board in found for word in _words(board, option)})
            found = tuple(board for board in found if value.lower() in _words(board, option))
    if wanted.search:
        text = wanted.search.lower()
        found = tuple(b for b in found if text in _searched(b))
    return tuple(b for b in found if b.flash_bytes >= wanted.flash_bytes and b.ram_bytes >= wanted.ram_bytes)


def _searched(board: Board) -> str:
    outside = "psram" if board.psram else ""
    return f"{board.name}\n{board.title}\n{board.mcu}\n{outside}".lower()


def _words(board: Board, option: str) -> tuple[str, ...]:
    """What ``board`` answers to."""
    match option:
        case "kind":
            return (board.kind, "virtual" if board.virtual else "real")
        case "core":
            return (board.cpu, board.core)
        case "framework":
            return (board.framework,) if board.framework else ()
        case "sensor":
            return _sensors(board)
        case _:
            return board.runtimes


def _sensors(board: Board) -> tuple[str, ...]:
    """What is on the board, or that its file knows the wires of."""
    microphone = ("microphone",) if board.microphone_hz else ()
    own = board.sensors.motion if board.sensors.motion not in ("mpu6050", "adxl345") else None
    return (*microphone, *(("motion",) if own else ()))


def _check(option: str, value: str, known: set[str]) -> None:
    if value in known:
        return
    near = difflib.get_close_matches(value, sorted(known), n=1)
    expected = near[0] if near else "one of " + ", ".join(sorted(known)) if known else ""
    raise ConfigError(f"--{option} {value}", f"no board here has this {option}", expected)
