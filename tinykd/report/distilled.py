"""Whether distillation helped: student minus baseline on the same test samples, in a number and a sentence.

One training run of each is compared: the interval covers the choice of test samples, not of the seed.
"""

from collections.abc import Mapping
from typing import Literal

from tinykd.intervals import Interval, mcnemar, newcombe, paired_difference
from tinykd.report.board_part import quality_of
from tinykd.report.inputs import DistillMetrics, Paired, PairedErrors, QuantizeMetrics, ScoreMetrics
from tinykd.report.model import Distillation, Quality
from tinykd.report.over_distilled import judge_over_distillation
from tinykd.training.behind import teacher_behind, trailing_sentence

_OPENINGS = {
    "helped": "Distillation helped",
    "hurt": "Distillation hurt",
    "not shown": "That distillation helped is not shown",
}
PAIRS_APART = (
    "Interval and p disagree: the interval is an approximation, the p exact, and few samples are right in "
    "one of the two only. The verdict needs both; more test samples or seeds would settle it."
)
ERRORS_APART = (
    "Interval and p disagree: the interval is of the mean, which a few large errors move, Wilcoxon's test is "
    "of ranks. The verdict needs both; more test samples or seeds would settle it."
)


def judge_distillation(metrics: DistillMetrics | None, teacher: ScoreMetrics | None = None) -> Distillation:
    """The verdict; "helped" and "hurt" only when the interval leaves zero out and, where known, p < 0.05.

    ``teacher``: of the test split; the sentence says so if it knows less than the baseline.
    """
    student = metrics.student.test if metrics else None
    baseline = metrics.baseline.test if metrics and metrics.baseline else None
    found = _judged(student, baseline, metrics, _OPENINGS)
    behind = _behind(metrics, teacher, baseline) if found.verdict != "not measured" else ""
    watched = {"agreement": _agreement(metrics), "over_distillation": judge_over_distillation(metrics)}
    return found.model_copy(update={"sentence": found.sentence + behind, **watched})


def judge_shipped(metrics: QuantizeMetrics | None) -> Distillation | None:
    """The same of both in int8; None where the baseline was not brought so far."""
    if metrics is None or metrics.baseline is None:
        return None
    openings = {k: f"In int8, as they ship, {text[0].lower()}{text[1:]}" for k, text in _OPENINGS.items()}
    found = _judged(metrics.tflite.test, metrics.baseline.test, metrics, openings)
    return found if found.verdict != "not measured" else None


def _judged(
    student: ScoreMetrics | None,
    baseline: ScoreMetrics | None,
    pairs: DistillMetrics | QuantizeMetrics | None,
    openings: Mapping[str, str],
) -> Distillation:
    if isinstance(pairs, DistillMetrics) and pairs.kept:
        sentence = "The student is the trained model of [student] as it is: nothing was distilled."
        return Distillation(verdict="not measured", sentence=sentence)
    if pairs is None or student is None or baseline is None or not student.total or not baseline.total:
        sentence = "Whether distillation helped is not known: student or baseline was not measured."
        return Distillation(verdict="not measured", sentence=sentence)
    if pairs.paired_errors:
        return _judge_errors(pairs.paired_errors, student, baseline, openings)
    difference = student.correct / student.total - baseline.correct / baseline.total
    interval, p_value = _compare(pairs.paired, student, baseline)
    verdict: Literal["helped", "hurt", "not shown"] = "not shown"
    if (interval.low > 0 or interval.high < 0) and (p_value is None or p_value < 0.05):
        verdict = "helped" if interval.low > 0 else "hurt"
    return Distillation(
        verdict=verdict,
        sentence=_sentence(openings[verdict], student, baseline, interval, p_value),
        difference_points=100 * difference,
        low_points=100 * interval.low,
        high_points=100 * interval.high,
        p_value=p_value,
        paired=pairs.paired is not None,
    )


def _judge_errors(
    found: PairedErrors, student: ScoreMetrics, baseline: ScoreMetrics, openings: Mapping[str, str]
) -> Distillation:
    """Of a regression: the smaller the mean absolute error the better."""
    verdict: Literal["helped", "hurt", "not shown"] = "not shown"
    if (found.high < 0 or found.low > 0) and found.p < 0.05:
        verdict = "helped" if found.high < 0 else "hurt"
    if student.mean_ap is not None:
        text = _of_labels(found, student, baseline, openings[verdict])
        return Distillation(verdict=verdict, sentence=text, p_value=found.p, paired=True)
    if student.f1 is not None:
        text = _of_objects(found, student, baseline, openings[verdict])
        return Distillation(verdict=verdict, sentence=text, p_value=found.p, paired=True)
    sentence = (
        f"{openings[verdict]}: the student's mean absolute error is {student.mae:.4g} on {student.total} "
        f"test samples, that of the baseline (same network, labels only) {baseline.mae:.4g}, a difference of "
        f"{found.difference:+.2g} (95 % interval {found.low:+.2g} to {found.high:+.2g}; Wilcoxon's p = "
        f"{found.p:.2g}; one training run each)."
    )
    if _disagree(found.low, found.high, found.p):
        sentence = f"{sentence} {ERRORS_APART}"
    return Distillation(verdict=verdict, sentence=sentence, p_value=found.p, paired=True)


