"""Figures of all samples, block by block: extremes, moments, which rows are finite."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.stored.lazy_rows import LazyRows, blocks
from tinykd.data.types import SampleRows

Axes = tuple[int, ...] | None


def extremes(x: SampleRows) -> tuple[float, float]:
    """The least and the largest value."""
    found = [(block.min(), block.max()) for block in blocks(x)]
    return float(min(low for low, _ in found)), float(max(high for _, high in found))


def channel_extremes(x: SampleRows) -> tuple[NDArray[Any], NDArray[Any]]:
    """(C,) the least and the largest value of each channel of ``x`` (n, H, W, C)."""
    ends = [(block.min(axis=(0, 1, 2)), block.max(axis=(0, 1, 2))) for block in blocks(x)]
    lows, highs = zip(*ends, strict=True)
    return np.min(lows, axis=0), np.max(highs, axis=0)


def count_of(x: SampleRows, which: Callable[[NDArray[Any]], NDArray[np.bool_]]) -> int:
    """How many values are ``which`` says."""
    return sum(int(np.count_nonzero(which(block))) for block in blocks(x))


def rows_where(x: SampleRows, which: Callable[[NDArray[Any]], NDArray[np.bool_]]) -> NDArray[np.bool_]:
    """(n,) of each row what ``which`` says of (k, ...) rows."""
    return np.concatenate([which(block) for block in blocks(x)])


@dataclass(frozen=True)
class Moments:
    """Mean and deviation, each () or (C,) in float64."""

    mean: NDArray[np.float64]
    deviation: NDArray[np.float64]


def moments(x: SampleRows, axes: Axes) -> Moments:
    """Over ``axes``: None for all, (0, 1, 2) for those of each channel.

    Of rows on disk sums are made of the blocks' sums, in float64: rounded to float32 they are those of an
    array.
    """
    if not isinstance(x, LazyRows):
        array = np.asarray(x)
        mean, deviation = array.mean(axis=axes, dtype=np.float64), array.std(axis=axes, dtype=np.float64)
        return Moments(np.asarray(mean), np.asarray(deviation))
    count = x.size if axes is None else x.size // x.shape[-1]
    mean = np.asarray(sum(block.sum(axis=axes, dtype=np.float64) for block in blocks(x)) / count)
    squares = sum(np.square(block - mean, dtype=np.float64).sum(axis=axes) for block in blocks(x))
    return Moments(mean, np.asarray(np.sqrt(squares / count)))
