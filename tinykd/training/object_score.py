"""How good a detector is on a split: F1 of centres, what lies behind it, and average precision."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.dataset import Dataset, Split
from tinykd.intervals import Interval
from tinykd.objects.average_precision import AveragePrecision
from tinykd.objects.measure import ObjectTally, best_thresholds, tally_of

Outputs = NDArray[Any]  # (n, grid.outputs)


@dataclass(frozen=True)
class ObjectScore:
    """``total`` images; F1 of the centres, the mean over the classes, with its 95 % interval.

    Of all classes together: ``right`` of the ``found`` objects, and of those that are ``there``.
    """

    total: int
    f1: float
    low: float
    high: float
    right: int
    found: int
    there: int
    count_error: float  # objects too many or too few in an image, the mean
    mistakes: float  # objects missed or invented in an image, the mean
    ap50: float
    ap50_low: float
    ap50_high: float
    ap: float  # AP50-95
    ap_low: float
    ap_high: float
    f1_of_classes: tuple[float, ...]
    there_of_classes: tuple[int, ...]
    thresholds: tuple[float, ...]  # of each class, by validation

    @classmethod
    def of(cls, outputs: Outputs, split: Split, thresholds: Sequence[float]) -> "ObjectScore":
        """Of ``outputs`` on ``split``."""
        assert split.scenes is not None
        tally = tally_of(outputs, split.scenes, thresholds)
        precision = AveragePrecision.of(outputs, split.scenes)
        low, high = _rounded(tally.interval)
        return cls(
            len(split),
            round(tally.f1, 9),
            low,
            high,
            int(tally.right.sum()),
            int(tally.found.sum()),
            int(tally.there.sum()),
            tally.count_error,
            float(mistakes_of(tally).mean()),
            round(precision.ap50, 9),
            *_rounded(precision.ap50_interval),
            round(precision.ap, 9),
            *_rounded(precision.ap_interval),
            tuple(round(float(each), 9) for each in tally.f1_of_classes),
            tuple(map(int, tally.there.sum(axis=0))),
            tuple(map(float, thresholds)),
        )

    @property
    def rate(self) -> float:
        """F1 in [0, 1]."""
        return self.f1

    @property
    def precision(self) -> float:
        """Of the objects found, those that are right."""
        return self.right / max(self.found, 1)

    @property
    def recall(self) -> float:
        """Of the objects that are there, those found."""
        return self.right / max(self.there, 1)

    def to_json(self) -> dict[str, Any]:
        """As in the metrics files."""
        return asdict(self) | {"precision": self.precision, "recall": self.recall}

    def __str__(self) -> str:
        return (
            f"F1 {self.f1:.4f}, {self.right} of {self.there} objects found, "
            f"{self.found - self.right} that are none, AP50 {self.ap50:.3f}"
        )


def object_scores(data: Dataset, outputs: Mapping[str, Outputs]) -> dict[str, ObjectScore]:
    """A score per split of ``outputs``, validation among them: it says the thresholds."""
    scenes = data.validation.scenes
    assert scenes is not None
    thresholds = best_thresholds(outputs["validation"], scenes)
    return {name: ObjectScore.of(given, data.splits[name], thresholds) for name, given in outputs.items()}


def best_tally(outputs: Outputs, split: Split) -> ObjectTally:
    """At the thresholds that are best on ``split`` itself: for curves and for choosing an epoch."""
    assert split.scenes is not None
    return tally_of(outputs, split.scenes, best_thresholds(outputs, split.scenes))


def mistakes_on_test(data: Dataset, outputs: Mapping[str, Outputs]) -> NDArray[np.float64]:
    """(n,) objects missed or invented in each test image, thresholds by validation."""
    assert data.validation.scenes is not None and data.test.scenes is not None
    thresholds = best_thresholds(outputs["validation"], data.validation.scenes)
    return mistakes_of(tally_of(outputs["test"], data.test.scenes, thresholds))


def mistakes_of(tally: ObjectTally) -> NDArray[np.float64]:
    """(n,) objects missed or invented in each image."""
    return np.asarray((tally.found + tally.there - 2 * tally.right).sum(axis=1), np.float64)


def _rounded(interval: Interval) -> tuple[float, float]:
    """Sums over threads differ in their last bits."""
    return round(interval.low, 9), round(interval.high, 9)
