"""What the report says of over-distillation, word by word."""

import pytest

from tinykd.report.inputs import DistillMetrics
from tinykd.report.over_distilled import judge_over_distillation

SEEN = (
    "Over-distillation was seen at epoch 40: over 10 epochs agreement with the teacher grew and accuracy on "
    "validation did not; "
)


def judged(watched: dict[str, object], inherited: int = 2, own: int = 5) -> str | None:
    value = {
        "student": {},
        "errors": {"inherited": inherited, "own": own},
        "over_distillation": {"window": 10, **watched},
    }
    return judge_over_distillation(DistillMetrics.model_validate(value))


@pytest.mark.parametrize(
    ("watched", "sentence"),
    [
        (
            {"action": "note"},
            "No over-distillation was seen: agreement with the teacher never grew over 10 epochs without "
            "accuracy on validation.",
        ),
        (
            {"action": "note", "found": [{"epoch": 40}]},
            SEEN + 'nothing was done (over_distillation = "weaken" or "stop" would have).',
        ),
        (
            {"action": "weaken", "found": [{"epoch": 40, "alpha": 0.45}]},
            SEEN + "the teacher's weight was halved each time, to 0.45 in the end.",
        ),
        (
            {"action": "stop", "found": [{"epoch": 40}], "stopped": True},
            SEEN + "training was stopped there, with the weights of the best epoch.",
        ),
    ],
)
def test_the_sentence(watched: dict[str, object], sentence: str) -> None:
    errors = " Wrong test answers of the student: 7, of which the teacher gives 2 too and 5 not."
    assert judged(watched) == sentence + errors


def test_several_findings_are_named() -> None:
    found = [{"epoch": 40, "alpha": 0.45}, {"epoch": 60, "alpha": 0.225}]
    sentence = judged({"action": "weaken", "found": found})
    assert sentence is not None
    assert sentence.startswith("Over-distillation was seen at epochs 40 and 60: ")
    assert "to 0.225 in the end" in sentence


def test_a_student_without_errors_inherits_none() -> None:
    sentence = judged({"action": "note"}, 0, 0)
    assert sentence is not None
    assert sentence.endswith("The student has no test sample wrong.")


def test_what_was_not_watched_is_not_spoken_of() -> None:
    assert judge_over_distillation(None) is None
    assert judge_over_distillation(DistillMetrics.model_validate({"student": {}})) is None
