"""Precision, recall and F1 of the objects found, by class; the thresholds that make F1 largest; intervals.

F1 = 2 right / (found + there). The figure of a detector is the mean over the classes that there are, so that
a rare one counts as much as a common one. Interval: percentile bootstrap over the images (Efron, 1979),
thresholds held.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tinykd.data.objects.boxes import Boxes
from tinykd.data.objects.grid import Scenes
from tinykd.intervals import Interval
from tinykd.objects.decode import Detections, Outputs, detect
from tinykd.objects.match import right_centres

RESAMPLES = 1000
_SEED = 95  # the same interval every time

Counted = NDArray[np.int64]  # (n, classes)
AnyCounts = NDArray[np.int64] | NDArray[np.float64]  # of bootstrap samples: with weights


@dataclass(frozen=True, eq=False)
class ObjectTally:
    """Of each image and class: objects that are right, that were found, that there are."""

    right: Counted
    found: Counted
    there: Counted

    @classmethod
    def of(cls, found: Detections, right: NDArray[np.bool_], boxes: Boxes, classes: int) -> "ObjectTally":
        """Counts of ``found``, of which ``right`` (k,) are."""
        size = len(boxes), classes
        return cls(
            _counted(found.images[right], found.classes[right], size),
            _counted(found.images, found.classes, size),
            _counted(boxes.images, boxes.classes, size),
        )

    @property
    def f1(self) -> float:
        """The mean over the classes that there are."""
        return float(_mean_f1(*(each.sum(axis=0)[np.newaxis] for each in self._all)).item())

    @property
    def micro_f1(self) -> float:
        """Of all classes together."""
        return float(_f1(*(each.sum() for each in self._all)))

    @property
    def f1_of_classes(self) -> NDArray[np.float64]:
        """(classes,); 0 where there is neither an object nor one found."""
        return _f1(*(each.sum(axis=0) for each in self._all))

    @property
    def f1_of_images(self) -> NDArray[np.float64]:
        """(n,) over all classes; 1 where there is nothing and nothing was found."""
        right, found, there = (each.sum(axis=1) for each in self._all)
        return np.where(found + there == 0, 1.0, _f1(right, found, there))

    @property
    def count_error(self) -> float:
        """How many objects too many or too few an image is said to have, the mean over images."""
        return float(np.abs(self.found - self.there).sum(axis=1).mean())

    @property
    def interval(self) -> Interval:
        """About 95 % of ``f1``."""
        return interval_of(_mean_f1(*(self._weights @ each for each in self._all)))

    @property
    def micro_interval(self) -> Interval:
        """About 95 % of ``micro_f1``."""
        return interval_of(_f1(*(self._weights @ each.sum(axis=1) for each in self._all)))

    @cached_property
    def _weights(self) -> NDArray[np.float64]:
        return bootstrap_weights(len(self.there))

    @property
    def _all(self) -> tuple[Counted, Counted, Counted]:
        return self.right, self.found, self.there


def bootstrap_weights(count: int) -> NDArray[np.float64]:
    """(RESAMPLES, count) how often each sample is drawn."""
    rng = np.random.default_rng(_SEED)
    return rng.multinomial(count, np.full(count, 1 / count), RESAMPLES).astype(np.float64)


def interval_of(drawn: NDArray[np.float64]) -> Interval:
    """From the figure of each bootstrap sample."""
    low, high = np.percentile(drawn, (2.5, 97.5))
    return Interval(float(low), float(high))


def tally_of(outputs: Outputs, scenes: Scenes, thresholds: Sequence[float]) -> ObjectTally:
    """What ``outputs`` find in the images of ``scenes``."""
    found = detect(outputs, scenes, thresholds)
    return ObjectTally.of(found, right_centres(found, scenes), scenes.boxes, scenes.grid.classes)


def best_thresholds(outputs: Outputs, scenes: Scenes) -> tuple[float, ...]:
    """Of each class the one that makes its F1 largest, halfway to the next score below; 0 of a class that
    there is none of. Whole numbers of int8 outputs.
    """
    found = detect(outputs, scenes)
    right = right_centres(found, scenes)
    there = np.bincount(scenes.boxes.classes, minlength=scenes.grid.classes)
    whole = outputs.dtype == np.int8
    return tuple(
        best_threshold(
            found.scores[found.classes == kind], right[found.classes == kind], int(there[kind]), whole
        )
        for kind in range(scenes.grid.classes)
    )


def best_threshold(scores: NDArray[np.float64], right: NDArray[np.bool_], there: int, whole: bool) -> float:
    """Of one class, of which there are ``there``: from ``scores`` (k,), ``right`` or not. Equal scores are
    above a threshold together.
    """
    if not there or not right.any():
        return 0.0
    order = np.argsort(-scores, kind="stable")
    scores, hits = scores[order], np.cumsum(right[order])
    f1 = 2 * hits / (np.arange(1, len(scores) + 1) + there)
    last = np.append(scores[1:] < scores[:-1], True)
    place = int(np.argmax(np.where(last, f1, -1.0)))
    below = scores[place + 1] if place + 1 < len(scores) else scores[place] - 2.0
    middle = (scores[place] + below) / 2
    return float(np.ceil(middle)) if whole else float(middle)


def _counted(images: NDArray[np.int64], classes: NDArray[np.int64], size: tuple[int, int]) -> Counted:
    counts = np.zeros(size, np.int64)
    np.add.at(counts, (images, classes), 1)
    return counts


def _f1(right: AnyCounts, found: AnyCounts, there: AnyCounts) -> NDArray[np.float64]:
    return np.asarray(2 * right / np.maximum(found + there, 1))


def _mean_f1(right: AnyCounts, found: AnyCounts, there: AnyCounts) -> NDArray[np.float64]:
    """(r,) of (r, classes)."""
    known = there > 0
    return np.asarray((_f1(right, found, there) * known).sum(axis=1) / np.maximum(known.sum(axis=1), 1))
