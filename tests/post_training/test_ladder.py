"""What int8 costs, against figures computed by hand."""

import numpy as np
import pytest

from tinykd.display.ladder import difference_line, ladder_table
from tinykd.errors import DataError
from tinykd.intervals import mcnemar, paired_difference, wilson
from tinykd.post_training.ladder import Compared, ladder

FLOAT = np.array([[3, 1], [0, 2], [5, 4], [1, 2]], np.float32)  # names 0, 1, 0, 1
INT8 = np.array([[3, 1], [2, 0], [5, 4], [1, 2]], np.float32)  # names 0, 0, 0, 1
BOTH = Compared(FLOAT, INT8, 4000, 1000)


def test_accuracy_has_wilson_s_interval_and_the_difference_that_of_pairs() -> None:
    found = ladder(BOTH, np.array([0, 1, 1, 1]), "data", True)
    real, int8 = found.steps
    assert (found.measure, found.samples) == ("accuracy", 4)
    assert (real.value, real.right, real.low, real.high) == (0.75, 3, *wilson(3, 4))
    assert (int8.value, int8.right, int8.low, int8.high) == (0.5, 2, *wilson(2, 4))
    assert (found.difference, found.low, found.high) == (-0.25, *paired_difference(0, 1, 4))
    assert found.p_value == mcnemar(0, 1) == 1.0


def test_one_hot_labels_are_labels() -> None:
    y = np.array([0, 1, 1, 1])
    assert ladder(BOTH, np.eye(2)[y], "data", True) == ladder(BOTH, y, "data", True)


def test_without_labels_the_classes_are_held_against_the_float_model_s() -> None:
    found = ladder(BOTH, None, "data", True)
    (int8,) = found.steps
    assert (found.measure, int8.right, int8.low, int8.high) == ("agreement", 3, *wilson(3, 4))
    assert difference_line(found) == ""


def test_outputs_that_are_no_classes_are_held_against_the_float_model_s_by_their_error() -> None:
    found = ladder(BOTH, None, "data", False)
    assert (found.measure, found.steps[0].value) == ("mse to float", 1.0)  # (0, 4, 0, 0) / 4


def test_targets_have_a_mean_squared_error_with_the_interval_of_a_mean() -> None:
    found = ladder(BOTH, FLOAT + np.float32(1), "data", True)
    real, int8 = found.steps
    assert found.measure == "mse" and real.value == 1 and real.low == real.high == 1
    errors = np.array([1, ((2 - 1) ** 2 + (0 - 3) ** 2) / 2, 1, 1])
    half = 1.959963984540054 * errors.std(ddof=1) / 2
    assert int8.value == errors.mean() and int8.high == pytest.approx(errors.mean() + half, rel=1e-12)
    assert found.difference == errors.mean() - 1 and found.p_value is None
    assert difference_line(found) == "int8 - float: +1 (-0.96 to +2.96)"


def test_a_single_sigmoid_tells_two_classes() -> None:
    real, int8 = np.array([[0.9], [0.2]], np.float32), np.array([[0.9], [0.6]], np.float32)
    found = ladder(Compared(real, int8, 9, 9, is_probability=True), np.array([1, 0]), "data", True)
    assert [step.right for step in found.steps] == [2, 1]
    assert ladder(Compared(real, int8, 9, 9), np.array([1, 0]), "data", True).measure == "mse"


@pytest.mark.parametrize(
    ("y", "text"),
    [
        (np.array([0, 1, 2, 1]), "data: y: label 2; expected labels 0 to 1, as it has outputs"),
        (np.zeros((4, 3)), "data: y: float64 of shape [4, 3]; expected labels, or 2 targets for each sample"),
        (
            np.array([0.5, 1, 1, 1]),
            "data: y: float64 of shape [4]; expected labels, or 2 targets for each sample",
        ),
    ],
)
def test_labels_that_do_not_fit(y: np.ndarray, text: str) -> None:
    with pytest.raises(DataError) as caught:
        ladder(BOTH, y, "data", True)
    assert str(caught.value) == text


def test_for_people() -> None:
    found = ladder(BOTH, np.array([0, 1, 1, 1]), "data", True)
    header, rows = ladder_table(found)
    assert header == ("model", "accuracy", "95 % interval", "samples", "bytes")
    assert rows == [
        ("float", "75.00 %", "30.1 - 95.4 %", "3/4", "4,000"),
        ("int8", "50.00 %", "15.0 - 85.0 %", "2/4", "1,000"),
    ]
    assert difference_line(found).startswith("int8 - float: -25.00 points (")
