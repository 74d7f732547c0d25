"""What a model makes of each class: precision, recall, F1, from the confusion matrix."""

from collections.abc import Sequence

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


def class_results(labels: Sequence[str], counts: Sequence[Sequence[int]]) -> tuple[ClassResult, ...]:
    """From ``counts[true][predicted]``."""
    named = [sum(column) for column in zip(*counts, strict=True)]
    return tuple(
        ClassResult.of(label, row[k], sum(row), named[k])
        for k, (label, row) in enumerate(zip(labels, counts, strict=True))
    )
