"""What ``Model.fits`` gives: the boards that hold a model, and what is left on each."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tinykd.api.fits import HEADER, Fit, fit_lines, fit_rows


@dataclass(frozen=True, repr=False, eq=False)
class BoardFits:
    """One ``Fit`` for each board, the tightest first, what is too small last."""

    name: str
    found: tuple[Fit, ...]

    @property
    def boards(self) -> tuple[str, ...]:
        """Names of the boards that hold the model."""
        return tuple(fit.board.name for fit in self.found if fit.fits)

    def __iter__(self) -> Iterator[Fit]:
        return iter(self.found)

    def __len__(self) -> int:
        return len(self.found)

    def __repr__(self) -> str:
        return "\n".join(fit_lines(Path(f"{self.name}.tflite"), list(self.found)))

    def _repr_html_(self) -> str:
        from tinykd.display.html import table_html

        caption = f"{self.name} fits {len(self.boards)} of {len(self)} boards (estimated, in bytes)"
        return table_html(HEADER, fit_rows(self.found), caption)
