"""Which boards hold a model: arena and weights as compiled for each board's core, and what is left.

An estimate of the code is added to the weights; what the link really takes, `tinykd build` measures.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tinykd.boards import Board
from tinykd.display.inspection import CODE_BYTES
from tinykd.display.text import table_lines

if TYPE_CHECKING:
    from tinykd.compiler.program import Program

HEADER = ("board", "title", "core", "flash", "of", "left", "RAM", "of", "left")


@dataclass(frozen=True)
class Fit:
    """A model on a board, in bytes."""

    board: Board
    flash_bytes: int  # weights and code
    ram_bytes: int  # arena and stack

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
        return {"board": self.board.name, **sizes, **left, "fits": self.fits}


def fits_of(model: Path, boards: Iterable[Board]) -> list[Fit]:
    """The file ``model`` on each of ``boards``, as ``fits_on``."""
    from tinykd.api.model_file import compile_file

    return fits_on(lambda core: compile_file(model, core=core), boards)


def fits_on(compiled: "Callable[[str], Program]", boards: Iterable[Board]) -> list[Fit]:
    """``compiled`` once per core, on each of ``boards``; the tightest first, what does not fit last."""
    sizes: dict[str, tuple[int, int]] = {}
    fits = []
    for board in boards:
        if board.core not in sizes:
            summary = compiled(board.core).summary()
            sizes[board.core] = (summary["weights_bytes"] + CODE_BYTES, summary["arena_bytes"])
        flash, arena = sizes[board.core]
        fits.append(Fit(board, flash, arena + board.stack_bytes))
    return sorted(fits, key=lambda fit: (not fit.fits, fit.ram_left, fit.flash_left, fit.board.name))


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
    return [*lines, "", f"(bytes; {note})"]


def _row(fit: Fit) -> tuple[str, ...]:
    board = fit.board
    flash = (f"{fit.flash_bytes:,}", f"{board.flash_bytes:,}", f"{fit.flash_left:,}")
    ram = (f"{fit.ram_bytes:,}", f"{board.ram_bytes:,}", f"{fit.ram_left:,}")
    return (board.name, board.title, board.cpu, *flash, *ram)


def _lack(fit: Fit) -> str:
    lacks = [(fit.flash_left, "flash"), (fit.ram_left, "RAM")]
    return " and ".join(f"{-left:,} bytes of {memory}" for left, memory in lacks if left < 0)
