"""A model file on the command line: read, checked and compiled for a board."""

from pathlib import Path
from typing import TYPE_CHECKING, get_args

from tinykd.errors import ConfigError, DataError, ModelError

if TYPE_CHECKING:
    from tinykd.compiler.program import Program

MAX_MODEL_BYTES = 64 << 20


def compile_file(
    model: Path,
    board: str,
    optimize: str = "balanced",
    name: str | None = None,
    labels: tuple[str, ...] | None = None,
) -> "Program":
    """The program for ``board``, or a ``ModelError`` that says what cannot be compiled."""
    from tinykd.boards import load_board

    core, stem, goal, data = (
        load_board(board).core,
        c_name(name, model),
        _optimize(optimize),
        read_model(model),
    )
    from tinykd.compiler.compile import compile_graph
    from tinykd.compiler.core import CompileOptions, Core
    from tinykd.graph.reader import read_graph

    options = CompileOptions(name=stem, core=Core(core), optimize=goal, labels=labels)
    return compile_graph(read_graph(data), options)


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
    """One class per line, in the order of the model's outputs."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(path, f"cannot be read ({type(error).__name__})", "a UTF-8 text file") from None
    return tuple(line for line in lines if line.strip())


def _optimize(value: str) -> "Optimize":
    from tinykd.project.schema import TargetSection

    allowed = get_args(TargetSection.model_fields["optimize"].annotation)
    if value not in allowed:
        raise ConfigError(f"--optimize {value}", "no such choice", ", ".join(allowed))
    return value  # type: ignore[return-value]


if TYPE_CHECKING:
    from typing import Literal

    Optimize = Literal["speed", "balanced", "size"]
