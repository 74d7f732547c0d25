"""What the firmware needs to find the objects that ``decode`` finds: whole numbers and tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinykd.data.objects.grid import Grid
from tinykd.objects.decode import MOST, offset_pixels, size_pixels, usual_pixels


@dataclass(frozen=True)
class ObjectRules:
    """Of one model with int8 outputs; tables by output + 128, empty where the head gives no boxes."""

    names: tuple[str, ...]
    grid: Grid
    thresholds: tuple[int, ...]  # of each class
    usual: tuple[int, ...]  # width, height of each class, in pixels
    offsets: tuple[int, ...]
    sizes: tuple[int, ...]
    scale: float  # of the outputs
    most: int = MOST

    @classmethod
    def of(
        cls, names: tuple[str, ...], grid: Grid, features: Mapping[str, Any], output: tuple[float, int]
    ) -> "ObjectRules":
        """``features``: ``objects`` of features.json; ``output``: scale and zero point of the model's."""
        scale, zero_point = output
        offsets: list[int] = []
        sizes: list[int] = []
        if grid.head == "box":
            values = np.float32(scale) * (np.arange(-128, 128, dtype=np.float32) - np.float32(zero_point))
            offsets = offset_pixels(values, grid.stride).tolist()
            sizes = size_pixels(values, grid.stride).tolist()
        usual = tuple(usual_pixels(grid).reshape(-1).tolist())
        thresholds = tuple(min(256, max(-256, int(each))) for each in features["thresholds"])
        return cls(names, grid, thresholds, usual, tuple(offsets), tuple(sizes), scale)

    def confidence(self, score: float) -> float:
        """Of class against background, in (0, 1)."""
        return float(1.0 / (1.0 + np.exp(-self.scale * score)))
