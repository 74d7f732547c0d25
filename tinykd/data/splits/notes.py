"""Notes for the user on a split.

The same sample or group on two sides makes its test too easy; what was measured in another unit cannot be
answered; a class that is far rarer than another is learnt badly.
"""

import numpy as np
from numpy.typing import NDArray

from tinykd.data.features.frontend import SensorFrontend, TextFrontend
from tinykd.data.raw import Raw
from tinykd.data.splits.divisions import lopsided, other_division
from tinykd.data.splits.split import SplitRows
from tinykd.data.stored.figures import Moments, channel_extremes, moments
from tinykd.data.stored.lazy_rows import blocks, chosen
from tinykd.data.types import SampleRows
from tinykd.files import sha256_bytes
from tinykd.project.samples import DataSection
from tinykd.project.values import TaskName

RARE = 5.0  # times rarer than the commonest class
UNLIKE = 6.0  # times the deviation of the training samples, or deviations away from their mean
STEPS = 8  # values of a window, fewer are too few to judge
MANY = 1000  # windows are enough to judge by
_OF_CHANNELS = (0, 1, 2)
FEW = 10  # samples, fewer are too few for deviations


def notes_on(raw: Raw, parts: SplitRows, task: TaskName, section: DataSection) -> tuple[str, ...]:
    """A sentence for each; none is best."""
    balanced = section.balance == "sampling"
    rare = () if balanced or task != "classification" else _rare_class(raw, parts)
    if task == "classification":
        rare = (*_lopsided(raw, parts, section), *rare)
    known = (*_counted(raw), *_other_range(raw, parts, task))
    return (*known, *_same_samples(raw, parts), *_same_groups(raw, parts), *rare)


def _counted(raw: Raw) -> tuple[str, ...]:
    """Channels of windows without names that rise by one step: row numbers, or times."""
    if not isinstance(raw.frontend, SensorFrontend) or raw.frontend.columns or raw.x.shape[1] < STEPS:
        return ()
    some = raw.x[:: 1 + len(raw.x) // MANY][:, :, 0, :].astype(np.float64)
    steps = np.diff(some, axis=1)  # (n, time - 1, channels)
    usual = np.median(steps, axis=(0, 1))
    alike = (np.abs(steps - usual) <= 0.2 * usual).mean(axis=(0, 1))
    steady = (usual > 0) & (alike >= 0.95)
    return tuple(
        f"channel {i} rises by the same step from value to value: leave it out if it counts time or rows"
        for i in np.flatnonzero(steady)
    )


def _other_range(raw: Raw, parts: SplitRows, task: TaskName) -> tuple[str, ...]:
    """Splits that were measured in another unit than the training samples; anomalies may be anything."""
    if isinstance(raw.frontend, TextFrontend):  # ids have no unit
        return ()
    judged = {"validation": parts.validation} | ({} if task == "anomaly" else {"test": parts.test})
    train = chosen(raw.x, parts.train)
    learnt, graded = moments(train, _OF_CHANNELS), _graded(train)
    found = [
        _unlike(learnt, moments(chosen(raw.x, rows), _OF_CHANNELS), graded, name)
        for name, rows in judged.items()
        if len(rows) >= FEW
    ]
    return tuple(filter(None, found))


def _unlike(learnt: Moments, other: Moments, graded: NDArray[np.bool_], name: str) -> str:
    """A sentence on the channel that differs most, where it differs too much; marks have no unit."""
    mean, deviation = learnt.mean, learnt.deviation
    known = graded & (deviation > 0) & (other.deviation > 0)
    ratio = np.where(known, other.deviation, 1.0) / np.where(known, deviation, 1.0)
    far = np.abs(other.mean - mean) / np.where(known, deviation, np.inf)
    times = np.maximum(np.maximum(ratio, 1 / ratio), far)
    odd = int(times.argmax())
    if times[odd] <= UNLIKE:
        return ""
    figures = [f"mean {m.mean[odd]:.3g} and deviation {m.deviation[odd]:.3g}" for m in (learnt, other)]
    return f"channel {odd} has {figures[0]} in training, {figures[1]} in {name}: is that in another unit?"


def _graded(x: SampleRows) -> NDArray[np.bool_]:
    """Of every channel of ``x`` (n, H, W, C), whether it has more than two values."""
    low, high = channel_extremes(x)
    between = [((block != low) & (block != high)).any(axis=_OF_CHANNELS) for block in blocks(x)]
    return np.asarray(np.any(between, axis=0))


def _lopsided(raw: Raw, parts: SplitRows, section: DataSection) -> tuple[str, ...]:
    """A class that whole groups took to one side, and what to say for another division."""
    if raw.groups is None or not _by_groups(raw, parts):
        return ()
    found = lopsided(raw.y, raw.groups, parts, raw.classes)
    if not found:
        return ()
    if other := other_division(raw, parts, section):
        return (f"{found}; {other} hold some of every class in each part",)
    return (f'{found}; no division of whole groups does better (split = "class" has groups on both sides)',)


def _by_groups(raw: Raw, parts: SplitRows) -> bool:
    """Whether no group is on two sides of validation."""
    assert raw.groups is not None
    return not len(np.intersect1d(raw.groups[parts.validation], raw.groups[parts.train]))


def _rare_class(raw: Raw, parts: SplitRows) -> tuple[str, ...]:
    counts = np.bincount(raw.y[parts.train], minlength=len(raw.classes))
    rarest = int(counts.argmin())
    if counts.max() < RARE * counts[rarest]:
        return ()
    return (
        f"class {raw.classes[rarest]} has {counts[rarest]} of {counts.sum()} training samples, the commonest "
        f'{counts.max()} (balance = "sampling" shows every class equally often)',
    )


def _same_samples(raw: Raw, parts: SplitRows) -> tuple[str, ...]:
    learnt = set(_hashes(raw, np.concatenate([parts.train, parts.validation])))
    doubled = sum(each in learnt for each in _hashes(raw, parts.test))
    if not doubled:
        return ()
    return (f"{doubled} of {len(parts.test)} test samples are, byte for byte, learnt from too",)


def _same_groups(raw: Raw, parts: SplitRows) -> tuple[str, ...]:
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
    return [sha256_bytes(row.tobytes()) for block in blocks(chosen(raw.x, rows)) for row in block]
