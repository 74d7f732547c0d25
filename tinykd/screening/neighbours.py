"""Nearest neighbours among the samples: nearly equal ones in two splits, and labels that stand alone.

Distances are those of a few principal components of the flattened samples (at most ``MOST_ROWS`` a split,
drawn evenly); what looks nearly equal is then compared in full. A label stands alone where most of the
nearest neighbours in training agree on another one (at length: Northcutt et al., Confident Learning, 2021).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tinykd.data.dataset import Dataset, Split
from tinykd.data.features.frontend import SensorFrontend, TableFrontend
from tinykd.data.types import Samples
from tinykd.screening.finding import ScreeningFinding
from tinykd.training.yardstick import chosen_rows, flat

MOST_ROWS = 3000  # of each split
COMPONENTS = 32
NEARLY = 0.01  # squared distance by the sample's own squared distance from the mean: below, nearly equal
NEIGHBOURS = 10
AGREED = 0.9  # of the neighbours, on another label
MOST_WRONG = 0.15  # of a split by its neighbours: in data that overlaps so much, none of them proves anything
_SHOWN = 24

Rows = NDArray[np.float32]
Indices = NDArray[np.int64]


@dataclass(frozen=True)
class SampleEmbedding:
    """Some samples of each split in the first principal components of the training samples."""

    rows: dict[str, Indices]  # in the split
    points: dict[str, Rows]  # (n, components)
    mean: Rows  # (inputs,)

    def all_points(self) -> Rows:
        """Of all splits, one after another."""
        return np.concatenate([self.points[name] for name in self.rows])


def embed(data: Dataset) -> SampleEmbedding:
    """Principal components, fitted to the training samples."""
    from sklearn.decomposition import PCA

    rows = {name: _drawn(split) for name, split in data.splits.items()}
    train = flat(data.train)[rows["train"]]
    count = min(COMPONENTS, *train.shape)
    model = PCA(count, svd_solver="randomized", random_state=0).fit(train)
    points = {
        name: np.asarray(model.transform(flat(split)[rows[name]]), np.float32)
        for name, split in data.splits.items()
    }
    return SampleEmbedding(rows, points, np.asarray(model.mean_, np.float32))


def _drawn(split: Split) -> Indices:
    labels = split.labels if split.labels is not None else split.y
    return chosen_rows(labels, MOST_ROWS)


def near_duplicates(data: Dataset, found: SampleEmbedding) -> list[ScreeningFinding]:
    """Samples of validation and test that are nearly a training sample; equal ones are noted elsewhere.

    Not of tables, whose rows may well be alike.
    """
    if isinstance(data.frontend, TableFrontend):
        return []
    return [finding for name in ("validation", "test") for finding in _near(data, name, found)]


def _near(data: Dataset, name: str, found: SampleEmbedding) -> list[ScreeningFinding]:
    split, train, steady = data.splits[name], data.train, isinstance(data.frontend, SensorFrontend)
    from sklearn.neighbors import NearestNeighbors

    rows, among = found.rows[name], found.rows["train"]
    nearest = NearestNeighbors(n_neighbors=1).fit(found.points["train"])
    place = nearest.kneighbors(found.points[name], return_distance=False)[:, 0]
    a, b = split.x[rows], train.x[among[place]]
    ratio = _difference(a, b) if steady else _difference(a, b, found.mean.reshape(a.shape[1:]))
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
    rows, points = found.rows[name], found.points[name]
    share, other = _votes(points, found.points["train"], labels, own=name == "train")
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


def _votes(points: Rows, train: Rows, labels: Indices, own: bool) -> tuple[NDArray[np.float64], Indices]:
    """(n,) the share of the commonest label among a sample's neighbours, and that label. ``own``: a sample is
    its own nearest neighbour, and does not count."""
    from sklearn.neighbors import NearestNeighbors

    count = min(NEIGHBOURS + own, len(train))
    places = NearestNeighbors(n_neighbors=count).fit(train).kneighbors(points, return_distance=False)
    votes = labels[places[:, int(own) :]]
    counts = np.apply_along_axis(np.bincount, 1, votes, minlength=int(labels.max()) + 1)
    return counts.max(axis=1) / max(votes.shape[1], 1), counts.argmax(axis=1)
