"""Over-training is found by the rule that stands in the module, in both arms, and acted on as asked."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinykd.data.dataset import Dataset, Split
from tinykd.distillation.epoch_metrics import ClassMetrics, Errors
from tinykd.distillation.over_distillation import BEYOND, OverDistillationCallback, has_fallen, window_of
from tinykd.distillation.stage import distill
from tinykd.progress import Silent
from tinykd.project.schema import Project
from tinykd.training.counts import TrainingHistory
from tinykd.training.metrics import figure_of

LABELS = np.arange(100) % 2
VALIDATION = Split(np.zeros((100, 1, 1, 1), np.float32), LABELS)


class Variable(float):
    """As much of a tf.Variable as a callback uses."""

    def __init__(self, value: float) -> None:
        self.value = value

    def assign(self, value: float) -> None:
        self.value = float(value)

    def __truediv__(self, by: float) -> float:
        return self.value / by

    def __float__(self) -> float:
        return self.value


def answers(right: int):
    """Logits that have the first ``right`` of the validation samples right."""
    return np.eye(2, dtype=np.float32)[np.where(np.arange(100) < right, LABELS, 1 - LABELS)]


def run(callback: OverDistillationCallback, right: list[int]) -> int:
    """How many epochs there were."""
    curve = TrainingHistory()
    for number in right:
        outputs = answers(number)
        curve.add(0.0, figure_of(outputs, VALIDATION))
        if callback(outputs, curve):
            break
    return len(curve.epoch)


def test_a_fall_is_held_against_its_own_standard_error():
    """k of n samples lost: mean k / n, deviation sqrt(k (n - k) / (n (n - 1)))."""
    best = np.ones(100)
    for lost in range(100):
        now = np.where(np.arange(100) < lost, 0.0, 1.0)
        error = np.sqrt(lost * (100 - lost) / (100 * 99)) / 10
        assert has_fallen(best, now) is bool(lost / 100 > BEYOND * error), lost
    assert not has_fallen(best, now=np.where(np.arange(100) < 5, 0.0, 1.0))
    assert has_fallen(best, now=np.where(np.arange(100) < 6, 0.0, 1.0))


def test_as_many_gained_as_lost_is_no_fall():
    one, other = np.arange(100) < 80, np.arange(100) >= 20
    assert not has_fallen(one.astype(float), other.astype(float))


@pytest.mark.parametrize(
    ("right", "found"),
    [
        ([90] * 5 + [70] * 5, [10]),
        ([90] * 5 + [88] * 5, []),  # two samples are chance
        ([90] * 5 + [95] * 5 + [80] * 5, [15]),  # beside the best window, not the first
        ([90] * 5 + [70] * 4, []),  # the second window is not full yet
        ([50] * 5 + [90] * 5 + [90] * 5, []),  # it learns, then stays: nothing is lost
        ([95] * 5 + [80] * 5 + [80] * 5 + [60] * 5, [10, 20]),  # after a finding windows begin anew
    ],
)
def test_the_rule(right, found):
    callback = OverDistillationCallback("note", 5, VALIDATION)
    run(callback, right)
    assert [each["epoch"] for each in callback.found] == found


def test_windows_are_a_tenth_and_never_a_few_epochs() -> None:
    assert [window_of(epochs) for epochs in (1, 50, 150, 1000)] == [5, 5, 15, 100]


def test_noted_and_nothing_else() -> None:
    callback = OverDistillationCallback("note", 5, VALIDATION)
    assert run(callback, [90] * 5 + [60] * 10) == 15
    assert callback.to_json() == {"action": "note", "window": 5, "found": [{"epoch": 10.0}], "stopped": False}


def test_the_teachers_weight_falls_once_per_finding() -> None:
    alpha = Variable(0.8)
    callback = OverDistillationCallback("weaken", 5, VALIDATION, alpha)
    assert run(callback, [90] * 5 + [70] * 5 + [50] * 5) == 15
    assert callback.found == [{"epoch": 10.0, "alpha": 0.4}, {"epoch": 15.0, "alpha": 0.2}]
    assert float(alpha) == 0.2 and callback.alpha_decays == 2


def test_a_baseline_has_no_teacher_to_weaken() -> None:
    callback = OverDistillationCallback("weaken", 5, VALIDATION)
    assert run(callback, [90] * 5 + [70] * 5 + [70] * 5) == 15
    assert callback.found == [{"epoch": 10.0}]


def test_stopped_at_the_end_of_the_window() -> None:
    callback = OverDistillationCallback("stop", 5, VALIDATION)
    assert (run(callback, [90] * 5 + [70] * 20), callback.stopped) == (10, True)


@given(st.lists(st.integers(0, 100), min_size=10, max_size=40))
def test_a_student_that_only_grows_is_never_stopped(rights: list[int]) -> None:
    assert run(OverDistillationCallback("stop", 5, VALIDATION), sorted(rights)) == len(rights)


def test_a_regression_is_judged_by_its_squared_errors() -> None:
    targets = np.linspace(-1, 1, 40, dtype=np.float32).reshape(-1, 1)
    split = Split(np.zeros((40, 1, 1, 1), np.float32), targets)
    callback, curve = OverDistillationCallback("stop", 5, split), TrainingHistory()
    for epoch in range(20):
        outputs = targets * (1 if epoch < 5 else 0.2)
        curve.add(0.0, figure_of(outputs, split))
        if callback(outputs, curve):
            break
    assert callback.found == [{"epoch": 10.0}]


def test_errors_are_inherited_or_own() -> None:
    """Right; the teacher's very error; an error of its own; an error where the teacher errs otherwise."""
    labels = np.array([0, 1, 2, 0])
    student = np.eye(3, dtype=np.float32)[[0, 2, 1, 1]]
    teacher = np.eye(3, dtype=np.float32)[[1, 2, 2, 2]]
    assert Errors.of(student, teacher, labels) == Errors(inherited=1, own=2)
    figures = ClassMetrics(labels, teacher)(student)
    assert figures == {
        "val_agreement": 0.25,
        "val_ece": pytest.approx(figures["val_ece"]),
        "val_inherited": 0.25,
        "val_own": 0.5,
    }


