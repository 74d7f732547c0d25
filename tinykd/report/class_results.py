"""What a model makes of each class: precision, recall, F1, from the confusion matrix; of several labels from
their counts, with average precision.
"""

from collections.abc import Sequence

from tinykd.report.inputs import ScoreMetrics
from tinykd.report.part import Part


class ClassResult(Part):
    """One class on the test split; a rate of nothing is None."""

    name: str
    support: int  # samples there are
    named: int  # times that it was answered
    right: int
    precision: float | None  # right / named
    recall: float | None  # right / support
    f1: float | None  # 2 right / (support + named)
    ap: float | None = None  # of several labels: average precision
    threshold: float | None = None  # of several labels: the logit from which on it is named

    @classmethod
    def of(cls, name: str, right: int, support: int, named: int) -> "ClassResult":
        """From the counts."""
        return cls(
            name=name,
            support=support,
            named=named,
            right=right,
            precision=right / named if named else None,
            recall=right / support if support else None,
            f1=2 * right / (support + named) if support + named else None,
        )


def results_of_labels(labels: Sequence[str], found: ScoreMetrics) -> tuple[ClassResult, ...]:
    """Of several labels, from their score; nothing of another."""
    if found.mean_ap is None:
        return ()
    counts = zip(
        labels, found.right_of_classes, found.there_of_classes, found.found_of_classes, strict=False
    )  # names may be missing
    more = zip(found.ap_of_classes, found.thresholds, strict=True)
    return tuple(
        ClassResult.of(*each).model_copy(update={"ap": ap, "threshold": threshold})
        for each, (ap, threshold) in zip(counts, more, strict=False)
    )


def class_results(labels: Sequence[str], counts: Sequence[Sequence[int]]) -> tuple[ClassResult, ...]:
    """From ``counts[true][predicted]``."""
    named = [sum(column) for column in zip(*counts, strict=True)]
    return tuple(
        ClassResult.of(label, row[k], sum(row), named[k])
        for k, (label, row) in enumerate(zip(labels, counts, strict=True))
    )
