"""What is on two sides of a split and makes its test too easy: the same sample, or the same group."""

import numpy as np
from numpy.typing import NDArray

from tinykd.data.raw import Raw
from tinykd.data.split import Parts
from tinykd.files import sha256_bytes


def leaks(raw: Raw, parts: Parts) -> tuple[str, ...]:
    """A sentence for each kind of leak; none is best."""
    return (*_same_samples(raw, parts), *_same_groups(raw, parts))


def _same_samples(raw: Raw, parts: Parts) -> tuple[str, ...]:
    learnt = set(_hashes(raw, np.concatenate([parts.train, parts.validation])))
    doubled = sum(each in learnt for each in _hashes(raw, parts.test))
    if not doubled:
        return ()
    return (f"{doubled} of {len(parts.test)} test samples are, byte for byte, learnt from too",)


def _same_groups(raw: Raw, parts: Parts) -> tuple[str, ...]:
    if raw.groups is None:
        return ()
    tested = np.unique(raw.groups[parts.test])
    shared = np.intersect1d(tested, raw.groups[np.concatenate([parts.train, parts.validation])])
    if not len(shared):
        return ()
    return (
        f"{len(shared)} of {len(tested)} groups of the test split are learnt from too: how the model does on "
        'new ones is not measured (split = "group" does)',
    )


def _hashes(raw: Raw, rows: NDArray[np.int64]) -> list[str]:
    return [sha256_bytes(raw.x[row].tobytes()) for row in rows]