# --- both arms, with TensorFlow ----------------------------------------------------------------------------


def overtrainable() -> Dataset:
    """Few samples, mostly noise: who learns them by heart gets worse on others, for certain."""
    rng = np.random.default_rng(0)

    def part(count: int) -> Split:
        x = rng.standard_normal((count, 12, 1, 1)).astype(np.float32)
        y = x[:, 0, 0] + rng.standard_normal((count, 1)).astype(np.float32)
        return Split(x, y.astype(np.float32))

    return Dataset("noise", part(60), part(300), part(300), ("y",), "regression", augmentation=None)


@pytest.fixture(scope="module")
def arms(tmp_path_factory):
    """``distill.json`` of a student and a baseline that both may be stopped; the teacher is the targets."""
    folder, data = tmp_path_factory.mktemp("arms"), overtrainable()
    for name, split in data.splits.items():
        np.save(folder / f"logits_{name}.npy", split.y)
    np.save(folder / "logits_views.npy", data.train.y[np.newaxis])
    project = Project.model_validate(
        {
            "project": {"name": "x", "task": "regression"},
            "data": {"augment": False, "augmented_copies": 1},
            "student": {"model": "mlp"},
            "distillation": {"epochs": 80, "batch": 8, "learning_rate": 0.002, "over_distillation": "stop"},
        }
    )
    distill(project, data, folder, folder / "out", Silent())
    return json.loads((folder / "out/distill.json").read_text())


@pytest.mark.slow
def test_both_arms_stop_by_the_same_rule(arms) -> None:
    """Taught the targets themselves, both learn the same noise; only the student used to be stopped."""
    watched = arms["over_distillation"]
    assert watched["stopped"] and watched["baseline"]["stopped"]
    assert watched["baseline"]["found"]
    for arm, callback in (("student", watched), ("baseline", watched["baseline"])):
        assert len(arms[arm]["curve"]["epoch"]) == callback["found"][-1]["epoch"] < 80


@pytest.mark.slow
@pytest.mark.parametrize("arm", ["baseline", "student"])
def test_both_arms_keep_their_best_epoch(arms, arm) -> None:
    found = arms[arm]
    figures = found["curve"]["val_accuracy"]
    assert figures[-1] < max(figures) - 0.1
    assert found["validation"]["r2"] == pytest.approx(max(figures), abs=2e-6)
    assert figures[found["best_epoch"] - 1] == max(figures)


@pytest.mark.slow
def test_a_regression_s_agreement_and_findings_reach_the_report(arms) -> None:
    from tinykd.report.distilled import judge_distillation
    from tinykd.report.inputs import DistillMetrics

    found = judge_distillation(DistillMetrics.model_validate(arms))
    assert found.over_distillation is not None
    assert found.over_distillation.startswith("Over-training was seen: by epoch ")
    assert found.over_distillation.endswith(
        "The weights of the best epoch are kept; training was stopped there."
    )
    assert found.agreement is not None and found.agreement.total == 300
