"""An image against a board's memories and the project's gates, before anything is flashed."""

import re
from dataclasses import dataclass
from typing import Literal

from tinykd.boards import Board, list_boards
from tinykd.build.image import FirmwareImage
from tinykd.errors import BudgetError
from tinykd.firmware_project.fit import SizeLimits, nearest_text

# The linker's words; regions of the vendors' scripts have names of their own (dram0_0_seg, text, data).
_OVERFLOW = re.compile(r"region `(?P<region>\w+)' overflowed by (?P<over>\d+) bytes")
_RAM = re.compile(r"ram|data|bss|stack|heap", re.IGNORECASE)


_FIX = "Make [student] width smaller, set [target] optimize to size, or choose a larger board"
_SAMPLES = "sample_inputs"  # in src/main.c


@dataclass(frozen=True)
class _Limit:
    """What an image may take of a memory. ``board``: whose memory it is, so that larger ones are named."""

    memory: Literal["flash", "RAM"]
    bytes: int | None
    whose: str
    board: Board | None = None


def check_budget(image: FirmwareImage, board: Board, gates: SizeLimits | None = None) -> None:
    """``BudgetError`` when ``image`` needs more than ``board`` has or ``gates`` allow."""
    where = f"{image.elf.name} for {board.name}"
    _check(where, image, _Limit("flash", board.flash_bytes, "that the board has", board))
    _check(where, image, _Limit("RAM", board.ram_bytes, "that the board has", board))
    if gates is not None and board.kind != "host":  # a process has no flash and no RAM to run out of
        _check(where, image, _Limit("flash", gates.flash_bytes, "of [gates] flash_bytes"))
        _check(where, image, _Limit("RAM", gates.ram_bytes, "of [gates] ram_bytes"))


def _check(where: str, image: FirmwareImage, limit: _Limit) -> None:
    memory, board = limit.memory, limit.board
    used = image.flash_bytes if memory == "flash" else image.ram_bytes
    if limit.bytes is None or used <= limit.bytes:
        return
    largest = _largest(image, memory)
    fix = _fix(image, memory) if board is None else f"{_fix(image, memory)}. {_nearest(image, board)}"
    raise BudgetError(
        where,
        f"needs {used:,} bytes of {memory}{f', most of it {largest}' if largest else ''}",
        f"at most the {limit.bytes:,} {limit.whose}",
        fix,
    )


def _fix(image: FirmwareImage, memory: str) -> str:
    """What to do; samples go first, since nothing is lost with them."""
    carried = next((s.bytes for s in image.symbols if s.name == _SAMPLES), 0)
    if memory != "flash" or not carried:
        return _FIX
    return f"Lower [firmware] samples, which take {carried:,} bytes; or {_FIX[0].lower()}{_FIX[1:]}"


def _nearest(image: FirmwareImage, board: Board) -> str:
    """Boards that it would fit: its RAM without the stack, which each board reserves for itself."""
    return nearest_text(image.flash_bytes, image.ram_bytes - image.stack_bytes, board, list_boards())


def _largest(image: FirmwareImage, memory: str) -> str:
    taken = {
        section.name for section in image.sections if (section.flash if memory == "flash" else section.ram)
    }
    return next((f"{s.name} ({s.bytes:,})" for s in image.symbols if s.section in taken), "")


def overflow_error(output: str, board: Board) -> BudgetError | None:
    """The linker's complaint that a memory is too small, as ours; None when it has another one."""
    found = _OVERFLOW.search(output)
    if not found:
        return None
    memory, over = ("RAM" if _RAM.search(found["region"]) else "flash"), int(found["over"])
    has = board.ram_bytes if memory == "RAM" else board.flash_bytes
    needs = f"needs {has + over:,}" if board.virtual else f"needs {over:,} more than there are"
    return BudgetError(
        f"firmware.elf for {board.name}",
        f"{needs} bytes of {memory}",
        f"at most the {has:,} that the board has",
        _FIX,
    )