def _of_objects(found: PairedErrors, student: ScoreMetrics, baseline: ScoreMetrics, opening: str) -> str:
    """Of a detection: the fewer objects are missed or invented the better."""
    text = (
        f"{opening}: the student has F1 {student.f1:.4f} and misses or invents {student.mistakes:.3g} "
        f"objects in an image, the mean of {student.total} test images, the baseline (same network, labels "
        f"only) F1 {baseline.f1:.4f} and {baseline.mistakes:.3g}, a difference of {found.difference:+.2g} "
        f"objects (95 % interval {found.low:+.2g} to {found.high:+.2g}; Wilcoxon's p = {found.p:.2g}; one "
        "training run each)."
    )
    return f"{text} {ERRORS_APART}" if _disagree(found.low, found.high, found.p) else text


def _of_labels(found: PairedErrors, student: ScoreMetrics, baseline: ScoreMetrics, opening: str) -> str:
    """Of several labels: the fewer classes are wrong in a sample the better."""
    text = (
        f"{opening}: the student has F1 {student.f1:.4f} and {student.mistakes:.3g} classes wrong in a "
        f"sample, the mean of {student.total} test samples, the baseline (same network, labels only) F1 "
        f"{baseline.f1:.4f} and {baseline.mistakes:.3g}, a difference of {found.difference:+.2g} classes "
        f"(95 % interval {found.low:+.2g} to {found.high:+.2g}; Wilcoxon's p = {found.p:.2g}; one training "
        "run each)."
    )
    return f"{text} {ERRORS_APART}" if _disagree(found.low, found.high, found.p) else text


def _agreement(metrics: DistillMetrics | None) -> Quality | None:
    return quality_of(metrics.agreement_with_teacher) if metrics else None


def _compare(
    pairs: Paired | None, student: ScoreMetrics, baseline: ScoreMetrics
) -> tuple[Interval, float | None]:
    """The interval of the difference, and McNemar's p where the pairs are known."""
    if pairs is None:
        return newcombe(student.correct, student.total, baseline.correct, baseline.total), None
    interval = paired_difference(pairs.student_only, pairs.baseline_only, student.total)
    return interval, mcnemar(pairs.student_only, pairs.baseline_only)


def _behind(
    metrics: DistillMetrics | None, teacher: ScoreMetrics | None, baseline: ScoreMetrics | None
) -> str:
    """What became of a teacher's weight that trailed on validation, else what to do where it does on test."""
    if metrics and (found := metrics.trailing):
        return f" {trailing_sentence(found.teacher, found.baseline, found.student, found.weight)}"
    return _teacher(teacher, baseline)


def _teacher(teacher: ScoreMetrics | None, baseline: ScoreMetrics | None) -> str:
    """What to do about a teacher that has less to say than the labels; else nothing."""
    if teacher is None or baseline is None:
        return ""
    if teacher.f1 is not None and baseline.f1 is not None:
        behind = teacher_behind(teacher.f1, baseline.f1, f1=True)
    elif teacher.mae is not None and baseline.mae is not None:
        behind = teacher_behind(teacher.mae, baseline.mae, errors=True)
    else:
        behind = teacher_behind(teacher.correct, baseline.correct)
    return f" {behind}" if behind else ""


def _sentence(
    opening: str, student: ScoreMetrics, baseline: ScoreMetrics, interval: Interval, p_value: float | None
) -> str:
    points = 100 * (student.correct / student.total - baseline.correct / baseline.total)
    answers = "answers" if student.auc is None else "puts"
    right = "test samples right" if student.auc is None else "test samples on their side of its threshold"
    test = f"McNemar's exact p = {p_value:.2g}" if p_value is not None else "unpaired"
    low, high = (f"{100 * end:+.2f}" for end in interval)
    text = (
        f"{opening}: the student {answers} {student.correct} of {student.total} {right}, the "
        f"baseline (same network, labels only) {baseline.correct} of {baseline.total}, a difference of "
        f"{points:+.2f} points (95 % interval {low} to {high}; {test}; one training run each)."
    )
    return f"{text} {PAIRS_APART}" if _disagree(interval.low, interval.high, p_value) else text


def _disagree(low: float, high: float, p_value: float | None) -> bool:
    """The interval leaves zero out, or not, and the test says otherwise."""
    return p_value is not None and (low > 0 or high < 0) != (p_value < 0.05)
