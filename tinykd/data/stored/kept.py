"""Rows that cost much to make are made once, by parallel workers, and kept: in memory, or in a file."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.stored.ahead import in_order
from tinykd.data.stored.files import RowsFile, is_large, of_array
from tinykd.data.stored.lazy_rows import LazyRows, chosen, rows_in
from tinykd.data.types import SampleRows


def kept(x: SampleRows, where: str) -> SampleRows:
    """``x`` with every row made once; ``where``: of the samples, for errors."""
    if not isinstance(x, LazyRows):
        return x
    if not is_large(x.size):
        return in_array(x)
    file = RowsFile(where)
    for block in _made(x):
        file.append(block)
    return of_array(file.array())


def in_array(x: SampleRows) -> NDArray[Any]:
    """All of ``x`` in memory."""
    if not isinstance(x, LazyRows):
        return np.asarray(x)
    found, start = np.empty(x.shape, x.dtype), 0
    for block in _made(x):
        found[start : start + len(block)] = block
        start += len(block)
    return found


def slice_of(x: SampleRows, start: int, count: int) -> NDArray[Any]:
    """``count`` rows from ``start`` on, or those that are left, made a few at a time."""
    if not isinstance(x, LazyRows):
        return np.asarray(x[start : start + count])
    return in_array(chosen(x, np.arange(start, min(start + count, len(x)))))


def _made(x: LazyRows) -> Iterator[NDArray[Any]]:
    step = rows_in(x)
    return in_order(lambda start: x[start : start + step], range(0, len(x), step))
