"""What a split's user should know.

The same sample or group on two sides makes its test too easy; a class that is far rarer than another is
learnt badly.
"""

import numpy as np
from numpy.typing import NDArray

from tinykd.data.raw import Raw
from tinykd.data.split import Parts
from tinykd.files import sha256_bytes
from tinykd.project.schema import TaskName

RARE = 5.0  # times rarer than the commonest class


def notes_on(raw: Raw, parts: Parts, task: TaskName, balanced: bool) -> tuple[str, ...]:
    """A sentence for each; none is best."""
    rare = () if balanced or task != "classification" else _rare_class(raw, parts)
    return (*_same_samples(raw, parts), *_same_groups(raw, parts), *rare)


def _rare_class(raw: Raw, parts: Parts) -> tuple[str, ...]:
    counts = np.bincount(raw.y[parts.train], minlength=len(raw.classes))
    rarest = int(counts.argmin())
    if counts.max() < RARE * counts[rarest]:
        return ()
    return (
        f"class {raw.classes[rarest]} has {counts[rarest]} of {counts.sum()} training samples, the commonest "
        f'{counts.max()} (balance = "sampling" shows every class equally often)',
    )


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
