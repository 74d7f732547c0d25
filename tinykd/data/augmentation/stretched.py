"""Images stretched, mirrored and shifted along their rows and columns: ``image.warped`` without turning.

Nothing turns, so columns are resampled first and then rows, each by a table of one image's side in place of
one of all its pixels: the same values as ``image.warped``, bit for bit, in a sixth of the time.
"""

import numpy as np
from numpy.typing import NDArray

from tinykd.data.types import Samples

Table = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]  # (side,) below, above, weight above


def stretched(x: Samples, zoom: NDArray[np.float64], shift: NDArray[np.float64]) -> Samples:
    """A view of ``x`` (n, H, W, C): pixel p from the centre is the source's ``zoom * p + shift``, both (n, 2)
    row, column, in pixels; bilinear, with the edge's value outside the image.
    """
    view = np.empty(x.shape, np.float32)
    for i, image in enumerate(x):
        rows, columns = (
            _table(side, zoom[i, axis], shift[i, axis]) for axis, side in enumerate(image.shape[:2])
        )
        view[i] = _along(_along(image, columns, 1), rows, 0)
    return view


def _table(side: int, zoom: float, shift: float) -> Table:
    """Where the pixels of one side come from."""
    middle = np.float32((side - 1) / 2)
    at = np.float32(zoom) * (np.arange(side) - middle).astype(np.float32) + np.float32(shift) + middle
    at = np.clip(at, np.float32(0), np.float32(side - 1))
    low = np.minimum(at.astype(np.int64), max(side - 2, 0))
    return low, np.minimum(low + 1, side - 1), (at - low).astype(np.float32)


def _along(image: Samples, table: Table, axis: int) -> Samples:
    """``image`` (H, W, C) resampled along one of its sides."""
    low, high, weight = table
    above = weight.reshape((-1, 1, 1) if axis == 0 else (1, -1, 1))
    return np.asarray(image.take(low, axis) * (1 - above) + image.take(high, axis) * above, np.float32)
