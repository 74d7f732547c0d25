"""Whether a division of whole groups holds the classes, and another one that does.

A group that has most of a class takes it along to one side: validation may choose, or the test measure,
without a class that the others have. Other divisions are drawn at random, by a fixed seed, and the one is
kept in which the class that is worst off has the largest part of its share.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tinykd.data.raw import Groups, Raw
from tinykd.data.splits.split import SplitRows
from tinykd.data.types import Labels
from tinykd.project.samples import DataSection

LOPSIDED = 1 / 3  # of its share that a class must have in every part
_STARVED = 0.6, 1 / 4  # of its share in training, and of all its samples: with less of both it counts half
_BETTER = 1.5  # times the worst class's part of its share, for another division to be worth naming
_FEW = 3  # samples, that no division can hold in three parts
_DRAWS = 2000
_SEED = 20
_SHARES = (0.6, 0.2, 0.2)  # train, validation, test
_MOST_NAMES = 60  # of groups in one line

Counts = NDArray[np.int64]  # (3, classes): train, validation, test


@dataclass(frozen=True)
class Division:
    """Groups of validation and of test; the others are learnt from."""

    validation: tuple[str, ...]
    test: tuple[str, ...]
    worst: float  # part of its share that the class has that is worst off, at most 1


def counts_of(y: Labels, parts: SplitRows, classes: int) -> Counts:
    """Samples of each class in each part."""
    return np.stack([np.bincount(y[rows], minlength=classes) for _, rows in parts.items()])


def parts_of_share(counts: Counts) -> NDArray[np.float64]:
    """(3, classes) of ``counts``: 1 where a class has its share of a part, or more, or only a few samples.

    Training that is small because one group is measured on may have little of a class, and yet its share.
    """
    total, sizes = counts.sum(axis=0), counts.sum(axis=1)
    share = total * (sizes / max(1, sizes.sum()))[:, np.newaxis]
    found = np.minimum(counts / np.maximum(share, 1e-9), 1.0)
    of_share, of_all = _STARVED
    found[0, (found[0] < of_share) & (counts[0] < of_all * total)] /= 2
    found[:, total < _FEW] = 1.0
    return np.asarray(found)


def lopsided(y: Labels, groups: Groups, parts: SplitRows, classes: Sequence[str]) -> str:
    """What is wrong where a part has less than a third of a class's share; nothing where all is well.

    First where it has none, then in the class that a single group has most of.
    """
    counts = counts_of(y, parts, len(classes))
    found = parts_of_share(counts)
    largest = [_largest(groups[y == label]) for label in range(len(classes))]
    cells = [(int(part), int(label)) for part, label in np.argwhere(found < LOPSIDED)]
    if not cells:
        return ""
    total = counts.sum(axis=0)
    part, label = max(cells, key=lambda at: (counts[at] == 0, largest[at[1]][1] / max(1, total[at[1]])))
    name = parts.items()[part][0].replace("train", "training")
    has = f"{counts[part, label] or 'none'} of the {total[label]} samples of class {classes[label]}"
    return f"{name} has {has} (group {largest[label][0]} alone has {largest[label][1]})"


def _largest(groups: Groups) -> tuple[str, int]:
    """The group with most samples, and how many."""
    names, sizes = np.unique(groups, return_counts=True)
    return (str(names[sizes.argmax()]), int(sizes.max())) if len(names) else ("", 0)


def better_division(
    y: Labels, groups: Groups, parts: SplitRows, classes: int, fixed_test: bool = False
) -> Division | None:
    """One that holds the classes better than ``parts``; ``fixed_test``: only validation is divided anew."""
    movable = np.concatenate([parts.train, parts.validation]) if fixed_test else np.arange(len(y))
    names, place = np.unique(groups[movable], return_inverse=True)
    table = np.zeros((len(names), classes), np.int64)
    np.add.at(table, (place, y[movable]), 1)
    kept = np.bincount(y[parts.test], minlength=classes) if fixed_test else None
    best = _drawn(table, kept)
    if best is None:
        return None
    sides, worst = best
    now = float(parts_of_share(counts_of(y, parts, classes)).min())
    if worst <= now * _BETTER:
        return None
    validation, test = (tuple(names[sides == side].tolist()) for side in (1, 2))
    return Division(validation, test, worst)


def other_division(raw: Raw, parts: SplitRows, section: DataSection) -> str:
    """The keys to type for one that holds the classes better than ``parts``; nothing where there is none."""
    assert raw.groups is not None
    fixed = raw.parts is not None and section.split in (None, "given")
    division = better_division(raw.y, raw.groups, parts, len(raw.classes), fixed)
    if division is None:
        return ""
    keys = [] if fixed else [("test_groups", division.test)]
    keys.append(("validation_groups", division.validation))
    if sum(len(names) for _, names in keys) > _MOST_NAMES:
        return "[data] " + " and ".join(f"other {key}" for key, _ in keys)
    assignments = " and ".join(f"{key} = {json.dumps(names, ensure_ascii=False)}" for key, names in keys)
    return f"[data] {assignments}"


def _drawn(table: Counts, test: Counts | None) -> tuple[NDArray[np.int64], float] | None:
    """(groups,) 0, 1 or 2 for train, validation, test; and how well the worst class is off."""
    rng, best, cost = np.random.default_rng(_SEED), None, -np.inf
    sizes = table.sum(axis=1)
    whole = sizes.sum() + (0 if test is None else test.sum())
    sides_wanted = (1,) if test is not None else (2, 1)
    if len(table) <= len(sides_wanted):
        return None
    for _ in range(_DRAWS):
        order = rng.permutation(len(table))
        filled = np.cumsum(sizes[order]) / whole
        sides = np.zeros(len(table), np.int64)
        start, done = 0, 0.0
        for side in sides_wanted:
            stop = max(start + 1, int(np.searchsorted(filled, done + _SHARES[side] * rng.uniform(0.7, 1.3))))
            sides[order[start:stop]] = side
            start, done = stop, float(filled[min(stop, len(filled)) - 1])
        counts = np.stack([table[sides == side].sum(axis=0) for side in (0, 1, 2)])
        counts[2] += 0 if test is None else test
        if not counts.sum(axis=1).all():
            continue
        worst = float(parts_of_share(counts).min())
        uneven = float(np.abs(counts.sum(axis=1) / whole - _SHARES).sum())
        if worst - 0.5 * uneven > cost:
            best, cost = (sides, worst), worst - 0.5 * uneven
    return best
