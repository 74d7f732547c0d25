"""A source that gives any sample by its number, and keeps none: ``tfds.data_source``, a map-style data set.

It has a length, and gives pairs of sample and label, or dictionaries of these. All are read once, for their
labels and shapes; later those alone that are asked for. They are not gathered, in memory or on disk.
"""

import threading
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.stored.lazy_rows import LazyRows, Numbers
from tinykd.errors import DataError
from tinykd.progress import Progress

SAMPLES = ("image", "img", "audio", "x", "features", "data", "inputs")
LABELS = ("label", "labels", "class", "target", "y")
_WANTED = "pairs of sample and label, or dictionaries with image and label"


def is_random_access(value: Any) -> bool:
    """What has a length and gives its elements by number, and is no array, text or collection of Python."""
    plain = isinstance(value, str | bytes | Mapping | list | tuple | np.ndarray)
    return not plain and hasattr(value, "__len__") and hasattr(value, "__getitem__")


def key_of(names: Sequence[str], usual: Sequence[str], where: str) -> str:
    """The one of ``names`` that is called as ``usual`` says."""
    found = next((name for name in usual if name in names), None)
    if found is None:
        raise DataError(where, f"gave dictionaries of {', '.join(names) or 'nothing'}", _WANTED)
    return found


def rows_of_source(given: Any, where: str, progress: Progress) -> tuple[LazyRows, NDArray[Any]]:
    """(n, ...) samples, read when they are asked for, and (n, ...) labels."""
    count = len(given)
    if not count:
        raise DataError(where, "no samples")
    first, _ = _pair(given[0], f"{where}: sample 0")
    labels = []
    with progress.task("read the labels", count) as task:
        for number in range(count):
            x, y = _pair(given[number], f"{where}: sample {number}")
            _check_alike(x, first, f"{where}: sample {number}")
            labels.append(y)
            task.advance()
    one = threading.Lock()  # nothing says that the source may be asked from several threads

    def give(numbers: Numbers) -> NDArray[Any]:
        found = np.empty((len(numbers), *first.shape), first.dtype)
        with one:
            for place, number in enumerate(numbers.tolist()):
                x, _ = _pair(given[number], f"{where}: sample {number}")
                _check_alike(x, first, f"{where}: sample {number}")
                found[place] = x
        return found

    return LazyRows((count, *first.shape), first.dtype, give), np.stack(labels)


def _pair(element: Any, where: str) -> tuple[NDArray[Any], NDArray[Any]]:
    if isinstance(element, Mapping):
        names = [str(name) for name in element]
        element = element[key_of(names, SAMPLES, where)], element[key_of(names, LABELS, where)]
    if not isinstance(element, tuple | list) or len(element) != 2:
        raise DataError(where, f"is a {type(element).__name__}", _WANTED)
    x, y = np.asarray(element[0]), np.asarray(element[1])
    if x.dtype.kind not in "biuf":
        raise DataError(where, f"type {x.dtype}", "numbers")
    return x, y


def _check_alike(x: NDArray[Any], first: NDArray[Any], where: str) -> None:
    if x.shape != first.shape or x.dtype != first.dtype:
        found = f"{x.dtype} of shape {list(x.shape)}"
        raise DataError(where, found, f"{first.dtype} of shape {list(first.shape)}, as the first")
