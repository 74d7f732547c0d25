"""The threshold below which a classifier says nothing, on hand-computed values."""

import math

import numpy as np
import pytest

from tinykd.training.rejection import (
    JudgedLogits,
    area_under_roc,
    chosen_threshold,
    confidences,
    rejection_curve,
)


def logits_of(*probabilities: float) -> np.ndarray:
    """(n, 2) logits whose first class has these probabilities."""
    return np.array([[math.log(p / (1 - p)), 0.0] for p in probabilities], np.float32)


GIVEN = JudgedLogits(
    logits_of(0.95, 0.85, 0.75, 0.65), np.array([0, 0, 0, 1]), logits_of(0.55, 0.45, 0.8, 0.705)
)


def test_confidence_is_the_largest_probability():
    assert confidences(logits_of(0.9, 0.2)) == pytest.approx([0.9, 0.8])
    assert confidences(np.array([[1000.0, 0.0, 0.0]])) == pytest.approx([1.0])


def test_the_curve_counts_what_is_above_the_threshold():
    curve = {point.threshold: point for point in rejection_curve(GIVEN)}
    assert (curve[0.0].rejected, curve[0.0].accepted, curve[0.0].right) == (0.0, 1.0, 0.75)
    assert (curve[0.6].rejected, curve[0.6].accepted, curve[0.6].right) == (0.5, 1.0, 0.75)
    assert (curve[0.72].rejected, curve[0.72].accepted, curve[0.72].right) == (0.75, 0.75, 0.75)
    assert (curve[0.9].rejected, curve[0.9].accepted, curve[0.9].right) == (1.0, 0.25, 0.25)


def test_the_threshold_is_the_best_mean_and_of_equals_the_lowest():
    assert (
        chosen_threshold(GIVEN).threshold == 0.71
    )  # 3 of 4 rejected, 3 of 4 right; 0.72 to 0.74 do no better


def test_the_area_is_the_share_of_pairs_in_the_right_order():
    """Of 16 pairs, 0.75 is below 0.8, and 0.65 below 0.705 and 0.8."""
    assert area_under_roc(GIVEN) == pytest.approx(13 / 16)
