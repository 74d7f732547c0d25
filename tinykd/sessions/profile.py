"""Ticks per layer, as a board counted them."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Profile:
    """Ticks per layer of one inference, as the board counted them."""

    board: str
    unit: str
    rows: list[dict[str, Any]]  # name, kernel, macs, ticks
