"""The arena, corrected once from what a board reports."""

from dataclasses import replace

from tinykd.errors import LinkError
from tinykd.link.device import Device
from tinykd.link.replies import Status
from tinykd.progress import Progress
from tinykd.tflm.arena import SPARE
from tinykd.tflm.program import TflmProgram


def is_wasteful(used: int, arena_bytes: int) -> bool:
    """True if a corrected arena is worth a second build."""
    return arena_bytes - used > SPARE


def setup_error(where: str, fault: Status) -> LinkError:
    """A runtime that did not set itself up: nothing was run."""
    found = f"TFLM did not set itself up, status {fault.name} ({fault.value})"
    return LinkError(where, found, "a runtime that is ready", "`tinykd monitor` shows what it said")


def corrected_program(program: TflmProgram, device: Device, progress: Progress) -> TflmProgram | None:
    """``program`` with the arena that the board needs; None where it has that already."""
    fault = device.hello().fault
    if fault is not Status.OK:
        raise setup_error(f"{program.name} on the board", fault)
    used = device.memory().arena_bytes
    if not is_wasteful(used, program.arena_bytes):
        return None
    arena = replace(program.arena, measured_bytes=used)
    if not is_wasteful(arena.total, program.arena_bytes):
        return None
    progress.note(
        f"arena: TFLM used {used:,} of {program.arena_bytes:,} bytes; the firmware is built once more"
    )
    return replace(program, arena=arena)
