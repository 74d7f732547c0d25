"""Nearest neighbours among the samples: nearly equal ones in two splits, and labels that stand alone.

Distances are those of a few principal components of the flattened samples (at most ``MOST_ROWS`` a split,
drawn evenly); what looks nearly equal is then compared in full. A label stands alone where most of the
nearest neighbours in training agree on another one (at length: Northcutt et al., Confident Learning, 2021).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tinykd.data.dataset import Dataset, Split
from tinykd.data.features.frontend import SensorFrontend, TableFrontend, TextFrontend
from tinykd.data.stored.lazy_rows import blocks, chosen, rows_in
from tinykd.data.types import Samples
from tinykd.screening.finding import ScreeningFinding
from tinykd.training.yardstick import chosen_rows, flat, flat_rows, rows_at_most

MOST_ROWS = 3000  # of each split
COMPONENTS = 32
NEARLY = 0.01  # squared distance by the sample's own squared distance from the mean: below, nearly equal
NEIGHBOURS = 10
AGREED = 0.9  # of the neighbours, on another label
MOST_WRONG = 0.15  # of a split by its neighbours: in data that overlaps so much, none of them proves anything
_SHOWN = 24
_COMPARED_BYTES = 16 << 20  # of samples that are compared in full at once

Rows = NDArray[np.float32]
Indices = NDArray[np.int64]


@dataclass(frozen=True)
class SampleEmbedding:
    """Some samples of each split in the first principal components of the training samples."""

    rows: dict[str, Indices]  # in the split
    points: dict[str, Rows]  # (n, components)
    mean: Rows  # (inputs,)

    @cached_property
    def nearest(self) -> dict[str, Indices]:
        """(n, NEIGHBOURS) of each split: training samples, the nearest first; of one of them, the others."""
        from sklearn.neighbors import NearestNeighbors

        train = self.points["train"]
        most = NearestNeighbors(n_neighbors=min(NEIGHBOURS + 1, len(train))).fit(train)
        found = {}
        for name, points in self.points.items():
            own = int(name == "train")
            count = min(NEIGHBOURS + own, len(train))
            found[name] = most.kneighbors(points, count, return_distance=False)[:, own:]
        return found

    def all_points(self) -> Rows:
        """Of all splits, one after another."""
        return np.concatenate([self.points[name] for name in self.rows])


def embed(data: Dataset) -> SampleEmbedding:
    """Principal components, fitted to the training samples."""
    from sklearn.decomposition import PCA

    most = rows_at_most(data, MOST_ROWS)
    rows = {name: _drawn(split, most) for name, split in data.splits.items()}
    train = flat_rows(data.train, rows["train"])
    count = min(COMPONENTS, *train.shape)
    model = PCA(count, svd_solver="randomized", random_state=0).fit(train)
    points = {
        name: np.concatenate([model.transform(flat(split, x)) for x in blocks(chosen(split.x, rows[name]))])
        for name, split in data.splits.items()
    }
    return SampleEmbedding(rows, points, np.asarray(model.mean_, np.float32))


def _drawn(split: Split, most: int) -> Indices:
    labels = split.labels if split.labels is not None else split.y
    return chosen_rows(labels, most)


def near_duplicates(data: Dataset, found: SampleEmbedding) -> list[ScreeningFinding]:
    """Samples of validation and test that are nearly a training sample; equal ones are noted elsewhere.

    Not of tables, whose rows may well be alike, nor of texts: a word decides what is asked for.
    """
    if isinstance(data.frontend, TableFrontend | TextFrontend):
        return []
    return [finding for name in ("validation", "test") for finding in _near(data, name, found)]


def _near(data: Dataset, name: str, found: SampleEmbedding) -> list[ScreeningFinding]:
    split, train, steady = data.splits[name], data.train, isinstance(data.frontend, SensorFrontend)
    rows, among = found.rows[name], found.rows["train"]
    place = found.nearest[name][:, 0]
    mean = None if steady else found.mean.reshape(split.x.shape[1:])
    near_ones, step = among[place], rows_in(split.x, _COMPARED_BYTES)
    pieces = (slice(i, i + step) for i in range(0, len(rows), step))
    compared = [_difference(split.x[rows[p]], train.x[near_ones[p]], mean) for p in pieces]
    ratio = np.concatenate(compared)
    near = (ratio < NEARLY) & (ratio > 0)
    if not near.any():
        return []
    worst = np.flatnonzero(near)[np.argsort(ratio[near])][:_SHOWN]
    text = (
        f"{near.sum()} of {len(rows)} {name} samples are nearly one of the {len(among)} training samples "
        f"looked at (they differ by less than {100 * NEARLY:.0f} % of their energy)"
    )
    key = '[data] group_pattern and split = "group", which keep what belongs together on one side'
    return [ScreeningFinding("warning", name, text, key, name, tuple(map(int, rows[worst])))]


def _difference(a: Samples, b: Samples, mean: Samples | None = None) -> NDArray[np.float64]:
    """(n,) squared distance of ``a`` and ``b`` (n, H, W, C) by the squared distance of ``a`` from ``mean``;
    without it, of both without their own means over H: gravity or another offset makes no two alike."""
    if mean is None:
        a, b, mean = a - a.mean(axis=1, keepdims=True), b - b.mean(axis=1, keepdims=True), np.zeros_like(a[0])
    axes = (1, 2, 3)
    return np.asarray(np.square(a - b).sum(axis=axes) / (np.square(a - mean).sum(axis=axes) + 1e-12))


def lonely_labels(data: Dataset, found: SampleEmbedding) -> list[ScreeningFinding]:
    """Samples of a classification whose neighbours in training agree on another label."""
    if data.task != "classification":
        return []
    return [finding for name in data.splits for finding in _lonely(data, name, found)]


def _lonely(data: Dataset, name: str, found: SampleEmbedding) -> list[ScreeningFinding]:
    labels = data.train.y[found.rows["train"]]
    rows = found.rows[name]
    share, other = _votes(labels[found.nearest[name]], int(labels.max()) + 1)
    wrong = other != data.splits[name].y[rows]
    alone = wrong & (share >= AGREED)
    if not alone.any() or wrong.mean() > MOST_WRONG:
        return []
    worst = np.flatnonzero(alone)[np.argsort(-share[alone], kind="stable")][:_SHOWN]
    text = (
        f"{alone.sum()} of {len(rows)} {name} samples have another label than nearly all of their "
        f"{NEIGHBOURS} nearest training samples: look at their labels"
    )
    return [
        ScreeningFinding(
            "note", name, text, "`tinykd check --page` shows them", name, tuple(map(int, rows[worst]))
        )
    ]


def _votes(votes: Indices, classes: int) -> tuple[NDArray[np.float64], Indices]:
    """Of labels (n, neighbours): (n,) the share of the commonest one, and that label."""
    counts = np.apply_along_axis(np.bincount, 1, votes, minlength=classes)
    return counts.max(axis=1) / max(votes.shape[1], 1), counts.argmax(axis=1)
