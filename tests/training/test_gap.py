"""Validation and test further apart than their intervals allow."""

import pytest

from tinykd.intervals import Interval, difference, newcombe, wilson
from tinykd.training.counts import Counts
from tinykd.training.gap import gap_in
from tinykd.training.scores import DetectionScore, RegressionScore


def test_a_difference_of_proportions_is_newcombes():
    """Newcombe (1998), table II: 56/70 - 48/80 by method 10 is 0.0524 to 0.3339."""
    found = difference(56 / 70, wilson(56, 70), 48 / 80, wilson(48, 80))
    assert found == newcombe(56, 70, 48, 80) == pytest.approx((0.0524, 0.3339), abs=1e-4)
    assert difference(0.5, Interval(0.4, 0.6), 0.5, Interval(0.4, 0.6)) == pytest.approx(
        (-0.1414, 0.1414), abs=1e-4
    )


@pytest.mark.parametrize(
    ("validation", "test", "apart"),
    [
        (Counts(95, 100), Counts(74, 100), True),
        (Counts(74, 100), Counts(95, 100), True),
        (Counts(95, 100), Counts(91, 100), False),
        (Counts(10, 10), Counts(8, 10), False),  # few samples allow much
        (Counts(950, 1000), Counts(910, 1000), True),
        (
            RegressionScore(100, 0.9, 0.87, 0.93, 1.0, 1.1),
            RegressionScore(100, 0.5, 0.4, 0.6, 1.0, 1.1),
            True,
        ),
        (
            RegressionScore(100, 0.9, 0.7, 0.95, 1.0, 1.1),
            RegressionScore(100, 0.8, 0.6, 0.9, 1.0, 1.1),
            False,
        ),
        (DetectionScore(50, 40, 0.1, 0.99, 0.97, 1.0), DetectionScore(50, 40, 0.1, 0.7, 0.6, 0.8), True),
        (DetectionScore(50, 40, 0.1, None, None, None), DetectionScore(50, 40, 0.1, 0.7, 0.6, 0.8), False),
    ],
)
def test_a_gap_larger_than_the_intervals_allow(validation, test, apart):
    assert bool(gap_in({"train": test, "validation": validation, "test": test}, "the student")) == apart


def test_the_sentence():
    assert gap_in({"validation": Counts(95, 100), "test": Counts(74, 100)}, "the student") == (
        "the student has 95.00 % on validation and 74.00 % on the test split, more apart than chance allows: "
        "their samples differ in kind, see [data] split (95 % interval of the difference +11.2 to "
        "+30.8 points)"
    )
    assert gap_in({"validation": Counts(95, 100)}, "the student") is None
