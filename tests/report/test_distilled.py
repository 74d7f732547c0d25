"""The sentence on distillation says helped or hurt only when the figures do."""

import pytest

from tinykd.report.distilled import ERRORS_APART, PAIRS_APART, judge_distillation, judge_shipped
from tinykd.report.inputs import DistillMetrics, QuantizeMetrics, ScoreMetrics


def metrics(student: int, baseline: int, only_student: int | None = None, total: int = 360) -> DistillMetrics:
    value: dict[str, object] = {
        "student": {"test": {"correct": student, "total": total}},
        "baseline": {"test": {"correct": baseline, "total": total}},
    }
    if only_student is not None:
        value["paired"] = {"student_only": only_student, "baseline_only": only_student - student + baseline}
    return DistillMetrics.model_validate(value)


@pytest.mark.parametrize(
    ("student", "baseline", "only_student", "verdict"),
    [
        (355, 330, None, "helped"),
        (330, 355, None, "hurt"),
        (353, 350, None, "not shown"),
        (353, 346, 7, "helped"),  # 7 to 0
        (353, 346, 9, "not shown"),  # 9 to 2: the interval leaves zero out, the exact test does not
        (346, 353, 0, "hurt"),
        (350, 350, 0, "not shown"),
    ],
)
def test_the_verdict(student: int, baseline: int, only_student: int | None, verdict: str) -> None:
    assert judge_distillation(metrics(student, baseline, only_student)).verdict == verdict


def test_the_sentence() -> None:
    found = judge_distillation(metrics(353, 346, 7))
    assert found.sentence == (
        "Distillation helped: the student answers 353 of 360 test samples right, the baseline (same network, "
        "labels only) 346 of 360, a difference of +1.94 points (95 % interval +0.42 to +3.45; McNemar's "
        "exact p = 0.016; one training run each)."
    )
    assert found.paired
    assert found.p_value == pytest.approx(2 / 128)


def test_an_interval_and_a_p_that_disagree_are_explained() -> None:
    assert judge_distillation(metrics(353, 346, 9)).sentence.endswith(
        f"one training run each). {PAIRS_APART}"
    )
    assert PAIRS_APART not in judge_distillation(metrics(350, 350, 0)).sentence


def test_without_a_baseline_nothing_is_claimed() -> None:
    assert judge_distillation(None).verdict == "not measured"
    assert judge_distillation(DistillMetrics.model_validate({"student": {}})).verdict == "not measured"


def errors(low: float, high: float, p: float) -> DistillMetrics:
    """Of a regression: the student's mean absolute error is 1.25, the baseline's 1.45."""
    score = {"total": 80, "r2": 0.9, "low": 0.8, "high": 0.95}
    return DistillMetrics.model_validate(
        {
            "student": {"test": {**score, "mae": 1.25}},
            "baseline": {"test": {**score, "mae": 1.45}},
            "paired_errors": {"difference": -0.2, "low": low, "high": high, "p": p},
        }
    )


@pytest.mark.parametrize(
    ("low", "high", "p", "verdict"),
    [
        (-0.3, -0.1, 0.001, "helped"),
        (0.1, 0.3, 0.001, "hurt"),
        (-0.3, -0.1, 0.2, "not shown"),
        (-1, 1, 0.9, "not shown"),
    ],
)
def test_a_regression_is_judged_by_its_errors(low: float, high: float, p: float, verdict: str) -> None:
    found = judge_distillation(errors(low, high, p))
    assert found.verdict == verdict
    disagree = f" {ERRORS_APART}" if verdict == "not shown" and p == 0.2 else ""
    assert found.sentence.endswith(
        ": the student's mean absolute error is 1.25 on 80 test samples, that of the baseline (same network, "
        f"labels only) 1.45, a difference of -0.2 (95 % interval {low:+.2g} to {high:+.2g}; Wilcoxon's "
        f"p = {p:.2g}; one training run each).{disagree}"
    )


BEHIND = (
    ": in our runs that cost students about as much as their teachers were behind, 3.5 points in one "
    "(docs/distillation.md). Train it longer ([teacher] epochs), or take a better one."
)


def test_a_teacher_that_knows_less_than_the_baseline_is_named() -> None:
    both = metrics(88, 348, 0)
    found = judge_distillation(both, ScoreMetrics(correct=95, total=360)).sentence
    assert found.endswith(f" The teacher itself has 95 right, fewer than the baseline's 348{BEHIND}")
    assert judge_distillation(both, ScoreMetrics(correct=348, total=360)).sentence.endswith(
        "training run each)."
    )


def test_so_is_one_whose_errors_are_larger() -> None:
    both = errors(-0.3, -0.1, 0.001)
    found = judge_distillation(both, ScoreMetrics(total=80, mae=1.5)).sentence
    assert found.endswith(
        f" The teacher's own mean absolute error is 1.5, more than the baseline's 1.45{BEHIND}"
    )
    assert judge_distillation(both, ScoreMetrics(total=80, mae=1.45)).sentence.endswith("training run each).")


def shipped(**values: object) -> QuantizeMetrics:
    facts = {"tflite": {"test": {"correct": 353, "total": 360}}, "bytes": 1, "sha256": "0" * 64}
    return QuantizeMetrics.model_validate(facts | values)


def test_student_and_baseline_are_compared_as_they_ship() -> None:
    baseline = {"test": {"correct": 346, "total": 360}, "bytes": 1}
    found = judge_shipped(shipped(baseline=baseline, paired={"student_only": 7, "baseline_only": 0}))
    assert found is not None and found.verdict == "helped"
    assert found.sentence == (
        "In int8, as they ship, distillation helped: the student answers 353 of 360 test samples right, the "
        "baseline (same network, labels only) 346 of 360, a difference of +1.94 points (95 % interval +0.42 "
        "to +3.45; McNemar's exact p = 0.016; one training run each)."
    )
    assert judge_shipped(shipped()) is None and judge_shipped(None) is None


def test_so_are_those_of_a_regression() -> None:
    score = {"total": 80, "r2": 0.9, "low": 0.8, "high": 0.95}
    pairs = {"difference": 0.2, "low": 0.1, "high": 0.3, "p": 0.001}
    found = judge_shipped(
        shipped(
            tflite={"test": {**score, "mae": 1.45}},
            baseline={"test": {**score, "mae": 1.25}, "bytes": 1},
            paired_errors=pairs,
        )
    )
    assert found is not None and found.verdict == "hurt"
    assert found.sentence.startswith("In int8, as they ship, distillation hurt: the student's mean absolute")
