"""What ``tinykd check`` found as one HTML page: findings with samples that show them, a map, a gallery."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tinykd.data.dataset import Dataset
from tinykd.data.summary import summary
from tinykd.report.drawing import PALETTE, Drawing
from tinykd.report.map_chart import sample_map
from tinykd.report.page import environment
from tinykd.report.sample_pictures import SamplePicture, sample_picture
from tinykd.screening.finding import LEVELS, ScreeningFinding
from tinykd.screening.screen import Screened

_SHOWN = 12  # samples beside a finding
_OF_EACH = 6  # samples of a class in the gallery
_MOST_CLASSES = 40


class FindingView(NamedTuple):
    """A finding and the samples that show it."""

    finding: ScreeningFinding
    pictures: tuple[SamplePicture, ...]


class SplitRow(NamedTuple):
    """Samples of a split, in all and by class."""

    name: str
    samples: int
    classes: tuple[int, ...]


def render_screening(project: str, found: Screened) -> str:
    """The whole page; of data that cannot be read, the findings alone."""
    data = found.data
    return environment().get_template("check.html.j2").render(
        project=project,
        palette=PALETTE,
        findings=[_view(each, data) for each in found.findings],
        counts={level: sum(each.level == level for each in found.findings) for level in LEVELS},
        splits=_splits(data) if data else [],
        classes=data.classes if data else (),
        yardstick=_yardstick(found),
        map=_map(found),
        gallery=_gallery(data) if data else [],
    )  # fmt: skip


def _view(finding: ScreeningFinding, data: Dataset | None) -> FindingView:
    rows = finding.rows[:_SHOWN] if data and finding.split else ()
    return FindingView(finding, tuple(sample_picture(data, finding.split, row) for row in rows if data))


def _splits(data: Dataset) -> list[SplitRow]:
    found = summary(data)["splits"]
    return [SplitRow(name, each["samples"], tuple(each.get("classes", ()))) for name, each in found.items()]


def _yardstick(found: Screened) -> str:
    if found.simple is None:
        return ""
    test = found.simple["test"]
    if "r2" in test:
        figure = f"R² {test['r2']:.4f}"
    elif test.get("f1") is not None:
        figure = f"F1 {test['f1']:.4f}"
    elif test.get("auc") is not None:
        figure = f"AUC {test['auc']:.4f}"
    else:
        figure = f"{100 * test['correct'] / max(test['total'], 1):.2f} % right"
    return f"{found.simple['name']}: {figure} on the test split"


def _map(found: Screened) -> Drawing | None:
    if found.data is None or found.embedded is None:
        return None
    labels = [_labels(found.data, name)[rows] for name, rows in found.embedded.rows.items()]
    names = found.data.classes if found.data.task in ("classification", "anomaly") else ()
    return sample_map(found.embedded.all_points(), np.concatenate(labels), names)


def _labels(data: Dataset, split: str) -> NDArray[np.int64]:
    """Of a regression, the sixth of its first target's range; of a detection, how many objects, 5 at most; of
    several labels, how many are on.
    """
    given = data.splits[split]
    if given.scenes is not None:
        return np.minimum(np.diff(given.scenes.boxes.starts), 5)
    if given.multilabel:
        return np.asarray(np.minimum(given.y.sum(axis=1), 5), np.int64)
    if given.labels is not None or given.y.ndim == 1:
        return given.y if given.labels is None else given.labels
    edges = np.quantile(data.train.y[:, 0], np.arange(1, 6) / 6)
    return np.asarray(np.digitize(given.y[:, 0], edges), np.int64)


def _gallery(data: Dataset) -> list[tuple[str, list[SamplePicture]]]:
    """Some training samples of each class; of a regression, of all; of a detection by their objects.
    Of several labels a sample may be shown several times.
    """
    labels = _labels(data, "train")
    names = data.classes
    if data.task == "regression":
        names = tuple(f"sixth {i + 1}" for i in range(6))
    elif data.task == "detection":
        names = (*(f"{i} objects" for i in range(5)), "5 objects or more")
    on = (
        data.train.y.T > 0
        if data.task == "multilabel"
        else [labels == number for number in range(len(names))]
    )
    rows: dict[str, Any] = {
        name: np.flatnonzero(own)[:_OF_EACH]
        for name, own in list(zip(names, on, strict=True))[:_MOST_CLASSES]
    }
    return [(name, [sample_picture(data, "train", int(row)) for row in own]) for name, own in rows.items()]
