"""Which boards hold a model: arena and weights as compiled for each board's core, and what is left.

An estimate of the code is added to the weights; what the link really takes, `tinykd build` measures.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tinykd.boards import Board
from tinykd.firmware_project.carried import carried_by_default, flash_left
from tinykd.firmware_project.fit import CODE_BYTES
from tinykd.text import table_lines

if TYPE_CHECKING:
    from tinykd.compiler.program import Program

HEADER = ("board", "title", "core", "flash", "of", "left", "samples", "RAM", "of", "left")
_SAMPLES = (
    "samples: of what is left, by default; [firmware] samples says how many a project's firmware carries"
)


@dataclass(frozen=True)
class Fit:
    """A model on a board, in bytes."""

    board: Board
    flash_bytes: int  # weights and code
    ram_bytes: int  # arena and stack
    samples: int = 0  # that the firmware carries by default
    samples_bytes: int = 0  # of them; they take of what is left

    @property
    def flash_left(self) -> int:
        """Below zero: too much."""
        return self.board.flash_bytes - self.flash_bytes

    @property
    def ram_left(self) -> int:
        """Below zero: too much."""
        return self.board.ram_bytes - self.ram_bytes

    @property
    def fits(self) -> bool:
        """Both memories suffice."""
        return self.flash_left >= 0 and self.ram_left >= 0

    def to_json(self) -> dict[str, Any]:
        """For programs."""
        sizes = {"flash_bytes": self.flash_bytes, "ram_bytes": self.ram_bytes}
        left = {"flash_left": self.flash_left, "ram_left": self.ram_left}
        samples = {"samples": self.samples, "samples_bytes": self.samples_bytes}
        return {"board": self.board.name, **sizes, **left, **samples, "fits": self.fits}


def fits_of(model: Path, boards: Iterable[Board]) -> list[Fit]:
    """The file ``model`` on each of ``boards``, as ``fits_on``."""
    from tinykd.api.model_file import compile_file

    return fits_on(lambda core: compile_file(model, core=core), boards)


def fits_on(compiled: "Callable[[str], Program]", boards: Iterable[Board]) -> list[Fit]:
    """``compiled`` once per core, on each of ``boards``; the tightest first, what does not fit last."""
    summaries: dict[str, dict[str, Any]] = {}
    fits = []
    for board in boards:
        if board.core not in summaries:
            summaries[board.core] = compiled(board.core).summary()
        fits.append(_fit(summaries[board.core], board))
    return sorted(fits, key=lambda fit: (not fit.fits, fit.ram_left, fit.flash_left, fit.board.name))


def _fit(summary: dict[str, Any], board: Board) -> Fit:
    weights, sample_bytes = summary["weights_bytes"], sum(port["bytes"] for port in summary["input"])
    shapes = [port["shape"] for port in summary["output"]]
    classes = shapes[0][1] if len(shapes) == 1 and len(shapes[0]) == 2 else 1  # scores, by its shape
    left = flash_left(board.flash_bytes, weights)
    carried = carried_by_default(left, sample_bytes, classes) if board.has_console else 0
    ram = summary["arena_bytes"] + board.stack_bytes
    return Fit(board, weights + CODE_BYTES, ram, carried, carried * sample_bytes)


def fit_rows(fits: Iterable[Fit]) -> list[tuple[str, ...]]:
    """Those that hold the model, below ``HEADER``."""
    return [_row(fit) for fit in fits if fit.fits]


def fit_lines(model: Path, fits: list[Fit]) -> list[str]:
    """A row for each board that holds the model, and the names of the others with what they lack."""
    rows = fit_rows(fits)
    small = [f"{fit.board.name} ({_lack(fit)})" for fit in reversed(fits) if not fit.fits]
    lines = table_lines(HEADER, rows) if rows else [f"{model.name} fits none of these boards."]
    if small:
        lines += ["", "Too small: " + ", ".join(small)]
    note = f"estimated: {CODE_BYTES:,} of code, the board's stack; a framework's own code comes on top"
    return [*lines, "", f"(bytes; {note})", f"({_SAMPLES})"]


def _row(fit: Fit) -> tuple[str, ...]:
    board = fit.board
    flash = (
        f"{fit.flash_bytes:,}",
        f"{board.flash_bytes:,}",
        f"{fit.flash_left:,}",
        f"{fit.samples_bytes:,}",
    )
    ram = (f"{fit.ram_bytes:,}", f"{board.ram_bytes:,}", f"{fit.ram_left:,}")
    return (board.name, board.title, board.cpu, *flash, *ram)


def _lack(fit: Fit) -> str:
    lacks = [(fit.flash_left, "flash"), (fit.ram_left, "RAM")]
    return " and ".join(f"{-left:,} bytes of {memory}" for left, memory in lacks if left < 0)
