"""How good a model of several labels is on a split: F1 of the classes that are on, average precision.

A class is on where its logit reaches the class's threshold, which validation chose. F1 = 2 right / (found +
there), the mean over the classes (macro), or of all together (micro). Average precision of a class, as
scikit-learn has it: the sum over the thresholds of precision times the recall that is gained; a class that is
nowhere on has none. Intervals: percentile bootstrap over the samples (Efron, 1979), thresholds held.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.dataset import Dataset, Split
from tinykd.data.types import Targets
from tinykd.objects.measure import ObjectTally, best_threshold, bootstrap_weights, interval_of

Outputs = NDArray[Any]  # (n, classes): logits
_BLOCK = 100  # bootstrap samples at a time: bounds the memory


@dataclass(frozen=True)
class LabelScore:
    """``total`` samples. Of all classes together: ``right`` of the ``found``, and of those ``there``."""

    total: int
    f1: float  # the mean over the classes
    low: float
    high: float
    micro_f1: float
    micro_low: float
    micro_high: float
    mean_ap: float  # the mean over the classes that there are
    mean_ap_low: float
    mean_ap_high: float
    chance: float  # what answers that know nothing have as mean_ap: the share of the samples a class is on in
    all_right: int  # samples with every class right
    mistakes: float  # classes wrong in a sample, the mean
    right: int
    found: int
    there: int
    right_of_classes: tuple[int, ...]
    found_of_classes: tuple[int, ...]
    there_of_classes: tuple[int, ...]
    f1_of_classes: tuple[float, ...]
    ap_of_classes: tuple[float | None, ...]
    thresholds: tuple[float, ...]  # logits, by validation

    @classmethod
    def of(cls, outputs: Outputs, split: Split, thresholds: Sequence[float]) -> "LabelScore":
        """Of ``outputs`` on ``split``."""
        on = classes_on(outputs, thresholds)
        tally, wrong = tally_of_classes(on, split.y), on != (split.y > 0)
        each = [ap_of(outputs[:, k], split.y[:, k]) for k in range(split.y.shape[1])]
        known = [value for value in each if value is not None]
        (low, high), (micro_low, micro_high) = tally.interval, tally.micro_interval
        mean_ap_low, mean_ap_high = _mean_ap_ends(outputs, split.y)
        return cls(
            total=len(split),
            f1=_rounded(tally.f1),
            low=_rounded(low),
            high=_rounded(high),
            micro_f1=_rounded(tally.micro_f1),
            micro_low=_rounded(micro_low),
            micro_high=_rounded(micro_high),
            mean_ap=_rounded(float(np.mean(known)) if known else 0.0),
            mean_ap_low=mean_ap_low,
            mean_ap_high=mean_ap_high,
            chance=_rounded(_chance(split.y)),
            all_right=int(np.count_nonzero(~wrong.any(axis=1))),
            mistakes=float(wrong.sum(axis=1).mean()),
            right=int(tally.right.sum()),
            found=int(tally.found.sum()),
            there=int(tally.there.sum()),
            right_of_classes=tuple(map(int, tally.right.sum(axis=0))),
            found_of_classes=tuple(map(int, tally.found.sum(axis=0))),
            there_of_classes=tuple(map(int, tally.there.sum(axis=0))),
            f1_of_classes=tuple(map(_rounded, tally.f1_of_classes.tolist())),
            ap_of_classes=tuple(None if value is None else _rounded(value) for value in each),
            thresholds=tuple(map(float, thresholds)),
        )

    @property
    def rate(self) -> float:
        """F1 in [0, 1], the mean over the classes."""
        return self.f1

    def to_json(self) -> dict[str, Any]:
        """As in the metrics files."""
        return asdict(self)

    def __str__(self) -> str:
        return (
            f"F1 {self.f1:.4f} (micro {self.micro_f1:.4f}), mAP {self.mean_ap:.4f}, "
            f"every class right in {self.all_right} of {self.total}"
        )


def label_scores(data: Dataset, outputs: Mapping[str, Outputs]) -> dict[str, LabelScore]:
    """A score per split of ``outputs``, validation among them: it says the thresholds."""
    thresholds = best_thresholds_of(outputs["validation"], data.validation.y)
    return {name: LabelScore.of(given, data.splits[name], thresholds) for name, given in outputs.items()}


def best_thresholds_of(outputs: Outputs, y: Targets) -> tuple[float, ...]:
    """Of each class the logit that makes its F1 largest, halfway to the next below; 0, a probability of one
    half, of a class that is nowhere on.
    """
    given = outputs.astype(np.float64)
    columns = range(y.shape[1])
    return tuple(best_threshold(given[:, k], y[:, k] > 0, int(y[:, k].sum()), whole=False) for k in columns)


def classes_on(outputs: Outputs, thresholds: Sequence[float]) -> NDArray[np.bool_]:
    """(n, classes) of ``outputs`` of that shape."""
    return np.asarray(outputs.astype(np.float64) >= np.asarray(thresholds, np.float64))


def tally_of_classes(on: NDArray[np.bool_], y: Targets) -> ObjectTally:
    """Classes that are on, counted as what was found in each sample."""
    there = y > 0
    return ObjectTally(*(each.astype(np.int64) for each in (on & there, on, there)))


def best_on(outputs: Outputs, split: Split) -> ObjectTally:
    """At the thresholds that are best on ``split`` itself: for curves and for choosing an epoch."""
    return tally_of_classes(classes_on(outputs, best_thresholds_of(outputs, split.y)), split.y)


def mistakes_in(data: Dataset, outputs: Mapping[str, Outputs]) -> NDArray[np.float64]:
    """(n,) classes wrong in each test sample, thresholds by validation."""
    on = classes_on(outputs["test"], best_thresholds_of(outputs["validation"], data.validation.y))
    return np.asarray((on != (data.test.y > 0)).sum(axis=1), np.float64)


def mean_ap_of(outputs: Outputs, y: Targets) -> float:
    """The mean over the classes that there are; 0 where there is none."""
    known = [ap for k in range(y.shape[1]) if (ap := ap_of(outputs[:, k], y[:, k])) is not None]
    return float(np.mean(known)) if known else 0.0


def ap_of(scores: NDArray[Any], y: NDArray[np.float32]) -> float | None:
    """Average precision of one class from (n,) scores; None where it is nowhere on."""
    if not y.any():
        return None
    return float(_weighted_ap(scores, y, np.ones((1, len(y)))).item())


def _mean_ap_ends(outputs: Outputs, y: Targets) -> tuple[float, float]:
    """The 95 % interval of ``mean_ap``."""
    there = [k for k in range(y.shape[1]) if y[:, k].any()]
    if not there:
        return 0.0, 0.0
    weights = bootstrap_weights(len(y))
    drawn = [
        np.nanmean([_weighted_ap(outputs[:, k], y[:, k], weights[i : i + _BLOCK]) for k in there], axis=0)
        for i in range(0, len(weights), _BLOCK)
    ]
    low, high = interval_of(np.nan_to_num(np.concatenate(drawn)))
    return _rounded(low), _rounded(high)


def _weighted_ap(
    scores: NDArray[Any], y: NDArray[np.float32], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """(r,) of ``weights`` (r, n); equal scores are above a threshold together; NaN where nothing is drawn."""
    order = np.argsort(-scores.astype(np.float64), kind="stable")
    ordered = scores[order]
    last = np.append(ordered[1:] != ordered[:-1], True)
    ends = np.flatnonzero(last)[
        np.concatenate([[0], np.cumsum(last)[:-1]])
    ]  # of each, the last with its score
    drawn = weights[:, order]
    hits = drawn * y[order]
    precision = np.cumsum(hits, axis=1)[:, ends] / np.maximum(np.cumsum(drawn, axis=1)[:, ends], 1e-30)
    there = hits.sum(axis=1)
    found = (hits * precision).sum(axis=1) / np.maximum(there, 1e-30)
    return np.where(there > 0, found, np.nan)


def _chance(y: Targets) -> float:
    shares = y.mean(axis=0, dtype=np.float64)
    return float(shares[shares > 0].mean()) if (shares > 0).any() else 0.0


def _rounded(value: float) -> float:
    """Sums over threads differ in their last bits."""
    return round(float(value), 9)
