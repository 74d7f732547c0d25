"""A model file on the command line: read, checked and compiled for a core."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from tinykd.errors import ConfigError, DataError, ModelError

if TYPE_CHECKING:
    from tinykd.compiler.core import CompileOptions, Core, Optimize
    from tinykd.compiler.program import Program
    from tinykd.graph.ends import Io

MAX_MODEL_BYTES = 64 << 20
MAX_LABELS_BYTES = 1 << 20


@dataclass(frozen=True)
class CompileRequest:
    """What is typed beside a model's file; unchecked. Without ``board`` and ``core``: plain C99, for any."""

    board: str | None = None
    core: str | None = None
    optimize: str = "balanced"
    io: "Io" = "integer"
    name: str | None = None  # stem of the C names; None: the file's
    labels: Path | None = None  # a text file, one class per line
    hop: int | None = None  # new rows of a window at a time; None: whole windows
    ram: int | None = None  # most bytes of arena; None: what the board has
    slot: bool = False  # another model's weights may take their place at run time


def compile_file(model: Path, request: CompileRequest) -> "Program":
    """The program, or an error that says what cannot be compiled."""
    board, labels = request.board, request.labels
    chosen, stem = core_of(board, request.core), c_name(request.name, model)
    goal = _optimize(request.optimize)
    names = read_labels(labels) if labels else None
    data = read_model(model)
    from tinykd.compiler.core import CompileOptions

    avr, hop, ram = may_be_avr(board), request.hop, request.ram or arena_room(board)
    options = CompileOptions(
        stem,
        chosen,
        goal,
        names,
        model.name,
        avr,
        request.io,
        ram_bytes=ram,
        hop_rows=hop,
        replaceable=request.slot,
    )
    try:
        program = compile_bytes(data, options)
    except ModelError as error:
        from tinykd.boards import load_board
        from tinykd.tflm.advice import with_tflm

        if hop is not None:  # which TFLM has not
            raise in_file(model, error) from None
        raise in_file(model, with_tflm(error, data, load_board(board) if board else None)) from None
    if labels and names:
        check_labels(labels, names, program)
    return program


def compile_bytes(data: bytes, options: "CompileOptions") -> "Program":
    """A flatbuffer as a program, or a ``ModelError`` that names the op or tensor."""
    from tinykd.compiler.compile import compile_graph
    from tinykd.graph.reader import read_graph

    return compile_graph(read_graph(data), options)


def in_file(model: Path, error: ModelError) -> ModelError:
    """``error`` with the file's path before the op or tensor, and in the command to type."""
    from tinykd.graph.real import FILE

    where = str(model) if error.where == "model" else f"{model}: {error.where}"
    return ModelError(where, error.found, error.expected, error.fix.replace(FILE, str(model)))


def may_be_avr(board: str | None) -> bool:
    """Whether an AVR may be meant: by its board, or by none."""
    from tinykd.boards import load_board

    return board is None or load_board(board).cpu == "avr"


def arena_room(board: str | None) -> int | None:
    """Most bytes of arena on a board; None where none is named."""
    from tinykd.boards import load_board

    return None if board is None else load_board(board).arena_room


def core_of(board: str | None, core: str | None) -> "Core":
    """What kernels are chosen for: the board's core, the one that is named, or any."""
    from tinykd.boards import load_board
    from tinykd.compiler.core import Core

    if board is not None and core is not None:
        fix = "Leave one of them out"
        raise ConfigError(f"--core {core}", "given together with --board", "one of the two", fix)
    if board is not None:
        return Core(load_board(board).core)
    allowed = [c.value for c in Core]
    if core is not None and core not in allowed:
        raise ConfigError(f"--core {core}", "no such core", ", ".join(allowed))
    return Core(core) if core else Core.GENERIC


def read_model(path: Path) -> bytes:
    """The bytes of a model file of bearable size."""
    try:
        size = path.stat().st_size
        if size > MAX_MODEL_BYTES:
            raise ModelError(path, f"is {size} bytes long", f"a model of at most {MAX_MODEL_BYTES} bytes")
        return path.read_bytes()
    except OSError as error:
        raise ModelError(path, f"cannot be read ({error.strerror})", "a .tflite file") from None


def c_name(name: str | None, model: Path) -> str:
    """The stem of the C names: as given, or made from the file's name."""
    from tinykd.project.names import name_problem, suggest_name

    if name is None:
        return suggest_name(model.stem)
    problem = name_problem(name)
    if problem:
        raise ConfigError(
            f'--name "{name}"', problem, "a lower-case C identifier", f"Try {suggest_name(name)}."
        )
    return name


def read_labels(path: Path) -> tuple[str, ...]:
    """One class per line, in the order of the model's outputs; empty lines at the end do not count."""
    try:
        size = path.stat().st_size
        if size > MAX_LABELS_BYTES:
            raise DataError(path, f"is {size} bytes long", f"at most {MAX_LABELS_BYTES} bytes of labels")
        lines = path.read_text(encoding="utf-8-sig").rstrip().split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(path, f"cannot be read ({type(error).__name__})", "a UTF-8 text file") from None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            raise DataError(path, f"line {number} is empty", "one class per line")
    return tuple(line.strip() for line in lines)


def check_labels(path: str | Path, labels: tuple[str, ...], program: "Program") -> None:
    """As many as the first output has scores. An output of integers holds classes, not scores."""
    tensor = program.outputs[0].tensor
    scores = tensor.shape[-1] if tensor.shape else 1
    if tensor.dtype.value not in ("int32", "int64") and len(labels) != scores:
        found = f"{len(labels)} labels"
        raise DataError(path, found, f'{scores}, one for each score of the output "{tensor.name}"')


def _optimize(value: str) -> "Optimize":
    from tinykd.compiler.core import Optimize

    if value not in get_args(Optimize):
        raise ConfigError(f"--optimize {value}", "no such choice", ", ".join(get_args(Optimize)))
    return value  # type: ignore[return-value]
