"""Whether a compiled model fits a board, and what is left: arena and weights beside the board's memories.

An estimate of the code is added to the weights; what the link really takes, `tinykd build` measures.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tinykd.boards import Board
from tinykd.firmware_project.board_time import BoardTime, board_time
from tinykd.firmware_project.carried import carried_by_default, flash_left, samples_room
from tinykd.firmware_project.fit import CODE_BYTES


@dataclass(frozen=True)
class BoardFit:
    """A model on a board, in bytes."""

    board: Board
    flash_bytes: int  # weights and code
    ram_bytes: int  # arena and stack
    samples: int = 0  # that the firmware carries by default
    samples_bytes: int = 0  # of them; they take of what is left
    time: BoardTime | None = None  # of an inference, where it can be estimated

    @classmethod
    def of(cls, summary: Mapping[str, Any], board: Board) -> "BoardFit":
        """From a program's ``summary()``, compiled for the board's core."""
        weights, sample_bytes = summary["weights_bytes"], sum(port["bytes"] for port in summary["input"])
        shapes = [port["shape"] for port in summary["output"]]
        classes = shapes[0][1] if len(shapes) == 1 and len(shapes[0]) == 2 else 1  # scores, by its shape
        left = samples_room(board, flash_left(board.flash_bytes, weights), summary["arena_bytes"])
        carried = carried_by_default(left, sample_bytes, classes) if board.has_console else 0
        ram = summary["arena_bytes"] + board.stack_bytes
        time = board_time(summary, board)
        known = time if isinstance(time, BoardTime) else None
        return cls(board, weights + CODE_BYTES, ram, carried, carried * sample_bytes, known)

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
        time = self.time.to_json() if self.time else None
        return {"board": self.board.name, **sizes, **left, **samples, "time": time, "fits": self.fits}

    def shares(self) -> dict[str, Any]:
        """The same in percent of the board's memories."""
        return {
            "board": self.board.name,
            "flash_percent": round(100 * self.flash_bytes / self.board.flash_bytes, 1),
            "ram_percent": round(100 * self.ram_bytes / self.board.ram_bytes, 1),
            "fits": self.fits,
        }
