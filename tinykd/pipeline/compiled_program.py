"""The program of a project's model for one board, in the runtime that the project names.

For runtime tflm, ``build/BOARD/arena.json`` holds what the board said that TFLM used of the arena: it stands
outside the stages' folders, since a later stage writes what an earlier one reads.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tinykd.engine.stage import BUILD
from tinykd.files import sha256_bytes, write_json
from tinykd.progress import Progress
from tinykd.project.schema import Project

if TYPE_CHECKING:
    from tinykd.boards import Board
    from tinykd.compiler.program import Program
    from tinykd.link.replies import Hello, Memory
    from tinykd.tflm.program import TflmProgram
    from tinykd.tflm.tree import TflmTree


ARENA = "arena.json"


@dataclass(frozen=True)
class ProjectFolder:
    """A project and its folder, which relative paths in it start from."""

    project: Project
    root: Path


def program_of(
    place: ProjectFolder, board: "Board", model: bytes, classes: tuple[str, ...] | None
) -> "Program | TflmProgram":
    """The compiled ``model``; ``classes`` go into comments and tables."""
    if place.project.target.runtime == "tflm":
        return _tflm(place, board, model)
    from tinykd.compiler.compile import compile_graph
    from tinykd.compiler.core import CompileOptions, Core
    from tinykd.graph.reader import read_graph

    options = CompileOptions(
        name=place.project.project.name,
        core=Core(board.core),
        optimize=place.project.target.optimize,
        labels=classes,
        avr=board.cpu == "avr",
        ram_bytes=board.arena_room,
        windows=True,
        replaceable=place.project.firmware.slot,
    )
    return compile_graph(read_graph(model), options)


def _tflm(place: ProjectFolder, board: "Board", model: bytes) -> "TflmProgram":
    from tinykd.tflm.make import TflmOptions, make_program
    from tinykd.tflm.target import target_of

    measured = measured_arena(place, board.name, model)
    name, slot = place.project.project.name, place.project.firmware.slot
    options = TflmOptions(name, measured_bytes=measured, windows=True, replaceable=slot)
    return make_program(model, board, target_of(board, _tree(place)), options)


def _tree(place: ProjectFolder) -> "TflmTree | None":
    from tinykd.tflm.tree import find_tree

    return find_tree(place.project.target.tflm_dir, place.root)


def tflm_folder(place: ProjectFolder) -> Path | None:
    """The tree of TFLM that make links from; None in runtime static, or where the board has a library."""
    tree = _tree(place) if place.project.target.runtime == "tflm" else None
    return tree.root if tree else None


def measured_arena(place: ProjectFolder, board: str, model: bytes) -> int | None:
    """Bytes that the board used for just this ``model``, or None."""
    noted = _noted(_arena_file(place, board), sha256_bytes(model))
    used = noted["arena_used"] if noted else None
    return used if isinstance(used, int) and used > 0 else None


def settle_arena(
    place: ProjectFolder, board: str, hello: "Hello", memory: "Memory", progress: Progress
) -> None:
    """Notes, once for a model, what TFLM used of the arena, if another build would save some.

    A corrected arena in which TFLM does not set itself up is given up, and planned as before.
    """
    from tinykd.link.replies import Status
    from tinykd.tflm.correct import is_wasteful, setup_error

    path = _arena_file(place, board)
    known = _noted(path, hello.model_sha256)
    used, there = memory.arena_bytes, memory.arena_available
    if hello.fault is not Status.OK:
        if known is None or known["arena_used"] is None:
            raise setup_error(f"{hello.model_name} on {board}", hello.fault)
        _note(path, hello.model_sha256, None)
        progress.note(f"arena: TFLM does not set itself up in {there:,} bytes; it is built as before")
    elif not known and is_wasteful(used, there):
        _note(path, hello.model_sha256, used)
        progress.note(f"arena: TFLM used {used:,} of {there:,} bytes; the firmware is built once more")


def _note(path: Path, sha256: str, used: int | None) -> None:
    write_json(path, {"model_sha256": sha256, "arena_used": used})


def _noted(path: Path, sha256: str) -> dict[str, Any] | None:
    """What is noted for the model with this hash."""
    try:
        raw: Any = json.loads(path.read_text(encoding="utf-8"))
        return raw if raw["model_sha256"] == sha256 and "arena_used" in raw else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _arena_file(place: ProjectFolder, board: str) -> Path:
    return place.root / BUILD / board / ARENA
