"""What ``tinykd compile`` writes, a library or a firmware project, and what it says about it."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from tinykd.errors import ConfigError

if TYPE_CHECKING:
    from tinykd.compiler.program import Program
    from tinykd.firmware_project.tree import Protocol
    from tinykd.tflm.program import TflmProgram

MARK = b"ade by tinykd"  # in what our templates make, so that other files are not overwritten
MARK_WITHIN = 1024  # bytes


def compiled_files(
    program: "Program | TflmProgram",
    board: str | None,
    firmware: bool,
    out: Path,
    protocol: "Protocol | None" = None,
) -> dict[str, str]:
    """``{path in out: text}``; refused if that would overwrite what tinykd did not make."""
    if protocol and not firmware:
        fix = "Add --firmware, or leave it out"
        raise ConfigError("--protocol", "given without --firmware", "a firmware that speaks it", fix)
    files = sources(program, board, firmware, protocol)
    _check_place(out, (path for path in files if "/" not in path))
    return files


def check_may_have_slot(firmware: bool, hop: int | None) -> None:
    """A slot is the firmware's, for models that are asked whole windows."""
    if not firmware:
        fix = "Add --firmware, or leave it out"
        raise ConfigError("--slot", "given without --firmware", "a firmware that has it", fix)
    if hop is not None:
        raise ConfigError("--slot", "given together with --hop", "whole windows", "Leave one of them out")


def sources(
    program: "Program | TflmProgram", board: str | None, firmware: bool, protocol: "Protocol | None" = None
) -> dict[str, str]:
    """``{path: text}`` of a library, or of a firmware project; what is made for TFLM is always one."""
    from tinykd.tflm.program import TflmProgram

    if firmware or isinstance(program, TflmProgram):
        return _firmware(program, board, protocol or "tinykd")
    return _library(program, board)


def _firmware(program: "Program | TflmProgram", board: str | None, protocol: "Protocol") -> dict[str, str]:
    from tinykd.boards import load_board
    from tinykd.firmware_project import firmware_files

    if board is None:
        fix = "Name one with --board; `tinykd boards` has the list"
        raise ConfigError("--firmware", "no board is named", "the board that it is for", fix)
    from tinykd.tflm.program import TflmProgram

    labels = program.labels if isinstance(program, TflmProgram) else program.options.labels
    return firmware_files(program, load_board(board), None, labels, protocol)


def _library(program: "Program", board: str | None) -> dict[str, str]:
    from tinykd.boards import load_board
    from tinykd.compiler.codegen.library import Toolchain, default_toolchain, library_files

    toolchain = default_toolchain(program.options.core)
    flags = load_board(board).cpu_flags if board else ()
    return library_files(program, Toolchain(toolchain.cross, flags) if flags else toolchain)


def _check_place(out: Path, top: Iterable[str]) -> None:
    """``out`` is a folder or not there, and the files at its top are missing or ours."""
    if out.exists() and not out.is_dir():
        raise ConfigError(out, "is a file, not a folder", "a folder", "Choose another with --out")
    for path in (out / name for name in sorted(top)):
        if path.exists() and not (path.is_file() and MARK in path.read_bytes()[:MARK_WITHIN]):
            fix = "Choose another folder with --out"
            raise ConfigError(path, "is there, and was not made by tinykd", "a folder of its own", fix)


def written_lines(
    program: "Program | TflmProgram", board: str | None, firmware: bool, out: Path, files: int, written: int
) -> list[str]:
    """The result for a person: where, how large, for what, and what to type now."""
    from tinykd.tflm.program import TflmProgram

    sizes = f"arena {program.arena_bytes:,} B, weights {program.weights_bytes:,} B"
    lines = [f"{out}/: {files} files, {written} of them written; {sizes}"]
    lines += [f"note: {note}" for note in program.notes]
    if not isinstance(program, TflmProgram):
        lines += _float_ends(program)
    if not isinstance(program, TflmProgram) and _is_for_any(program, board, firmware):
        lines.append("Kernels in plain C99, for any core; --board or --core chooses faster ones.")
    return [*lines, f"Type `{_build_command(board, firmware, out)}`."]


def _float_ends(program: "Program") -> list[str]:
    """How the C and its caller meet where the model has float32."""
    ends = program.ends
    named = [("quantize", ends.inputs), ("dequantize", ends.outputs)]
    calls = [f"{program.name}_{what}()" for what, side in named if any(end.is_converted for end in side)]
    if not calls:
        return []
    return [f"float32 in the model, integers in C: {' and '.join(calls)} convert; --io float keeps floats."]


def _is_for_any(program: "Program", board: str | None, firmware: bool) -> bool:
    return not firmware and program.options.core.value == "generic" and board is None


def _build_command(board: str | None, firmware: bool, out: Path) -> str:
    from tinykd.boards import load_board

    if firmware and board and load_board(board).platformio:
        return f"pio run -d {out}"
    return f"make -C {out}"
