"""The boxes of many images in three arrays: an image has none, one, or thousands.

Corners are in pixels, from the left and from the top: pixel column c lies between x = c and x = c + 1.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Boxes:
    """``starts[i]`` to ``starts[i + 1]`` are the boxes of image i."""

    corners: NDArray[np.float32]  # (k, 4) x0, y0, x1, y1
    classes: NDArray[np.int64]  # (k,)
    starts: NDArray[np.int64]  # (n + 1,)

    def __post_init__(self) -> None:
        assert self.corners.shape == (len(self.classes), 4), self.corners.shape
        assert self.starts[0] == 0 and self.starts[-1] == len(self.classes)

    @classmethod
    def of(cls, given: Iterable[tuple[NDArray[np.float32], NDArray[np.int64]]]) -> "Boxes":
        """From the corners and the classes of image after image."""
        pairs = list(given)
        corners = [np.asarray(each, np.float32).reshape(-1, 4) for each, _ in pairs]
        classes = [np.asarray(each, np.int64) for _, each in pairs]
        starts = np.cumsum([0, *map(len, classes)]).astype(np.int64)
        none = np.zeros((0, 4), np.float32), np.zeros(0, np.int64)
        return cls(np.concatenate([none[0], *corners]), np.concatenate([none[1], *classes]), starts)

    @classmethod
    def none(cls, images: int) -> "Boxes":
        """Of ``images`` with nothing in them."""
        return cls(np.zeros((0, 4), np.float32), np.zeros(0, np.int64), np.zeros(images + 1, np.int64))

    def __len__(self) -> int:
        """How many images."""
        return len(self.starts) - 1

    @cached_property
    def images(self) -> NDArray[np.int64]:
        """(k,) the image of each box."""
        return np.repeat(np.arange(len(self)), np.diff(self.starts))

    @property
    def centres(self) -> NDArray[np.float32]:
        """(k, 2) x, y."""
        return np.asarray((self.corners[:, :2] + self.corners[:, 2:]) / 2, np.float32)

    @property
    def sizes(self) -> NDArray[np.float32]:
        """(k, 2) width, height."""
        return self.corners[:, 2:] - self.corners[:, :2]

    def at(self, image: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Corners and classes of one image."""
        rows = slice(self.starts[image], self.starts[image + 1])
        return self.corners[rows], self.classes[rows]

    def take(self, images: NDArray[np.int64]) -> "Boxes":
        """Those of ``images``, in that order; one may come several times."""
        counts = np.diff(self.starts)[images]
        starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        rows = np.arange(starts[-1]) + np.repeat(self.starts[images] - starts[:-1], counts)
        return Boxes(self.corners[rows], self.classes[rows], starts)

    def kept(self, which: NDArray[np.bool_]) -> "Boxes":
        """Without the boxes that ``which`` (k,) is false for."""
        counts = np.bincount(self.images[which], minlength=len(self))
        starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        return Boxes(self.corners[which], self.classes[which], starts)

    def with_corners(self, corners: NDArray[np.float32]) -> "Boxes":
        """The same objects elsewhere."""
        return Boxes(np.ascontiguousarray(corners, np.float32), self.classes, self.starts)

    def joined(self, other: "Boxes") -> "Boxes":
        """These images and then those of ``other``."""
        starts = np.concatenate([self.starts, other.starts[1:] + self.starts[-1]])
        corners = np.concatenate([self.corners, other.corners])
        return Boxes(corners, np.concatenate([self.classes, other.classes]), starts)
