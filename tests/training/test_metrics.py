"""Scores of every task on hand-computed values, and what they are unsure of."""

import numpy as np
import pytest
from sklearn.metrics import r2_score, roc_auc_score

from tinykd.data.dataset import Dataset, Split
from tinykd.training.counts import Counts
from tinykd.training.metrics import (
    absolute_errors,
    figure_of,
    r2,
    right_at_threshold,
    scores_of,
    threshold_of,
)
from tinykd.training.scores import DetectionScore, RegressionScore
from tinykd.training.uncertainty import auc_interval, paired_errors, r2_interval

RNG = np.random.default_rng(0)


def images(count):
    return RNG.random((count, 2, 1, 1), dtype=np.float32)


def targets(values):
    values = np.array(values, np.float32).reshape(-1, 1)
    return Split(images(len(values)), values)


def regression(*values, unit=10.0):
    split = targets(values)
    return Dataset("r", split, split, split, ("y",), "regression", target_scale=(unit,))


def anomaly(labels):
    x = images(len(labels))
    split = Split(x, x.reshape(len(x), -1), np.array(labels))
    return Dataset("a", split, split, split, ("normal", "anomaly"), "anomaly")


def test_classes_are_counted():
    split = Split(images(3), np.array([0, 1, 1]))
    data = Dataset("c", split, split, split, ("a", "b"))
    outputs = np.array([[2, 1], [2, 1], [0, 1]], np.float32)
    assert scores_of(data, {"test": outputs}, 0.05) == {"test": Counts(2, 3)}
    assert figure_of(outputs, split) == pytest.approx(2 / 3)


def test_r2_is_scikit_learns():
    wanted = RNG.random((50, 3))
    outputs = wanted + 0.1 * RNG.standard_normal((50, 3))
    expected = r2_score(wanted, outputs, multioutput="variance_weighted")
    assert r2(outputs, wanted) == pytest.approx(expected)


def test_a_regression_by_hand():
    data = regression(0.0, 1.0, 2.0, 3.0)
    outputs = np.array([[0.0], [1.0], [2.0], [2.0]], np.float32)  # squared errors 1 of 5
    score = scores_of(data, {"test": outputs}, 0.05)["test"]
    assert isinstance(score, RegressionScore)
    assert (score.total, score.r2) == (4, pytest.approx(0.8))
    assert score.mae == pytest.approx(2.5)  # a quarter of 1, in units of 10
    assert score.low <= score.r2 <= score.high <= 1.0
    assert absolute_errors(outputs, data.test, data).tolist() == [0.0, 0.0, 0.0, 10.0]


def test_the_mean_of_the_targets_has_r2_0():
    assert r2(np.full((4, 1), 1.5), np.array([[0.0], [1.0], [2.0], [3.0]])) == pytest.approx(0.0)


def test_an_anomaly_by_hand():
    """Normal samples are given back with errors 0, 1, 4, anomalies with 9 and 2.25."""
    data = anomaly([0, 0, 0, 1, 1])
    outputs = data.test.y + np.array([0, 1, 2, 3, 1.5], np.float32)[:, np.newaxis]
    score = scores_of(data, {"validation": outputs, "test": outputs}, false_alarms=0.5)["test"]
    assert isinstance(score, DetectionScore)
    assert score.threshold == pytest.approx(1.0, abs=1e-5)  # of 0, 1, 4 half lie above: 4 alone
    assert score.correct == 4 and score.total == 5
    expected = roc_auc_score([0, 0, 0, 1, 1], [0, 1, 4, 9, 2.25])
    assert score.auc == pytest.approx(expected) == pytest.approx(5 / 6)
    right = right_at_threshold({"validation": outputs, "test": outputs}, data, 0.5)
    assert right.tolist() == [True, True, False, True, True]


@pytest.mark.parametrize("labels", [[0, 0, 0], [1, 1, 1]])
def test_no_area_without_both_kinds(labels):
    data = anomaly([0, 0, 0])
    other = anomaly(labels)
    data = Dataset("a", data.train, data.validation, other.test, data.classes, "anomaly")
    outputs = {"validation": data.validation.y + 0.1, "test": data.test.y + 0.1}
    assert scores_of(data, outputs, 0.1)["test"].auc is None


@pytest.mark.parametrize(("false_alarms", "threshold"), [(0.01, 9.0), (0.1, 9.0), (0.2, 8.0), (0.5, 5.0)])
def test_at_most_so_many_false_alarms(false_alarms, threshold):
    errors = np.arange(10.0)
    assert threshold_of(errors, false_alarms) == threshold
    assert np.mean(errors > threshold) <= false_alarms


def test_the_interval_of_an_area_is_the_published_one():
    """Hanley and McNeil, 1982, table II: area 0.893, 51 abnormal and 58 normal images, error 0.032."""
    low, high = auc_interval(0.893, 51, 58)
    assert (high - low) / 2 / 1.96 == pytest.approx(0.032, abs=0.001)


def test_the_interval_of_r2_narrows_with_more_samples():
    def width(count):
        rng = np.random.default_rng(1)
        low, high = r2_interval(rng.random(count), 4 * rng.random(count))
        return high - low

    assert width(2000) < width(50) / 3
    assert r2_interval(np.zeros(9), np.ones(9)) == (1.0, 1.0)


def test_paired_errors():
    baseline = RNG.random(100)
    better = paired_errors(baseline - 0.1 - 0.01 * RNG.random(100), baseline)
    assert better["high"] < 0 and better["p"] < 1e-6
    same = paired_errors(baseline, baseline)
    assert (same["difference"], same["p"]) == (0.0, 1.0)
