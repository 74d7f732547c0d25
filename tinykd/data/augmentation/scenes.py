"""Augmented views of images with boxes: shifted, scaled, mirrored, and some put together of four; boxes go
along.

What is drawn hangs on (seed, index) and the number of images alone, so that images and boxes of a view can be
asked for apart. A mosaic has each quarter from another image, at its own place and scale (after Bochkovskiy
et al., YOLOv4, arXiv 2004.10934, where images shrink too: small objects would vanish here).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tinykd.data.augmentation.options import SceneAugmentation
from tinykd.data.augmentation.stretched import stretched
from tinykd.data.objects.boxes import Boxes
from tinykd.data.types import Samples

LEAST_VISIBLE = 0.4  # of a box: with less of it in the picture it is none any more
_MIDDLE = 0.3  # the quarters of a mosaic meet at least so far from an edge, in heights and widths


@dataclass(frozen=True)
class Moves:
    """What happens to each of n images of ``size`` (height, width)."""

    size: tuple[int, int]
    zoom: NDArray[np.float64]  # (n, 2) row, column; below 0 mirrored: from the view to the source
    shift: NDArray[np.float64]  # (n, 2) pixels
    sources: NDArray[
        np.int64
    ]  # (n, 4) image of the quarters: above left, above right, below left, below right
    meeting: NDArray[np.int64]  # (n, 2) row, column where the quarters meet

    @classmethod
    def of(
        cls,
        seed: int,
        index: int,
        count: int,
        labelled: int,
        size: tuple[int, int],
        how: SceneAugmentation,
    ) -> "Moves":
        """Of view ``index``; the first ``labelled`` images are put together among themselves."""
        rng = np.random.default_rng([seed, index])
        draw = rng.uniform(-1.0, 1.0, (3, count))
        zoom = np.repeat(1.0 / (1.0 + how.scale * draw[:1].T), 2, axis=1)
        mirrored = rng.random(count) < 0.5
        if how.flip:
            zoom[mirrored, 1] *= -1.0
        shift = how.shift * draw[1:].T * np.array(size)
        others = [_permuted(rng, labelled, count) for _ in range(3)]
        sources = np.stack([np.arange(count), *others], axis=1)
        is_mosaic = rng.random(count) < how.mosaic
        sources[~is_mosaic] = np.arange(count)[~is_mosaic, np.newaxis]
        share = rng.uniform(_MIDDLE, 1 - _MIDDLE, (count, 2))
        if how.flip_rows:
            zoom[rng.random(count) < 0.5, 0] *= -1.0
        return cls(size, zoom, shift, sources, np.rint(share * np.array(size)).astype(np.int64))

    def images(self, x: Samples) -> Samples:
        """The view of ``x`` (n, H, W, C)."""
        moved = stretched(x, self.zoom, self.shift)
        view = moved.copy()
        for i in np.flatnonzero((self.sources != self.sources[:, :1]).any(axis=1)):
            for quarter, (rows, columns) in enumerate(self._quarters(int(i))):
                view[i, rows, columns] = moved[self.sources[i, quarter], rows, columns]
        return view

    def boxes(self, boxes: Boxes) -> Boxes:
        """Of the first ``len(boxes)`` images of the view."""
        moved = self._moved(boxes)
        found = []
        for i in range(len(boxes)):
            if (self.sources[i] == self.sources[i, 0]).all():
                found.append(_visible(*moved.at(i), ((0, self.size[0]), (0, self.size[1]))))
                continue
            quarters = [
                _visible(*moved.at(int(source)), _ends(place, self.size))
                for source, place in zip(self.sources[i], self._quarters(i), strict=True)
            ]
            corners, classes = zip(*quarters, strict=True)
            found.append((np.concatenate(corners), np.concatenate(classes)))
        return Boxes.of(found)

    def _moved(self, boxes: Boxes) -> Boxes:
        """Before anything is put together."""
        height, width = self.size
        middle = np.array([width, height]) / 2
        zoom, shift = (each[boxes.images][:, ::-1] for each in (self.zoom, self.shift))
        ends = [(corner - middle - shift) / zoom + middle for corner in np.split(boxes.corners, 2, axis=1)]
        corners = np.concatenate([np.minimum(*ends), np.maximum(*ends)], axis=1)
        return boxes.with_corners(corners.astype(np.float32))

    def _quarters(self, image: int) -> list[tuple[slice, slice]]:
        row, column = map(int, self.meeting[image])
        return [
            (rows, columns)
            for rows in (slice(0, row), slice(row, None))
            for columns in (slice(0, column), slice(column, None))
        ]


def _permuted(rng: np.random.Generator, labelled: int, count: int) -> NDArray[np.int64]:
    """(count,) a partner for each image, of those with labels for those with labels."""
    others = labelled + rng.permutation(count - labelled)
    return np.concatenate([rng.permutation(labelled), others]).astype(np.int64)


def _ends(place: tuple[slice, slice], size: tuple[int, int]) -> tuple[tuple[int, int], tuple[int, int]]:
    """Of rows and columns, in pixels."""
    rows, columns = (each.indices(side)[:2] for each, side in zip(place, size, strict=True))
    return rows, columns


def _visible(
    corners: NDArray[np.float32], classes: NDArray[np.int64], ends: tuple[tuple[int, int], tuple[int, int]]
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """What is left of boxes within rows and columns, without those that hardly are."""
    (top, bottom), (left, right) = ends
    low = np.array([left, top, left, top], np.float32)
    high = np.array([right, bottom, right, bottom], np.float32)
    cut = np.clip(corners, low, high)
    visible = _areas(cut) >= LEAST_VISIBLE * _areas(corners)
    return cut[visible], classes[visible]


def _areas(corners: NDArray[np.float32]) -> NDArray[np.float32]:
    sides = corners[:, 2:] - corners[:, :2]
    return np.asarray(sides[:, 0] * sides[:, 1])
