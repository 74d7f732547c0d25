"""Losses, average precision, F1 and thresholds against hand-computed values and scikit-learn."""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, f1_score

from tinykd.data.dataset import Split
from tinykd.quantization.measure import IoQuantization, whole_thresholds
from tinykd.training.binary_loss import labelled_classes, taught_classes
from tinykd.training.label_score import (
    LabelScore,
    ap_of,
    best_thresholds_of,
    classes_on,
    mean_ap_of,
    tally_of_classes,
)
from tinykd.training.metrics import figure_of, merit_of, merits
from tinykd.training.tensorflow import libraries


def split_of(y: np.ndarray) -> Split:
    return Split(np.zeros((len(y), 1, 1, 1), np.float32), y.astype(np.float32), multilabel=True)


def tensors(*arrays: object) -> list[object]:
    return [libraries().tf.constant(np.array(each, np.float32)) for each in arrays]


def test_binary_cross_entropy_by_hand() -> None:
    logits, targets = tensors([[0.0, 2.0]], [[1.0, 0.0]])
    wanted = (np.log(2) + np.log(1 + np.exp(2.0))) / 2
    assert float(labelled_classes(logits, targets)) == pytest.approx(wanted, rel=1e-6)


def test_nothing_is_asked_of_what_is_not_known() -> None:
    tf = libraries().tf
    logits, targets = tensors([[3.0, -1.0], [0.0, 2.0]], [[-1.0, -1.0], [1.0, 0.0]])
    known = (np.log(2) + np.log(1 + np.exp(2.0))) / 4
    with tf.GradientTape() as tape:
        tape.watch(logits)
        loss = labelled_classes(logits, targets)
    assert float(loss) == pytest.approx(known, rel=1e-6)
    assert tape.gradient(loss, logits).numpy()[0].tolist() == [0.0, 0.0]


def test_a_teacher_that_is_met_costs_nothing_and_temperature_keeps_the_gradient() -> None:
    tf = libraries().tf
    logits, teacher = tensors([[1.5, -0.5]], [[1.5, -0.5]])
    assert float(taught_classes(logits, teacher, 3.0)) == pytest.approx(0.0, abs=1e-6)
    z, t = tensors([[0.02, 0.0]], [[0.0, 0.01]])
    for tau in (1.0, 4.0):  # near 0 the loss is (z - t)^2 / 8, whatever the temperature
        with tf.GradientTape() as tape:
            tape.watch(z)
            loss = taught_classes(z, t, tau)
        assert tape.gradient(loss, z).numpy()[0].tolist() == pytest.approx([0.0025, -0.00125], rel=1e-3)


def test_a_teacher_of_two_classes_is_hintons() -> None:
    """One sigmoid of z is a softmax of (0, z)."""
    from tinykd.distillation.losses.soft_targets import soft_divergence

    z, t = tensors([[0.7], [-1.0]], [[1.9], [0.3]])
    pairs = tensors([[0.0, 0.7], [0.0, -1.0]], [[0.0, 1.9], [0.0, 0.3]])
    assert float(taught_classes(z, t, 2.0)) == pytest.approx(float(soft_divergence(*pairs, 2.0)), rel=1e-4)


def test_average_precision_is_scikit_learns() -> None:
    rng = np.random.default_rng(2)
    for ties in (1, 7):
        scores = np.round(rng.standard_normal(200) * ties).astype(np.float32)
        y = (rng.random(200) < 0.3).astype(np.float32)
        assert ap_of(scores, y) == pytest.approx(average_precision_score(y, scores), rel=1e-9)
    assert ap_of(scores, np.zeros(200, np.float32)) is None


def test_a_score_is_scikit_learns() -> None:
    rng = np.random.default_rng(3)
    y = (rng.random((150, 4)) < [0.5, 0.3, 0.1, 0.6]).astype(np.float32)
    outputs = (2 * y + rng.standard_normal(y.shape)).astype(np.float32)
    thresholds = best_thresholds_of(outputs, y)
    score, on = LabelScore.of(outputs, split_of(y), thresholds), classes_on(outputs, thresholds)
    assert score.f1 == pytest.approx(f1_score(y, on, average="macro"), rel=1e-8)
    assert score.micro_f1 == pytest.approx(f1_score(y, on, average="micro"), rel=1e-8)
    assert score.mean_ap == pytest.approx(average_precision_score(y, outputs, average="macro"), rel=1e-8)
    assert score.low < score.f1 < score.high and score.mean_ap_low < score.mean_ap < score.mean_ap_high
    assert score.micro_low < score.micro_f1 < score.micro_high
    assert score.all_right == (on == (y > 0)).all(axis=1).sum()
    assert score.mistakes == pytest.approx((on != (y > 0)).sum(axis=1).mean())
    assert figure_of(outputs, split_of(y)) == pytest.approx(score.f1, rel=1e-8)
    assert merit_of(outputs, split_of(y)) == (figure_of(outputs, split_of(y)), mean_ap_of(outputs, y))
    assert merits(outputs, split_of(y)).shape == (150,)


def test_thresholds_lie_between_and_are_best() -> None:
    y = np.array([[1, 0], [1, 0], [0, 0], [0, 0]], np.float32)
    outputs = np.array([[3.0, 1], [1.0, 2], [0.0, 3], [-1, 4]], np.float32)
    assert best_thresholds_of(outputs, y) == (0.5, 0.0)  # nowhere on: a probability of one half
    tally = tally_of_classes(classes_on(outputs, (0.5, 0.0)), y)
    assert tally.f1 == 1.0 and tally.found.sum(axis=0).tolist() == [2, 4]


def test_integers_decide_as_numbers_do() -> None:
    """Of every int8 output, and thresholds on, between and beyond its levels."""
    for scale, zero in ((0.0625, 0), (0.1171875, -37), (1 / 3, 90)):
        ends = IoQuantization((1, 1), scale, zero)
        every = np.arange(-128, 128)
        reals = ends.real(every).astype(np.float64)
        wanted = [*reals[[0, 9, 128, 255]], *(reals[[4, 200]] + scale / 2), reals[-1] + 1, reals[0] - 1, 0.0]
        whole = whole_thresholds([float(each) for each in wanted], ends)
        for real, least in zip(wanted, whole, strict=True):
            assert ((every >= least) == (reals >= real)).all()
    assert whole_thresholds([1e9], IoQuantization((1, 1), 0.1, 0)) == [128]
