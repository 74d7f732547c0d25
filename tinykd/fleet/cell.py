"""One cell of the matrix, and the matrix."""

from dataclasses import dataclass
from pathlib import Path

from tinykd.boards import Board, PlatformIOTarget
from tinykd.flash.via import Via
from tinykd.fleet.schema import FleetSection, Runtime


@dataclass(frozen=True)
class FleetPlace:
    """A board of the fleet: what it is, where it is, and how its power is turned off and on."""

    name: str  # in the fleet's file
    board: Board
    given: str  # how the board is named for others: a name, or an absolute path
    port: str | None = None
    via: Via = "pio"
    power: tuple[str, ...] = ()

    @property
    def is_real(self) -> bool:
        """Not emulated, nor a process of this machine."""
        return isinstance(self.board.run, PlatformIOTarget)


@dataclass(frozen=True)
class FleetCell:
    """A model in a runtime on a board."""

    place: FleetPlace
    model: str  # as the file names it
    path: Path
    sha256: str
    runtime: Runtime

    @property
    def key(self) -> tuple[str, str, str]:
        """Which cell it is, from run to run."""
        return self.place.name, self.model, self.runtime

    def __str__(self) -> str:
        return " ".join(self.key)


@dataclass(frozen=True)
class Fleet:
    """All cells, those of a board together."""

    path: Path
    section: FleetSection
    cells: tuple[FleetCell, ...]
