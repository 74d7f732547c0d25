"""Whether distillation helped: student minus baseline on the same test samples, in a number and a sentence.

One training run of each is compared: the interval covers the choice of test samples, not of the seed.
"""

from typing import Literal

from tinykd.intervals import Interval, mcnemar, newcombe, paired_difference
from tinykd.report.board_part import quality_of
from tinykd.report.inputs import Counts, DistillMetrics, PairedErrors
from tinykd.report.model import Distillation, Quality
from tinykd.report.over_distilled import judge_over_distillation

_OPENINGS = {
    "helped": "Distillation helped",
    "hurt": "Distillation hurt",
    "not shown": "That distillation helped is not shown",
}


def judge_distillation(metrics: DistillMetrics | None, teacher: Counts | None = None) -> Distillation:
    """The verdict; "helped" and "hurt" only when the interval leaves zero out and, where known, p < 0.05.

    ``teacher``: of the test split; the sentence says so if it knows less than the baseline.
    """
    student = metrics.student.test if metrics else None
    baseline = metrics.baseline.test if metrics and metrics.baseline else None
    agreement = _agreement(metrics)
    watched = judge_over_distillation(metrics)
    if metrics and metrics.paired_errors and student and baseline:
        found = _judge_errors(metrics.paired_errors, student, baseline, teacher)
        return found.model_copy(update={"agreement": agreement, "over_distillation": watched})
    if metrics is None or student is None or baseline is None or not student.total or not baseline.total:
        sentence = "Whether distillation helped is not known: student or baseline was not measured."
        return Distillation(
            verdict="not measured", sentence=sentence, agreement=agreement, over_distillation=watched
        )
    difference = student.correct / student.total - baseline.correct / baseline.total
    interval, p_value = _compare(metrics, student, baseline)
    verdict: Literal["helped", "hurt", "not shown"] = "not shown"
    if (interval.low > 0 or interval.high < 0) and (p_value is None or p_value < 0.05):
        verdict = "helped" if interval.low > 0 else "hurt"
    return Distillation(
        verdict=verdict,
        sentence=_sentence(verdict, student, baseline, interval, p_value) + _teacher(teacher, baseline),
        difference_points=100 * difference,
        low_points=100 * interval.low,
        high_points=100 * interval.high,
        p_value=p_value,
        paired=metrics.paired is not None,
        agreement=agreement,
        over_distillation=watched,
    )


def _judge_errors(
    found: PairedErrors, student: Counts, baseline: Counts, teacher: Counts | None
) -> Distillation:
    """Of a regression: the smaller the mean absolute error the better."""
    verdict: Literal["helped", "hurt", "not shown"] = "not shown"
    if (found.high < 0 or found.low > 0) and found.p < 0.05:
        verdict = "helped" if found.high < 0 else "hurt"
    sentence = (
        f"{_OPENINGS[verdict]}: the student's mean absolute error is {student.mae:.4g} on {student.total} "
        f"test samples, that of the baseline (same network, labels only) {baseline.mae:.4g}, a difference of "
        f"{found.difference:+.2g} (95 % interval {found.low:+.2g} to {found.high:+.2g}; Wilcoxon's p = "
        f"{found.p:.2g}; one training run each)."
    )
    sentence += _teacher(teacher, baseline)
    return Distillation(verdict=verdict, sentence=sentence, p_value=found.p, paired=True)


def _agreement(metrics: DistillMetrics | None) -> Quality | None:
    return quality_of(metrics.agreement_with_teacher) if metrics else None


def _compare(metrics: DistillMetrics, student: Counts, baseline: Counts) -> tuple[Interval, float | None]:
    """The interval of the difference, and McNemar's p where the pairs are known."""
    pairs = metrics.paired
    if pairs is None:
        return newcombe(student.correct, student.total, baseline.correct, baseline.total), None
    interval = paired_difference(pairs.student_only, pairs.baseline_only, student.total)
    return interval, mcnemar(pairs.student_only, pairs.baseline_only)


def _teacher(teacher: Counts | None, baseline: Counts) -> str:
    """What to do about a teacher that has less to say than the labels; else nothing."""
    if teacher is None:
        return ""
    if teacher.mae is not None and baseline.mae is not None:
        worse, its = teacher.mae > baseline.mae, f"'s own is {teacher.mae:.4g}, more than the baseline's"
    else:
        worse = teacher.correct < baseline.correct
        its = f" itself has {teacher.correct} right, fewer than the baseline"
    return f" The teacher{its}: train it longer ([teacher] epochs), or take a better one." if worse else ""


def _sentence(
    verdict: str, student: Counts, baseline: Counts, interval: Interval, p_value: float | None
) -> str:
    points = 100 * (student.correct / student.total - baseline.correct / baseline.total)
    opening = _OPENINGS[verdict]
    answers = "answers" if student.auc is None else "puts"
    right = "test samples right" if student.auc is None else "test samples on their side of its threshold"
    test = f"McNemar's exact p = {p_value:.2g}" if p_value is not None else "unpaired"
    low, high = (f"{100 * end:+.2f}" for end in interval)
    return (
        f"{opening}: the student {answers} {student.correct} of {student.total} {right}, the "
        f"baseline (same network, labels only) {baseline.correct} of {baseline.total}, a difference of "
        f"{points:+.2f} points (95 % interval {low} to {high}; {test}; one training run each)."
    )
