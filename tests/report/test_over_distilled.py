"""What the report says of over-training, word by word."""

from typing import Any

import pytest

from tinykd.report.inputs import DistillMetrics
from tinykd.report.over_distilled import judge_over_distillation

SEEN = "Over-training was seen: by epoch 40 the student had got worse on validation by more than chance"
KEPT = ". The weights of the best epoch are kept"


def judged(watched: dict[str, object], inherited: int = 2, own: int = 5, **more: Any) -> str | None:
    value = {
        "student": {},
        "errors": {"inherited": inherited, "own": own},
        "over_distillation": {"window": 10, **watched},
        **more,
    }
    return judge_over_distillation(DistillMetrics.model_validate(value))


@pytest.mark.parametrize(
    ("watched", "sentence"),
    [
        (
            {"action": "note", "baseline": {"action": "note", "window": 10}},
            "No over-training was seen: neither student nor baseline got worse on validation by more than "
            "chance, 10 epochs beside the best before them.",
        ),
        ({"action": "note", "found": [{"epoch": 40}]}, SEEN + KEPT + "."),
        (
            {"action": "weaken", "found": [{"epoch": 40, "alpha": 0.45}]},
            SEEN + KEPT + "; the teacher's weight was halved each time, to 0.45 in the end.",
        ),
        (
            {"action": "stop", "found": [{"epoch": 40}], "stopped": True},
            SEEN + KEPT + "; training was stopped there.",
        ),
        (
            {"action": "note", "baseline": {"action": "note", "window": 10, "found": [{"epoch": 20}]}},
            SEEN.replace("40", "20").replace("student", "baseline") + KEPT + ".",
        ),
        (
            {
                "action": "stop",
                "found": [{"epoch": 40}],
                "stopped": True,
                "baseline": {"action": "stop", "window": 10, "found": [{"epoch": 20}], "stopped": True},
            },
            SEEN
            + "; by epoch 20 the baseline had got worse on validation by more than chance"
            + KEPT
            + "; training was stopped there.",
        ),
    ],
)
def test_the_sentence(watched: dict[str, object], sentence: str) -> None:
    errors = " Wrong test answers of the student: 7, of which the teacher gives 2 too and 5 not."
    assert judged(watched) == sentence + errors


def test_what_was_lost_is_told() -> None:
    curve = {"epoch": [1, 2, 3], "loss": [3, 2, 1], "val_accuracy": [0.1, 0.44, 0.08]}
    found = judged({"action": "note", "found": [{"epoch": 3}]}, student={"curve": curve, "best_epoch": 2})
    assert found is not None
    assert found.startswith(SEEN.replace("40", "3") + " (0.4400 in epoch 2, 0.0800 in the last)" + KEPT)


def test_several_findings_are_named() -> None:
    found = [{"epoch": 40, "alpha": 0.45}, {"epoch": 60, "alpha": 0.225}]
    sentence = judged({"action": "weaken", "found": found})
    assert sentence is not None
    assert sentence.startswith("Over-training was seen: by epochs 40 and 60 the student ")
    assert "to 0.225 in the end" in sentence


def test_a_student_without_errors_inherits_none() -> None:
    sentence = judged({"action": "note"}, 0, 0)
    assert sentence is not None
    assert sentence.endswith("The student has no test sample wrong.")


def test_what_was_not_watched_is_not_spoken_of() -> None:
    assert judge_over_distillation(None) is None
    assert judge_over_distillation(DistillMetrics.model_validate({"student": {}})) is None
