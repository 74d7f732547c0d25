"""A sentence on a model whose scores on validation and test are more apart than chance allows."""

from collections.abc import Mapping

from tinykd.intervals import wilson
from tinykd.training.apart import WHY, Estimate, apart
from tinykd.training.counts import Counts
from tinykd.training.label_score import LabelScore
from tinykd.training.object_score import ObjectScore
from tinykd.training.scores import DetectionScore, RegressionScore, Score


def gap_in(scores: Mapping[str, Score], who: str) -> str | None:
    """On ``who``, whose ``scores`` are by split; None where all is as it should be."""
    if not {"validation", "test"} <= scores.keys():
        return None
    validation, test = estimate_of(scores["validation"]), estimate_of(scores["test"])
    found = None if validation is None or test is None else apart(validation, test)
    if found is None or test is None:
        return None
    low, high = (f"{end:+.4f}" if test.name else f"{100 * end:+.1f}" for end in found)
    points = "" if test.name else " points"
    return (
        f"{who} has {validation} on validation and {test} on the test split, {WHY} "
        f"(95 % interval of the difference {low} to {high}{points})"
    )


def estimate_of(score: Score) -> Estimate | None:
    """None where nothing was measured."""
    match score:
        case Counts():
            return Estimate(score.rate, *wilson(score.correct, score.total)) if score.total else None
        case RegressionScore():
            return Estimate(score.r2, score.low, score.high, "R²")
        case LabelScore():
            return Estimate(score.mean_ap, score.mean_ap_low, score.mean_ap_high, "mAP")
        case ObjectScore():
            return None  # validation chose its thresholds, and is flattered by them
        case DetectionScore():
            if score.auc is None or score.low is None or score.high is None:
                return None
            return Estimate(score.auc, score.low, score.high, "AUC")
