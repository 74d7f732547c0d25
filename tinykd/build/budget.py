"""An image against a board's memories and the project's gates, before anything is flashed."""

import re

from tinykd.boards import Board, list_boards
from tinykd.build.image import FirmwareImage
from tinykd.errors import BudgetError
from tinykd.firmware_project.fit import Limits, nearest_text

# The linker's words; regions of the vendors' scripts have names of their own (dram0_0_seg, text, data).
_OVERFLOW = re.compile(r"region `(?P<region>\w+)' overflowed by (?P<over>\d+) bytes")
_RAM = re.compile(r"ram|data|bss|stack|heap", re.IGNORECASE)


_FIX = "Make [student] width smaller, set [target] optimize to size, or choose a larger board"
_SAMPLES = "sample_inputs"  # in src/main.c


def check_budget(image: FirmwareImage, board: Board, gates: Limits | None = None) -> None:
    """``BudgetError`` when ``image`` needs more than ``board`` has or ``gates`` allow."""
    where = f"{image.elf.name} for {board.name}"
    _check(where, "flash", image.flash_bytes, board.flash_bytes, "that the board has", image, board)
    _check(where, "RAM", image.ram_bytes, board.ram_bytes, "that the board has", image, board)
    if gates is not None and board.kind != "host":  # a process has no flash and no RAM to run out of
        _check(where, "flash", image.flash_bytes, gates.flash_bytes, "of [gates] flash_bytes", image)
        _check(where, "RAM", image.ram_bytes, gates.ram_bytes, "of [gates] ram_bytes", image)


def _check(
    where: str,
    memory: str,
    used: int,
    limit: int | None,
    whose: str,
    image: FirmwareImage,
    board: Board | None = None,
) -> None:
    """``board``: the one whose memory it is, so that larger ones are named; None for a gate."""
    if limit is None or used <= limit:
        return
    largest = _largest(image, memory)
    fix = _fix(image, memory) if board is None else f"{_fix(image, memory)}. {_nearest(image, board)}"
    raise BudgetError(
        where,
        f"needs {used:,} bytes of {memory}{f', most of it {largest}' if largest else ''}",
        f"at most the {limit:,} {whose}",
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
