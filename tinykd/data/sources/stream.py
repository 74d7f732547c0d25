"""A ``tf.data.Dataset`` of pairs, gathered on disk as it comes: it may be larger than memory.

Samples and labels are written in their own types, and mapped into memory.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.sources.random_access import LABELS, SAMPLES, key_of
from tinykd.data.stored.files import RowsFile
from tinykd.errors import DataError
from tinykd.progress import Progress

MAX_BYTES = 256 << 30  # of all samples together: what gives more has no end
_INFINITE, _UNKNOWN = -1, -2  # tf.data.INFINITE_CARDINALITY, tf.data.UNKNOWN_CARDINALITY
_MB = 1_000_000
_FIX = "Use take()"


def is_stream(value: Any) -> bool:
    """A ``tf.data.Dataset``, without importing TensorFlow."""
    return hasattr(value, "as_numpy_iterator") and hasattr(value, "element_spec")


def gathered(stream: Any, where: str, progress: Progress) -> tuple[NDArray[Any], NDArray[Any]]:
    """All samples (n, ...) and labels (n, ...) of pairs, in batches or one by one; the labels' rank decides.

    Read-only. Raises ``DataError`` for a stream that has no end, more than ``MAX_BYTES``, or other elements.
    """
    keys = _keys(stream.element_spec, where)
    batched = stream.element_spec[keys[1]].shape.rank not in (0, None)
    elements = _elements(stream, where)
    samples, labels = RowsFile(f"{where}: x"), RowsFile(f"{where}: y")
    total = elements if elements is not None else MAX_BYTES // _MB
    label = "samples to disk" if elements is not None else f"samples to disk, at most {total:,} MB"
    with progress.task(label, total) as task:
        shown = 0
        for number, element in enumerate(stream.as_numpy_iterator(), 1):
            x, y = element[keys[0]], element[keys[1]]
            samples.append(x if batched else x[np.newaxis])
            labels.append(np.atleast_1d(y))
            _check_size(samples.bytes, where)
            done = number if elements is not None else samples.bytes // _MB
            if done - shown >= max(1, total // 200):
                task.advance(done - shown, f"{samples.bytes // _MB:,} MB")
                shown = done
    if not samples.count:
        raise DataError(where, "no samples")
    return samples.array(), labels.array()


def _keys(spec: Any, where: str) -> tuple[Any, Any]:
    """Where an element has its sample and its label: of pairs, or of dictionaries as TFDS gives them."""
    if isinstance(spec, Mapping):
        names = [str(name) for name in spec]
        return key_of(names, SAMPLES, where), key_of(names, LABELS, where)
    if not isinstance(spec, tuple) or len(spec) != 2:
        raise DataError(where, f"a tf.data.Dataset of {spec}", "pairs of sample and label")
    return 0, 1


def _elements(stream: Any, where: str) -> int | None:
    """How many elements there are, as far as the stream knows; those that have no end are refused."""
    count = int(stream.cardinality()) if hasattr(stream, "cardinality") else _UNKNOWN
    if count == _INFINITE:
        fix = f"{_FIX}, or leave out repeat()"
        raise DataError(where, "a tf.data.Dataset without an end", "a finite one", fix)
    return None if count == _UNKNOWN else count


def _check_size(size: int, where: str) -> None:
    if size > MAX_BYTES:
        wanted = "a finite tf.data.Dataset of no more"
        raise DataError(where, f"gives more than {MAX_BYTES:,} bytes", wanted, _FIX)
