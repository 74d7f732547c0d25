"""Rows that a function gives when they are asked for, with the shape and type of the array they stand for.

Whatever is done to an array row by row (another range, a selection, a join) is done to them as they are
read: the same function of the same rows gives the same bytes, in memory or not.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.types import SampleRows

Numbers = NDArray[np.int64]  # (k,) of rows, from 0 on
BLOCK_BYTES = 4 << 20  # of rows that are looked at together
MOST_AT_ONCE = 1024  # samples that a network is asked about together
VALUES_AT_ONCE = 4 << 20


@dataclass(frozen=True, eq=False)
class LazyRows:
    """(n, ...) rows; ``give``: numbers (k,) to an array (k, ...) of its own. Called from several threads."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    give: Callable[[Numbers], NDArray[Any]]

    @property
    def ndim(self) -> int:
        """As of an array."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """Values in all."""
        return math.prod(self.shape)

    @property
    def nbytes(self) -> int:
        """Of the array that it stands for."""
        return self.size * self.dtype.itemsize

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: Any, /) -> NDArray[Any]:
        if isinstance(rows, int | np.integer):
            return np.asarray(self.give(self._numbers(np.array([rows])))[0])
        if isinstance(rows, slice):
            return self.give(np.arange(*rows.indices(len(self))))
        asked = np.asarray(rows)
        if asked.dtype == np.bool_:
            asked = np.flatnonzero(asked)
        assert asked.ndim == 1, "rows are asked for by a slice, a mask or their numbers"
        return self.give(self._numbers(asked.astype(np.int64)))

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        """All of them in memory, for who takes nothing else."""
        return self[:] if dtype is None else self[:].astype(dtype)

    def _numbers(self, asked: Numbers) -> Numbers:
        """From 0 on; ``IndexError`` for one that is not there."""
        found = np.where(asked < 0, asked + len(self), asked)
        if len(found) and not 0 <= found.min() <= found.max() < len(self):
            raise IndexError(f"rows {found.min()} to {found.max()} of {len(self)}")
        return found


def changed(
    x: SampleRows, change: Callable[[NDArray[Any]], NDArray[Any]], dtype: Any = np.float32
) -> SampleRows:
    """``change`` of every row of ``x``: at once of an array, as they are read of others.

    ``change`` takes (k, ...) and gives (k, ...) of ``dtype``, each row from the one in its place alone.
    """
    if not isinstance(x, LazyRows):
        return change(np.asarray(x))
    shape = change(x[:1]).shape[1:]
    return LazyRows((len(x), *shape), np.dtype(dtype), lambda rows: change(x.give(rows)))


def chosen(x: SampleRows, rows: Numbers) -> SampleRows:
    """Those of ``x`` with numbers ``rows``, in that order."""
    if not isinstance(x, LazyRows):
        return np.ascontiguousarray(x[rows])
    return LazyRows((len(rows), *x.shape[1:]), x.dtype, lambda asked: x.give(rows[asked]))


def joined(parts: Sequence[SampleRows]) -> SampleRows:
    """One after another; all of one shape and type."""
    if not any(isinstance(part, LazyRows) for part in parts):
        return np.concatenate([np.asarray(part) for part in parts])
    ends = np.cumsum([len(part) for part in parts])
    shape = (int(ends[-1]), *parts[0].shape[1:])

    def give(rows: Numbers) -> NDArray[Any]:
        found, of_part = (
            np.empty((len(rows), *shape[1:]), parts[0].dtype),
            np.searchsorted(ends, rows, "right"),
        )
        for number, part in enumerate(parts):
            mine = of_part == number
            if mine.any():
                found[mine] = part[rows[mine] - int(ends[number]) + len(part)]
        return found

    return LazyRows(shape, parts[0].dtype, give)


def blocks(x: SampleRows, most_bytes: int = BLOCK_BYTES) -> Iterator[NDArray[Any]]:
    """All of ``x`` in order, in arrays of about ``most_bytes``; an array in memory as it is."""
    if not isinstance(x, LazyRows):
        yield np.asarray(x)
        return
    step = rows_in(x, most_bytes)
    for start in range(0, len(x), step):
        yield x[start : start + step]


def rows_at_once(x: SampleRows, most_values: int = VALUES_AT_ONCE) -> int:
    """A power of two, at most ``MOST_AT_ONCE``: how many of ``x`` a network is asked about together.

    It hangs on the shape of a sample alone, so that answers do not hang on where samples are kept.
    """
    fitting = max(1, most_values // max(1, math.prod(x.shape[1:])))
    return min(MOST_AT_ONCE, 1 << (fitting.bit_length() - 1))


def rows_in(x: SampleRows, most_bytes: int = BLOCK_BYTES) -> int:
    """How many rows of ``x`` take ``most_bytes``, at least one."""
    return max(1, most_bytes // max(1, x.nbytes // max(1, len(x))))
