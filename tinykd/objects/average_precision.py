"""Average precision of boxes as COCO has it: AP50 and the mean of AP50 to AP95.

Precision at 101 recalls, interpolated from the right, the mean over classes; boxes match where they overlap
by an IoU of at least 0.5, 0.55, ..., 0.95 (Lin et al., Microsoft COCO, arXiv 1405.0312; equal to pycocotools'
figures, see tests/objects). All peaks count, whatever their score. Interval: bootstrap over the images.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tinykd.data.objects.boxes import Boxes
from tinykd.data.objects.grid import Scenes
from tinykd.intervals import Interval
from tinykd.objects.decode import Detections, Outputs, detect

OVERLAPS = tuple(0.5 + 0.05 * step for step in range(10))
MOST = 100  # boxes of an image that are looked at
_RECALLS = np.linspace(0.0, 1.0, 101)
RESAMPLES = 200
_SEED = 95


@dataclass(frozen=True)
class AveragePrecision:
    """AP50 and AP50-95 in [0, 1] with their 95 % intervals."""

    ap50: float
    ap50_interval: Interval
    ap: float
    ap_interval: Interval

    @classmethod
    def of(cls, outputs: Outputs, scenes: Scenes) -> "AveragePrecision":
        """Of the boxes that ``outputs`` find, each with its score."""
        found = detect(outputs, scenes, most=MOST)
        return cls.of_boxes(found, scenes.boxes, scenes.grid.classes)

    @classmethod
    def of_boxes(cls, found: Detections, boxes: Boxes, classes: int) -> "AveragePrecision":
        """Of boxes with scores, image after image."""
        made = (_Curve.of(found, boxes, kind) for kind in range(classes))
        curves = [curve for curve in made if curve is not None]
        whole = _mean(curves, np.ones((1, len(boxes))))[0]
        rng, count = np.random.default_rng(_SEED), len(boxes)
        weights = rng.multinomial(count, np.full(count, 1 / count), RESAMPLES).astype(np.float64)
        drawn = _mean(curves, weights)
        ends = [np.percentile(each, (2.5, 97.5)).tolist() for each in (drawn[:, 0], drawn.mean(axis=1))]
        return cls(float(whole[0]), Interval(*ends[0]), float(whole.mean()), Interval(*ends[1]))


@dataclass(frozen=True, eq=False)
class _Curve:
    """One class: its boxes by falling score, and which are right at each overlap."""

    images: NDArray[np.int64]  # (k,)
    right: NDArray[np.bool_]  # (overlaps, k)
    there: NDArray[np.int64]  # (n,) boxes of the class in each image

    @classmethod
    def of(cls, found: Detections, boxes: Boxes, kind: int) -> "_Curve | None":
        """None where there is no box of the class."""
        there = np.bincount(boxes.images[boxes.classes == kind], minlength=len(boxes))
        if not there.any():
            return None
        mine = found.kept(found.classes == kind)
        right = np.zeros((len(OVERLAPS), len(mine)), np.bool_)
        for image in np.unique(mine.images):
            rows = np.flatnonzero(mine.images == image)
            corners, classes = boxes.at(int(image))
            ious = overlaps(mine.corners[rows].astype(np.float64), corners[classes == kind])
            right[:, rows] = _matched(ious)
        order = np.argsort(-mine.scores, kind="stable")
        return cls(mine.images[order], right[:, order], there)

    def average(self, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """(overlaps,) with image i counted ``weights[i]`` times."""
        each = weights[self.images]
        hits, seen = np.cumsum(self.right * each, axis=1), np.cumsum(each)
        total = float(weights @ self.there)
        if total <= 0:
            return np.full(len(OVERLAPS), np.nan)
        precision = hits / np.maximum(seen, 1e-12)
        best = np.maximum.accumulate(precision[:, ::-1], axis=1)[:, ::-1]
        best = np.concatenate([best, np.zeros((len(OVERLAPS), 1))], axis=1)
        recall = hits / total
        places = (np.searchsorted(recall_row, _RECALLS, side="left") for recall_row in recall)
        return np.array([row[at].mean() for row, at in zip(best, places, strict=True)])


def _mean(curves: list[_Curve], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """(r, overlaps) the mean over classes, for each row of ``weights`` (r, n)."""
    drawn = [np.stack([curve.average(row) for curve in curves]) for row in weights]
    return np.stack([np.nanmean(each, axis=0) for each in drawn])


def _matched(ious: NDArray[np.float64]) -> NDArray[np.bool_]:
    """(overlaps, k): each of k boxes, best first, takes the true one that it overlaps most of those left."""
    right = np.zeros((len(OVERLAPS), len(ious)), np.bool_)
    for level, least in enumerate(OVERLAPS):
        left = np.ones(ious.shape[1], np.bool_)
        for i, row in enumerate(ious):
            free = np.where(left, row, -1.0)
            place = int(free.argmax()) if len(free) else -1
            if place >= 0 and free[place] >= least - 1e-10:
                left[place], right[level, i] = False, True
    return right


def overlaps(boxes: NDArray[np.float64], others: NDArray[np.float32]) -> NDArray[np.float64]:
    """(k, m) intersection over union of (k, 4) and (m, 4)."""
    low = np.maximum(boxes[:, np.newaxis, :2], others[np.newaxis, :, :2])
    high = np.minimum(boxes[:, np.newaxis, 2:], others[np.newaxis, :, 2:])
    both = np.prod(np.maximum(high - low, 0.0), axis=2)
    one, two = (np.prod(each[:, 2:] - each[:, :2], axis=1).astype(np.float64) for each in (boxes, others))
    return np.asarray(both / np.maximum(one[:, np.newaxis] + two[np.newaxis] - both, 1e-12))
