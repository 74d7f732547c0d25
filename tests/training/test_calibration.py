"""Expected calibration error on hand-computed values and at its limits. No TensorFlow."""

import math

import numpy as np
import pytest

from tinykd.training.calibration import expected_calibration_error

SURE = np.array([[100.0, 0.0]] * 4, np.float32)
THREE_TO_ONE = np.array([[math.log(3), 0.0]] * 4, np.float32)  # confidence 3/4


def labels(*values):
    return np.array(values, np.int64)


def test_three_of_four_at_three_quarters_is_perfect():
    assert expected_calibration_error(THREE_TO_ONE, labels(0, 0, 1, 0)) == pytest.approx(0.0, abs=1e-6)


def test_by_hand_over_two_bins():
    """Four at 3/4 with two right: 1/4 off; four at 1 with three right: 1/4 off; both count half."""
    found = expected_calibration_error(
        np.concatenate([THREE_TO_ONE, SURE]), labels(0, 0, 1, 1, 0, 0, 0, 1), bins=5
    )
    assert found == pytest.approx(0.5 * 0.25 + 0.5 * 0.25, rel=1e-6)


def test_within_a_bin_errors_cancel_and_between_bins_they_do_not():
    logits = np.concatenate([THREE_TO_ONE, SURE])
    wrong_and_right = labels(0, 0, 0, 0, 0, 0, 1, 1)  # +1/4 at 3/4, -1/2 at 1
    assert expected_calibration_error(logits, wrong_and_right, bins=1) == pytest.approx(0.125, rel=1e-6)
    assert expected_calibration_error(logits, wrong_and_right, bins=5) == pytest.approx(0.375, rel=1e-6)


@pytest.mark.parametrize(("label", "wanted"), [(0, 0.0), (1, 1.0)])
def test_sure_and_right_or_sure_and_wrong(label, wanted):
    assert expected_calibration_error(SURE, labels(*[label] * 4)) == pytest.approx(wanted)


def test_extreme_logits():
    far = np.array([[1e38, -1e38], [0.0, 0.0]], np.float32)
    assert expected_calibration_error(far, labels(0, 0)) == pytest.approx(0.25)
