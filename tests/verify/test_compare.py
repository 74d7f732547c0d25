"""Counts, intervals and layers by hand-computed values."""

import numpy as np
import pytest

from tinykd.link.device import LayerRun
from tinykd.link.replies import Layer
from tinykd.oracle import OracleTensor
from tinykd.verify.compare import accuracy, agreement, classes, first_difference
from tinykd.verify.result import Accuracy


def test_agreement_counts_each_on_its_own() -> None:
    expected = np.array([[1, 5], [1, 5], [1, 5], [-128, 127]], np.int8)
    received = np.array([[1, 5], [2, 4], [5, 1], [127, -128]], np.int8)
    found = agreement(expected, received)
    assert (found.exact, found.within_one, found.same_class) == (1, 2, 2)
    assert found.max_difference == 255  # no wrap-around of int8
    assert found.first_differing == 1


def test_all_equal() -> None:
    found = agreement(np.zeros((3, 2, 2), np.int8), np.zeros((3, 2, 2), np.int8))
    assert (found.exact, found.max_difference, found.first_differing) == (3, 0, None)


def test_class_is_the_first_largest() -> None:
    assert classes(np.array([[3, 3, 1], [-1, -2, -1]], np.int8)).tolist() == [0, 0]
    assert accuracy(np.array([[1, 2], [2, 1]], np.int8), np.array([1, 1])) == Accuracy(1, 2)


@pytest.mark.parametrize(
    ("correct", "total", "low", "high"),
    [
        (0, 0, 0.0, 1.0),
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (50, 100, 0.4038, 0.5962),
        (356, 360, 0.9718, 0.9957),
    ],
)
def test_wilson(correct: int, total: int, low: float, high: float) -> None:
    """Values of scipy.stats.binomtest(...).proportion_ci(0.95, "wilson")."""
    assert Accuracy(correct, total).interval == pytest.approx((low, high), abs=6e-5)


def tensor(name: str, *values: int, operator: int = 0) -> OracleTensor:
    return OracleTensor(name, operator, np.array([values], np.int8))


def layer(name: str, size: int) -> Layer:
    return Layer(name, f"kernel_{name[:3]}", 1, size)


def run(*values: int) -> LayerRun:
    return LayerRun(5, np.array(values, np.int8).tobytes())


def test_first_difference_in_the_order_of_the_board() -> None:
    found = first_difference(
        3,
        [layer("a", 2), layer("b/c;d", 3), layer("e", 1)],
        [run(1, 2), run(1, 9, -128), run(0)],
        [tensor("e", 7), tensor("b/c;d", 1, 2, 127), tensor("a", 1, 2)],
    )
    assert (found.layer, found.name, found.differing, found.values) == (1, "b/c;d", 2, 3)
    assert found.max_difference == 255


def test_fused_layers_and_other_sizes_are_passed_over() -> None:
    found = first_difference(
        0, [layer("gone", 2), layer("a", 2)], [run(1, 1), run(2, 2)], [tensor("a", 2), tensor("b", 2, 2)]
    )
    assert found.layer is None
    assert str(found) == "no layer differs when they are run one by one (0 of 2 layers compared)"


def test_names_are_compared_as_the_wire_carries_them() -> None:
    long = "model/" + "x" * 300
    found = first_difference(
        0,
        [layer("caf?_1", 1), layer(long[:255], 1)],
        [run(1), run(2)],
        [tensor("caf\xe9/1", 1), tensor(long, 1)],
    )
    assert found.layer == 1
