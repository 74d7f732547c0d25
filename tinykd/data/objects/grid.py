"""The grid of cells that a detector answers on, and the heat maps that it learns.

A cell has a share for the background (channel 0) and one for each class; they add up to 1. The cell that an
object's centre lies in is all of its class, its neighbours are by their distance to the centre (a Gaussian,
as in Zhou et al., Objects as Points, arXiv 1904.07850); one channel per class on a coarse grid is FOMO's idea
(Edge Impulse, 2022). With head "box" four more channels say where in the cell the centre is, and how large
the box: of a cell without an object these mean nothing.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tinykd.data.objects.boxes import Boxes

SPREAD = 0.5  # deviation of the Gaussian, in cells
OFFSET = 8.0  # what a shift of the centre by one cell is, as an output
OCTAVE = 1.5  # what a box twice as large is, as an output
BOX_CHANNELS = 4  # x, y: of the centre in its cell, 0 in the middle; width, height: 0 at one cell
_NEAR = tuple((row, column) for row in (-1, 0, 1) for column in (-1, 0, 1))

Maps = NDArray[np.float32]  # (n, rows * columns * channels)


@dataclass(frozen=True)
class Grid:
    """``usual``: (width, height) in pixels that a box of each class has as a rule."""

    height: int  # of the image, in pixels
    width: int
    stride: int  # pixels of a cell's side
    classes: int
    usual: tuple[tuple[float, float], ...]
    head: Literal["centroid", "box"] = "centroid"
    background: float = 0.25  # weight in the loss of a cell without an object

    @property
    def rows(self) -> int:
        """Of cells; the last may lie beyond the image in part."""
        return -(-self.height // self.stride)

    @property
    def columns(self) -> int:
        """Of cells."""
        return -(-self.width // self.stride)

    @property
    def channels(self) -> int:
        """Of a cell: background, classes, and the box where the head gives one."""
        return 1 + self.classes + (BOX_CHANNELS if self.head == "box" else 0)

    @property
    def shape(self) -> tuple[int, int, int]:
        """(rows, columns, channels)."""
        return self.rows, self.columns, self.channels

    @property
    def outputs(self) -> int:
        """How many numbers a model gives for an image."""
        return self.rows * self.columns * self.channels

    @property
    def radius(self) -> tuple[int, ...]:
        """Cells around a peak of each class in which it is the only one: a quarter of a usual box."""
        return tuple(max(1, round(min(size) / self.stride / 4)) for size in self.usual)

    def maps_of(self, boxes: Boxes) -> Maps:
        """(n, outputs) what a perfect detector would say of images with ``boxes``."""
        maps = np.zeros((len(boxes), *self.shape), np.float32)
        cells = np.asarray(boxes.centres / self.stride, np.float32)  # (k, 2) x, y
        for row, column in _NEAR:
            self._spread(maps, boxes, cells, (row, column))
        classes = maps[..., 1 : 1 + self.classes]
        total = classes.sum(axis=-1, keepdims=True)
        most = classes.max(axis=-1, keepdims=True)
        classes *= np.where(total > 0, most / np.maximum(total, 1e-9), 0.0)
        maps[..., :1] = 1.0 - most
        return maps.reshape(len(boxes), -1)

    def _spread(
        self, maps: NDArray[np.float32], boxes: Boxes, cells: NDArray[np.float32], step: tuple[int, int]
    ) -> None:
        """What each object is to the cell that lies ``step`` (rows, columns) beside its own."""
        row, column = self._own(cells)
        row, column = row + step[0], column + step[1]
        inside = (row >= 0) & (row < self.rows) & (column >= 0) & (column < self.columns)
        off = cells - np.stack([column, row], axis=1) - 0.5
        share = np.ones(len(cells)) if step == (0, 0) else np.exp(-(off**2).sum(axis=1) / (2 * SPREAD**2))
        at = (boxes.images[inside], row[inside], column[inside])
        np.maximum.at(maps, (*at, 1 + boxes.classes[inside]), share[inside].astype(np.float32))
        if self.head == "box" and step == (0, 0):
            maps[(*at, slice(1 + self.classes, None))] = self._box(off, boxes.sizes)[inside]

    def _own(self, cells: NDArray[np.float32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Row and column of the cells that centres at ``cells`` lie in."""
        column = np.clip(np.floor(cells[:, 0]), 0, self.columns - 1)
        row = np.clip(np.floor(cells[:, 1]), 0, self.rows - 1)
        return row.astype(np.int64), column.astype(np.int64)

    def _box(self, off: NDArray[np.float32], sizes: NDArray[np.float32]) -> NDArray[np.float32]:
        """(k, 4) outputs for boxes whose centres are ``off`` (k, 2) cells from the middle of theirs."""
        octaves = np.log2(np.maximum(sizes, 1.0) / self.stride)
        return np.concatenate([OFFSET * off, OCTAVE * octaves], axis=1).astype(np.float32)


@dataclass(frozen=True, eq=False)
class Scenes:
    """What is in the images of a split, and on which grid a model says so.

    ``scale`` and ``zero_point``: what its outputs stand for where they are int8.
    """

    boxes: Boxes
    grid: Grid
    scale: float | None = None
    zero_point: int = 0

    def take(self, images: NDArray[np.int64]) -> "Scenes":
        """Of these images alone."""
        return Scenes(self.boxes.take(images), self.grid, self.scale, self.zero_point)


def usual_sizes(boxes: Boxes, classes: int, image: tuple[int, int]) -> tuple[tuple[float, float], ...]:
    """Median (width, height) of each class; of one without a box an eighth of ``image`` (height, width)."""
    found = [boxes.sizes[boxes.classes == k] for k in range(classes)]
    eighth = (image[1] / 8, image[0] / 8)
    medians = [np.median(each, axis=0).tolist() if len(each) else eighth for each in found]
    return tuple((float(width), float(height)) for width, height in medians)
