"""Which boards hold a model: what ``Model.fits`` and ``tinykd boards --fits`` give, and how it is shown."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tinykd.boards import Board
from tinykd.boards.psram import psram_offer
from tinykd.firmware_project.board_fit import BoardFit
from tinykd.firmware_project.fit import CODE_BYTES
from tinykd.text import table_lines

if TYPE_CHECKING:
    from tinykd.compiler.program import Program

HEADER = ("board", "title", "core", "flash", "of", "left", "samples", "RAM", "of", "left", "ms")
_SAMPLES = (
    "samples: of what is left, by default; [firmware] samples says how many a project's firmware carries"
)


_TIMES = "ms: of an inference, estimated; `tinykd inspect --board` says how far off; -: not known"


MOST_SAVED = 4  # times less RAM than layer by layer: what going by rows may save


@dataclass(frozen=True, repr=False, eq=False)
class BoardFits:
    """One ``BoardFit`` for each board, the tightest first, what is too small last."""

    name: str
    found: tuple[BoardFit, ...]

    @classmethod
    def of(
        cls, name: str, compiled: "Callable[[str, int | None], Program]", boards: Iterable[Board]
    ) -> "BoardFits":
        """``compiled`` on each of ``boards``: called once for each core, and again with the bytes of arena
        that a board has where it has fewer."""

        @cache
        def summary(core: str, room: int | None) -> dict[str, Any]:
            return compiled(core, room).summary()

        fits = []
        for board in boards:
            fit = BoardFit.of(summary(board.core, None), board)
            if fit.ram_left < 0 <= fit.flash_left and fit.ram_bytes < MOST_SAVED * board.ram_bytes:
                fit = BoardFit.of(summary(board.core, board.arena_room), board)
            fits.append(fit)
        order = sorted(fits, key=lambda fit: (not fit.fits, fit.ram_left, fit.flash_left, fit.board.name))
        return cls(name, tuple(order))

    @classmethod
    def of_file(cls, model: Path, boards: Iterable[Board]) -> "BoardFits":
        """The ``.tflite`` file ``model``."""
        from tinykd.api.model_file import CompileRequest, compile_file

        def compiled(core: str, room: int | None) -> "Program":
            return compile_file(model, CompileRequest(core=core, ram=room))

        return cls.of(model.stem, compiled, boards)

    @property
    def boards(self) -> tuple[str, ...]:
        """Names of the boards that hold the model."""
        return tuple(fit.board.name for fit in self.found if fit.fits)

    @property
    def rows(self) -> list[tuple[str, ...]]:
        """Those that hold the model, below ``HEADER``."""
        return [_row(fit) for fit in self.found if fit.fits]

    def lines(self) -> list[str]:
        """A row for each board that holds the model, and the names of the others with what they lack."""
        small = [f"{fit.board.name} ({_lack(fit)})" for fit in reversed(self.found) if not fit.fits]
        lines = (
            table_lines(HEADER, self.rows)
            if self.boards
            else [f"{self.name}.tflite fits none of these boards."]
        )
        if small:
            lines += ["", "Too small: " + ", ".join(small)]
        offers = [f"({fit.board.name}: {offer})" for fit in self.found if (offer := _offer(fit))]
        note = f"estimated: {CODE_BYTES:,} of code, the board's stack; a framework's own code comes on top"
        return [*lines, "", *offers, f"(bytes; {note})", f"({_SAMPLES})", f"({_TIMES})"]

    def __iter__(self) -> Iterator[BoardFit]:
        return iter(self.found)

    def __len__(self) -> int:
        return len(self.found)

    def __repr__(self) -> str:
        return "\n".join(self.lines())

    def _repr_html_(self) -> str:
        from tinykd.display.html import table_html

        caption = f"{self.name} fits {len(self.boards)} of {len(self)} boards (estimated, in bytes)"
        return table_html(HEADER, self.rows, caption)


def _row(fit: BoardFit) -> tuple[str, ...]:
    board = fit.board
    flash = (fit.flash_bytes, board.flash_bytes, fit.flash_left, fit.samples_bytes)
    ram = (fit.ram_bytes, board.ram_bytes, fit.ram_left)
    ms = f"{fit.time.milliseconds:.3g}" if fit.time else "-"
    return (board.name, board.title, board.cpu, *(f"{size:,}" for size in (*flash, *ram)), ms)


def _offer(fit: BoardFit) -> str:
    """What PSRAM would do for a model that is too large for RAM alone."""
    return psram_offer(fit.board, fit.ram_bytes - fit.board.stack_bytes) if fit.flash_left >= 0 else ""


def _lack(fit: BoardFit) -> str:
    lacks = [(fit.flash_left, "flash"), (fit.ram_left, "RAM")]
    return " and ".join(f"{-left:,} bytes of {memory}" for left, memory in lacks if left < 0)
