"""Channels and columns that say nothing, say the same twice, count samples, or give the label away."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from tinykd.data.dataset import Dataset
from tinykd.data.features.frontend import SensorFrontend, TableFrontend
from tinykd.screening.finding import ScreeningFinding
from tinykd.training.yardstick import chosen_rows

MOST_ROWS = 4000
_SAME = 1.0 - 1e-6  # correlation of two channels that are one
_CLOCK = 0.98  # share of windows in which a clock rises by equal steps
_GIVEN_AWAY = 0.995  # of the labels right by one column alone
_USUAL = 0.9  # of the labels right by half of the columns alone: then one more is no wonder
_FEWEST = 40  # samples, to judge that
Series = NDArray[np.float32]  # (n, time, channels)


def channel_findings(data: Dataset) -> list[ScreeningFinding]:
    """Of sensors and tables; the channels of images and the bands of sounds are no columns."""
    if not isinstance(data.frontend, SensorFrontend | TableFrontend):
        return []
    rows = chosen_rows(data.train.y, MOST_ROWS)
    series = data.train.x[rows].reshape(len(rows), -1, data.input_shape[2])
    names = _names(data)
    found = [*_constant(series, names), *_alike(series, names)]
    if series.shape[1] == 1:
        return [*found, *_counters(series, names), *_labels(series, data, rows, names)]
    return [*found, *_clocks(series, names)]


def _names(data: Dataset) -> tuple[str, ...]:
    named: tuple[str, ...] = getattr(data.frontend, "columns", ())
    count = data.input_shape[2]
    return named if len(named) == count else tuple(str(i) for i in range(count))


def _drop(names: tuple[str, ...], out: int) -> str:
    kept = ", ".join(f'"{name}"' for i, name in enumerate(names) if i != out)
    return (
        f"[sensor] columns = [{kept}] leaves it out" if len(kept) < 300 else "[sensor] columns leaves it out"
    )


def _constant(series: Series, names: tuple[str, ...]) -> Iterator[ScreeningFinding]:
    for i in np.flatnonzero(np.ptp(series, axis=(0, 1)) == 0):
        yield ScreeningFinding(
            "warning", f"channel {names[i]}", "has one value in all training samples", _drop(names, int(i))
        )


def _alike(series: Series, names: tuple[str, ...]) -> Iterator[ScreeningFinding]:
    """Channels that are a multiple of one before them."""
    flat = series.reshape(-1, series.shape[2])
    kept = np.flatnonzero(np.ptp(flat, axis=0) > 0)
    if len(kept) < 2:
        return
    matrix = np.abs(np.corrcoef(flat[:, kept].astype(np.float64), rowvar=False))
    for j in range(1, len(kept)):
        same = np.flatnonzero(matrix[j, :j] > _SAME)
        if len(same):
            one, two = names[kept[same[0]]], names[kept[j]]
            yield ScreeningFinding(
                "note", f"channel {two}", f"is {one} times a factor", _drop(names, int(kept[j]))
            )


def _clocks(series: Series, names: tuple[str, ...]) -> Iterator[ScreeningFinding]:
    """Channels that rise by equal steps within nearly every window."""
    steps = np.diff(series.astype(np.float64), axis=1)
    size = np.abs(steps).mean(axis=1, keepdims=True)
    even = (np.abs(steps - size) < 0.05 * size + 1e-12).all(axis=1) & (size[:, 0] > 1e-9)
    for i in np.flatnonzero(even.mean(axis=0) >= _CLOCK):
        text = "rises by equal steps in nearly every window: a time or a row number"
        yield ScreeningFinding("warning", f"channel {names[i]}", text, _drop(names, int(i)))


def _counters(series: Series, names: tuple[str, ...]) -> Iterator[ScreeningFinding]:
    """Columns that rise from each sample to the next: in the order of the data, or of one class."""
    if len(series) < _FEWEST:
        return
    for i in range(series.shape[2]):
        column = series[:, 0, i]
        if len(np.unique(column)) == len(column) and (np.diff(column) > 0).mean() > 0.95:
            text = (
                "is another number in each sample and rises with their order: a row number, a time or an id"
            )
            yield ScreeningFinding("warning", f"column {names[i]}", text, _drop(names, int(i)))


def _labels(
    series: Series, data: Dataset, rows: NDArray[np.int64], names: tuple[str, ...]
) -> Iterator[ScreeningFinding]:
    """Columns of a table that tell the class alone, where most others do not: on samples that the rule was
    not taken from."""
    if data.task != "classification" or len(rows) < _FEWEST or series.shape[2] < 2:
        return
    y = data.train.y[rows]
    right = [_right_alone(series[:, 0, i : i + 1], y) for i in range(series.shape[2])]
    if np.median(right) > _USUAL:
        return
    for i, share in enumerate(right):
        if share >= _GIVEN_AWAY:
            text = f"tells the class alone ({100 * share:.1f} % right): is it made from the label?"
            yield ScreeningFinding("warning", f"column {names[i]}", text, _drop(names, i))


def _right_alone(column: Series, y: NDArray[np.int64]) -> float:
    """Share of right answers of a small decision tree on the other half of the samples."""
    from sklearn.tree import DecisionTreeClassifier

    half = np.random.default_rng(0).permutation(len(y)) % 2 == 0
    tree = DecisionTreeClassifier(max_leaf_nodes=2 * (int(y.max()) + 1), random_state=0)
    return float(tree.fit(column[half], y[half]).score(column[~half], y[~half]))
