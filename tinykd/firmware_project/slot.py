"""Firmware whose model can be changed without a new firmware: what it is told of the model, and when it
cannot be."""

from tinykd.boards import Board
from tinykd.errors import ConfigError
from tinykd.firmware_project.model import ModelSources
from tinykd.firmware_project.template import render_template
from tinykd.version import __version__

WHERE = "slot"


def slot_files(model: ModelSources) -> dict[str, str]:
    """``NAME_slot.c``; nothing where no other model takes its place."""
    if model.slot is None:
        return {}
    graph = model.slot.graph
    digits = ", ".join(f"0x{graph[i : i + 2]}" for i in range(0, 64, 2))
    facts = {"name": model.name, "slot": model.slot, "graph": digits, "version": __version__}
    return {f"{model.name}_slot.c": render_template("project/slot.c.j2", facts)}


def check_slot(model: ModelSources, board: Board, mlperf: bool, raw: bool) -> None:
    """``ConfigError`` where a slot is wanted and cannot be."""
    if model.slot is None:
        return
    if board.slot is None:
        fix = "Leave the slot out, or give the board one: docs/boards.md says how"
        raise ConfigError(
            WHERE, f"board {board.name} has no flash for another model", "[slot] in its TOML", fix
        )
    if mlperf or raw:
        found = (
            "MLPerf Tiny's grammar, which cannot write it"
            if mlperf
            else "firmware that begins at raw samples"
        )
        fix = "Leave one of them out"
        raise ConfigError(WHERE, f"given together with {found}", "the model's inputs over tinykd's link", fix)
    room = board.slot.bytes // 2 - head_bytes(board.slot.unit_bytes)
    if model.weights_bytes > room:
        raise ConfigError(
            WHERE,
            f"{model.name} has {model.weights_bytes:,} bytes of weights",
            f"at most the {room:,} of a bank of board {board.name}",
            "Make the model narrower, or leave the slot out",
        )


def head_bytes(unit: int) -> int:
    """Before a payload in its bank: 68 bytes and three marks in whole units (firmware/slot/tkd_banks.c)."""
    used = -(-68 // unit) * unit + 3 * unit
    return -(-used // max(unit, 16)) * max(unit, 16)
