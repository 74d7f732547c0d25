"""Objects from the outputs of a detector, computed as the firmware does (firmware/objects), in integers where
the outputs are int8.

The score of a class in a cell is its output minus the background's: a difference of logits, which in int8 is
a difference of integers in [-255, 255]. An object is a peak: a cell whose best class reaches its threshold
and is above all cells within the class's radius before it, and not below those after it (in the order of
rows). It lies in the middle of the cell and is as large as its class is as a rule; with head "box" the cell's
own outputs say both, by a table of 256 entries. Objects come with the largest score first, equal ones in the
order of rows, at most ``MOST``.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tinykd.data.objects.grid import OCTAVE, OFFSET, Grid, Scenes

MOST = 64  # objects of an image that the firmware keeps
LOWEST = -1_000_000  # a threshold that every peak reaches
_SIDE = 4095  # pixels, of the largest box

Outputs = NDArray[np.float32] | NDArray[np.int8]


@dataclass(frozen=True, eq=False)
class Detections:
    """Objects of many images, image after image, the largest score first in each."""

    images: NDArray[np.int64]  # (k,)
    classes: NDArray[np.int64]  # (k,)
    scores: NDArray[np.float64]  # (k,) class minus background; whole numbers of int8 outputs
    centres: NDArray[np.int64]  # (k, 2) x, y in pixels
    corners: NDArray[np.int64]  # (k, 4) x0, y0, x1, y1 in pixels, within the image

    def __len__(self) -> int:
        return len(self.images)

    def kept(self, which: NDArray[np.bool_]) -> "Detections":
        """Those that ``which`` (k,) is true for."""
        whole = self.images[which], self.classes[which]
        return Detections(*whole, self.scores[which], self.centres[which], self.corners[which])

    def at(self, image: int) -> "Detections":
        """Of one image."""
        return self.kept(self.images == image)


def detect(
    outputs: Outputs, scenes: Scenes, thresholds: Sequence[float] | None = None, most: int = MOST
) -> Detections:
    """From ``outputs`` (n, rows * columns * channels); without ``thresholds`` every peak is an object."""
    grid = scenes.grid
    maps = outputs.reshape(len(outputs), *grid.shape)
    scores = class_scores(maps, grid)
    found = peaks(scores, grid, thresholds)
    image, row, column, kind = np.nonzero(found)
    score = scores[image, row, column, kind].astype(np.float64)
    order = np.lexsort((row * grid.columns + column, -score, image))
    order = order[_ranks(image[order]) < most]
    image, row, column, kind = (each[order] for each in (image, row, column, kind))
    cells = maps[image, row, column]
    centres, sizes = _places(cells, np.stack([column, row], axis=1), kind, scenes)
    return Detections(image, kind, score[order], centres, _corners(centres, sizes, grid))


def class_scores(maps: Outputs, grid: Grid) -> NDArray[np.float64]:
    """(n, rows, columns, classes): each class minus the background, channel 0."""
    wide = maps[..., : 1 + grid.classes].astype(np.float64)
    return np.asarray(wide[..., 1:] - wide[..., :1])


def peaks(scores: NDArray[np.float64], grid: Grid, thresholds: Sequence[float] | None) -> NDArray[np.bool_]:
    """(n, rows, columns, classes): where objects are."""
    best = scores.argmax(axis=-1)[..., np.newaxis] == np.arange(grid.classes)
    least = np.full(grid.classes, LOWEST) if thresholds is None else np.asarray(thresholds)
    found = best & (scores >= least)
    for kind, radius in enumerate(grid.radius):
        found[..., kind] &= _is_peak(scores[..., kind], radius)
    return np.asarray(found)


def _is_peak(scores: NDArray[np.float64], radius: int) -> NDArray[np.bool_]:
    """Of (n, rows, columns)."""
    _, rows, columns = scores.shape
    wide = np.pad(scores, ((0, 0), (radius, radius), (radius, radius)), constant_values=-np.inf)
    peak = np.ones(scores.shape, np.bool_)
    for row in range(2 * radius + 1):
        for column in range(2 * radius + 1):
            other = wide[:, row : row + rows, column : column + columns]
            if (row, column) < (radius, radius):
                peak &= scores > other
            elif (row, column) > (radius, radius):
                peak &= scores >= other
    return peak


def _places(
    cells: Outputs, place: NDArray[np.int64], kind: NDArray[np.int64], scenes: Scenes
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Centres and sizes (k, 2) in pixels, of objects in ``cells`` (k, channels) at ``place`` (k, 2) x, y."""
    grid = scenes.grid
    middle = place * grid.stride + grid.stride // 2
    if grid.head == "centroid":
        return middle, usual_pixels(grid)[kind]
    values = cells[:, 1 + grid.classes :].astype(np.float32)
    if scenes.scale is not None:
        values = np.float32(scenes.scale) * (values - np.float32(scenes.zero_point))
    offsets, sizes = offset_pixels(values[:, :2], grid.stride), size_pixels(values[:, 2:], grid.stride)
    limit = np.array([grid.width, grid.height]) - 1
    return np.clip(middle + offsets, 0, limit), sizes


def usual_pixels(grid: Grid) -> NDArray[np.int64]:
    """(classes, 2) width and height of a class's boxes where the head gives none."""
    pixels = np.maximum(np.rint(np.array(grid.usual)), 1).astype(np.int64)
    return np.asarray(pixels.reshape(-1, 2))


def offset_pixels(values: NDArray[np.float32], stride: int) -> NDArray[np.int64]:
    """From an output to how far a centre lies from the middle of its cell: at most one cell."""
    pixels = np.floor(values.astype(np.float64) / OFFSET * stride + 0.5)
    return np.clip(pixels, -stride, stride).astype(np.int64)


def size_pixels(values: NDArray[np.float32], stride: int) -> NDArray[np.int64]:
    """From an output to a width or a height."""
    pixels = np.floor(stride * np.exp2(np.minimum(values.astype(np.float64) / OCTAVE, 16.0)) + 0.5)
    return np.clip(pixels, 1, _SIDE).astype(np.int64)


def _corners(centres: NDArray[np.int64], sizes: NDArray[np.int64], grid: Grid) -> NDArray[np.int64]:
    """Cut at the edges of the image."""
    low = centres - sizes // 2
    limit = np.array([grid.width, grid.height])
    return np.concatenate([np.clip(low, 0, limit), np.clip(low + sizes, 0, limit)], axis=1)


def _ranks(images: NDArray[np.int64]) -> NDArray[np.int64]:
    """(k,) which of its image each is; ``images`` ascending."""
    return np.asarray(np.arange(len(images)) - np.searchsorted(images, images))
