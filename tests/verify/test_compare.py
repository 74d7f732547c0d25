"""Counts, intervals and layers by hand-computed values."""

import numpy as np
import pytest

from tinykd.verify.compare import accuracy, agreement, classes
from tinykd.verify.result import AccuracyCount


def test_agreement_counts_each_on_its_own() -> None:
    expected = np.array([[1, 5], [1, 5], [1, 5], [-128, 127]], np.int8)
    received = np.array([[1, 5], [2, 4], [5, 1], [127, -128]], np.int8)
    found = agreement(expected, received)
    assert (found.exact, found.within_one, found.same_class) == (1, 2, 2)
    assert found.max_difference == 255  # no wrap-around of int8
    assert found.differing == (1, 2, 3)


def test_all_equal() -> None:
    found = agreement(np.zeros((3, 2, 2), np.int8), np.zeros((3, 2, 2), np.int8))
    assert (found.exact, found.max_difference, found.differing) == (3, 0, ())


def test_class_is_the_first_largest() -> None:
    assert classes(np.array([[3, 3, 1], [-1, -2, -1]], np.int8)).tolist() == [0, 0]
    assert accuracy(np.array([[1, 2], [2, 1]], np.int8), np.array([1, 1])) == AccuracyCount(1, 2)


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
    assert AccuracyCount(correct, total).interval == pytest.approx((low, high), abs=6e-5)
