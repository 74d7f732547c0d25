"""Over-distillation is found by the rule that stands in the module, and acted on as asked."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinykd.distillation.guard import Guard, is_over_distilled, window_of
from tinykd.distillation.watch import Errors, Watch
from tinykd.training.counts import Curve

FLAT, RISING = [0.9] * 10, [0.80 + 0.01 * i for i in range(10)]


class Variable(float):
    """As much of a tf.Variable as a guard uses."""

    def __init__(self, value: float) -> None:
        self.value = value

    def assign(self, value: float) -> None:
        self.value = float(value)

    def __truediv__(self, by: float) -> float:
        return self.value / by

    def __float__(self) -> float:
        return self.value


class Model:
    """Its only weight is the epoch that it was trained to."""

    def __init__(self) -> None:
        self.epoch = 0

    def get_weights(self) -> list[int]:
        return [self.epoch]

    def set_weights(self, weights: list[int]) -> None:
        (self.epoch,) = weights


def run(guard: Guard, agreement: list[float], accuracy: list[float]) -> tuple[Model, int]:
    """The model after the training, and how many epochs there were."""
    model, curve = Model(), Curve()
    for agreed, right in zip(agreement, accuracy, strict=True):
        model.epoch += 1
        curve.add(0.0, right, {"val_agreement": agreed})
        if guard(model, curve):
            break
    return model, len(curve.epoch)


@pytest.mark.parametrize(
    ("agreement", "accuracy", "found"),
    [
        (RISING, FLAT, True),
        (RISING, RISING[::-1], True),
        (RISING, RISING, False),  # both grow: it learns
        (FLAT, FLAT, False),  # nothing grows
        (RISING[::-1], FLAT, False),
        (RISING[:9], FLAT[:9], False),  # two windows are not full yet
    ],
)
def test_the_rule(agreement: list[float], accuracy: list[float], found: bool) -> None:
    assert is_over_distilled(agreement, accuracy, window=5, least=0.01) is found


def test_less_than_a_sample_is_no_growth() -> None:
    nearly = [0.5] * 5 + [0.5099] * 5
    assert not is_over_distilled(nearly, FLAT, 5, 0.01)
    assert is_over_distilled([0.5] * 5 + [0.51] * 5, FLAT, 5, 0.01)


def test_windows_are_a_tenth_and_never_a_few_epochs() -> None:
    assert [window_of(epochs) for epochs in (1, 50, 150, 1000)] == [5, 5, 15, 100]


def test_noted_and_nothing_else() -> None:
    guard = Guard("note", 5, 100)
    assert run(guard, RISING, FLAT)[1] == 10
    assert guard.to_json() == {"action": "note", "window": 5, "found": [{"epoch": 10.0}], "stopped": False}


def test_the_teachers_weight_falls_once_per_finding() -> None:
    alpha = Variable(0.8)
    guard = Guard("weaken", 5, 100, alpha)
    assert run(guard, RISING + RISING, FLAT + FLAT)[1] == 20
    assert guard.found == [{"epoch": 10.0, "alpha": 0.4}, {"epoch": 20.0, "alpha": 0.2}]
    assert float(alpha) == 0.2


def test_stopped_with_the_weights_of_the_first_best_epoch() -> None:
    accuracy = [0.9, 0.9, 0.95, 0.9, 0.9, 0.9, 0.95, 0.9, 0.9, 0.9, 0.9, 0.99]
    guard = Guard("stop", 5, 100)
    model, epochs = run(guard, [*RISING, 0.9, 0.9], accuracy)
    assert (epochs, model.epoch, guard.stopped) == (10, 3, True)


@given(st.lists(st.sampled_from([0.7, 0.8, 0.9]), min_size=20, max_size=40))
def test_a_student_that_agrees_as_it_is_right_is_never_stopped(rates: list[float]) -> None:
    """With the same curve for both, one cannot grow without the other."""
    assert run(Guard("stop", 5, 100), rates, rates)[1] == len(rates)


def test_errors_are_inherited_or_own() -> None:
    """Right; the teacher's very error; an error of its own; an error where the teacher errs otherwise."""
    labels = np.array([0, 1, 2, 0])
    student = np.eye(3, dtype=np.float32)[[0, 2, 1, 1]]
    teacher = np.eye(3, dtype=np.float32)[[1, 2, 2, 2]]
    assert Errors.of(student, teacher, labels) == Errors(inherited=1, own=2)
    figures = Watch(labels, teacher)(student)
    assert figures == {
        "val_agreement": 0.25,
        "val_ece": pytest.approx(figures["val_ece"]),
        "val_inherited": 0.25,
        "val_own": 0.5,
    }
