"""Training, validation and test samples: the same division on every machine.

The split does not follow the project's seed: several seeds are comparable only when they are judged on the
same samples. By class: stratified 60/20/20, every class in its share to within one sample. By group: no
subject, speaker or file on two sides (scikit-learn's StratifiedGroupKFold). As given: a published split;
where it has no validation or no test, a fifth of its training samples become that: whole groups, as hard as
the other, unless that is on groups that are learnt from too.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.dataset import Dataset, Split
from tinykd.data.raw import TEST, TRAIN, VALIDATION, Groups
from tinykd.data.types import Labels, Samples
from tinykd.errors import DataError

Rows = NDArray[np.int64]
_SHUFFLE = 20  # fixed seed of the shuffle before the split
_PARTS = 5  # one part in five for test, one for validation, three for training
_BINS = 10  # of a regression's targets


@dataclass(frozen=True)
class SplitRows:
    """Rows of the source, ascending in each part."""

    train: Rows
    validation: Rows
    test: Rows

    def items(self) -> tuple[tuple[str, Rows], ...]:
        """By the names used in files and reports."""
        return ("train", self.train), ("validation", self.validation), ("test", self.test)


def by_class(y: Labels) -> SplitRows:
    """Deal the shuffled samples, ordered by class, to test, validation, train, train, train in turn."""
    shuffled = np.random.default_rng(_SHUFFLE).permutation(len(y))
    by_label = shuffled[np.argsort(y[shuffled], kind="stable")]
    part = np.arange(len(y)) % _PARTS
    return SplitRows(np.sort(by_label[part >= 2]), np.sort(by_label[part == 1]), np.sort(by_label[part == 0]))


def by_group(
    y: Labels, groups: Groups, test: Sequence[str] = (), validation: Sequence[str] = ()
) -> SplitRows:
    """Whole groups; those of ``test`` and ``validation`` where they are named."""
    _check_named(groups, test, validation)
    rows = np.arange(len(y))
    in_test = np.isin(groups, test) if test else _fold(y, groups, rows)
    left = rows[~in_test]
    in_validation = np.isin(groups[left], validation) if validation else _fold(y, groups, left)
    return SplitRows(left[~in_validation], left[in_validation], rows[in_test])


def as_given(
    y: Labels, groups: Groups | None, parts: NDArray[np.int8], named: Sequence[str] = ()
) -> SplitRows:
    """The published split; its validation or its test, where there is none, from its training samples.

    ``named``: groups of these that are validation.
    """
    train, validation, test = (np.flatnonzero(parts == part) for part in (TRAIN, VALIDATION, TEST))
    if len(test) == 0:
        train, test = _lent(y, groups, train, validation)
    if len(validation) == 0 and groups is not None and named:
        _check_named(groups[train], (), named)
        lent = np.isin(groups[train], named)
        train, validation = train[~lent], train[lent]
    if len(validation) == 0:
        train, validation = _lent(y, groups, train, test)
    return SplitRows(train, validation, test)


def _lent(y: Labels, groups: Groups | None, train: Rows, judged: Rows) -> tuple[Rows, Rows]:
    """What is left of ``train`` and a fifth of it: of new groups where those of ``judged`` are new."""
    if groups is not None and _are_new(groups[judged], groups[train]):
        lent = _fold(y, groups, train)
    else:
        lent = np.isin(train, train[by_class(y[train]).validation])
    return train[~lent], train[lent]


def _are_new(tested: Groups, learnt: Groups) -> bool:
    """Whether the test is on groups that are not learnt from, and a group can be spared."""
    return len(np.intersect1d(tested, learnt)) == 0 and len(np.unique(learnt)) > 1


def strata(y: NDArray[Any]) -> Labels:
    """(n,) what a split keeps the shares of: labels as they are, targets by deciles of the first."""
    if y.ndim == 1:
        return y.astype(np.int64)
    edges = np.quantile(y[:, 0], np.linspace(0, 1, _BINS + 1)[1:-1])
    return np.searchsorted(edges, y[:, 0]).astype(np.int64)


def _fold(y: Labels, groups: Groups, rows: Rows) -> NDArray[np.bool_]:
    """Which of ``rows`` are in one fold of five, or of as many as there are groups.

    ``notes`` covers rare classes.
    """
    from sklearn.model_selection import StratifiedGroupKFold

    count = min(_PARTS, len(np.unique(groups[rows])))
    if count < 2:
        found = f"{count} group left to divide"
        raise DataError("[data] split", found, "at least two", 'Say split = "class", or name test_groups')
    folds = StratifiedGroupKFold(count, shuffle=True, random_state=_SHUFFLE)
    chosen = np.zeros(len(rows), bool)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The least populated class")
        chosen[next(iter(folds.split(rows, y[rows], groups[rows])))[1]] = True
    return chosen


def _check_named(groups: Groups, test: Sequence[str], validation: Sequence[str]) -> None:
    known = np.unique(groups).tolist()
    for key, names in (("test_groups", test), ("validation_groups", validation)):
        for name in names:
            if name not in known:
                shown = ", ".join(known[:20]) + (" ..." if len(known) > 20 else "")
                raise DataError(f"[data] {key}", f"no group {name}", f"of {shown}")
    both = sorted(set(test) & set(validation))
    if both:
        raise DataError("[data] validation_groups", f"group {both[0]} is in test_groups too", "it in one")


def split_dataset(name: str, x: Samples, y: Labels, classes: tuple[str, ...]) -> Dataset:
    """``x`` and ``y`` split by class."""
    parts = by_class(y).items()
    train, validation, test = (Split(np.ascontiguousarray(x[rows]), y[rows]) for _, rows in parts)
    return Dataset(name, train, validation, test, classes)
