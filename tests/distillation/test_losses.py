"""Losses on hand-computed values, at their limits, and the size of their gradients."""

import math

import numpy as np
import pytest

from tinykd.distillation.losses.soft_targets import as_classes, cross_entropy, soft_divergence
from tinykd.training.tensorflow import libraries

pytestmark = pytest.mark.slow  # imports TensorFlow

RNG = np.random.default_rng(3)
LOGITS = RNG.normal(size=(6, 4)).astype(np.float32)
TEACHER = RNG.normal(size=(6, 4)).astype(np.float32) * 3
LABELS = np.array([0, 1, 2, 3, 0, 1])


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def gradient(loss, logits):
    tf = libraries().tf
    z = tf.constant(logits)
    with tf.GradientTape() as tape:
        tape.watch(z)
        value = loss(z)
    return tape.gradient(value, z).numpy()


# --- hand values: softmax([ln 3, 0]) = [3/4, 1/4] ---------------------------------------------------------

THREE_TO_ONE = np.array([[math.log(3), 0.0]], np.float32)
EVEN = np.array([[0.0, 0.0]], np.float32)


def test_cross_entropy_by_hand():
    assert float(cross_entropy(THREE_TO_ONE, [0])) == pytest.approx(math.log(4 / 3), rel=1e-6)
    assert float(cross_entropy(THREE_TO_ONE, [1])) == pytest.approx(math.log(4), rel=1e-6)


def test_label_smoothing_by_hand():
    """s = 0.2 of two classes: 0.9 and 0.1 are wanted."""
    wanted = 0.9 * math.log(4 / 3) + 0.1 * math.log(4)
    assert float(cross_entropy(THREE_TO_ONE, [0], smoothing=0.2)) == pytest.approx(wanted, rel=1e-6)


def test_divergence_by_hand():
    """KL([3/4, 1/4] || [1/2, 1/2]) = 3/4 ln(3/2) + 1/4 ln(1/2)."""
    wanted = 0.75 * math.log(1.5) + 0.25 * math.log(0.5)
    assert float(soft_divergence(EVEN, THREE_TO_ONE, 1.0)) == pytest.approx(wanted, rel=1e-6)


def test_temperature_by_hand():
    """At tau = 2 logits [2 ln 3, 0] are those of [3/4, 1/4]; the result is four times the divergence."""
    wanted = 4 * (0.75 * math.log(1.5) + 0.25 * math.log(0.5))
    assert float(soft_divergence(EVEN, 2 * THREE_TO_ONE, 2.0)) == pytest.approx(wanted, rel=1e-6)


# --- limits -----------------------------------------------------------------------------------------------


def test_temperature_1_is_plain_divergence():
    p, q = softmax(TEACHER), softmax(LOGITS)
    wanted = (p * np.log(p / q)).sum(axis=1).mean()
    assert float(soft_divergence(LOGITS, TEACHER, 1.0)) == pytest.approx(wanted, rel=1e-5)


def test_high_temperature_compares_centred_logits():
    """tau to infinity: tau^2 KL -> sum((z - mean z) - (t - mean t))^2 / (2 classes) (Hinton et al., 2.1)."""
    z, t = (a - a.mean(axis=1, keepdims=True) for a in (LOGITS, TEACHER))
    wanted = ((z - t) ** 2).sum(axis=1).mean() / (2 * 4)
    assert float(soft_divergence(LOGITS, TEACHER, 300.0)) == pytest.approx(wanted, rel=0.02)


def test_nothing_to_learn_from_a_teacher_who_agrees():
    assert float(soft_divergence(LOGITS, LOGITS, 3.0)) == pytest.approx(0.0, abs=1e-6)
    assert np.abs(gradient(lambda z: soft_divergence(z, LOGITS, 3.0), LOGITS)).max() < 1e-6


def test_a_constant_added_to_logits_changes_nothing():
    assert float(soft_divergence(LOGITS + 7, TEACHER - 9, 2.0)) == pytest.approx(
        float(soft_divergence(LOGITS, TEACHER, 2.0)), rel=1e-4
    )


def test_extreme_logits_stay_finite():
    far = np.array([[1e4, -1e4, 0.0]], np.float32)
    for value in (soft_divergence(-far, far, 1.0), cross_entropy(-far, [0])):
        assert math.isfinite(float(value))


# --- gradients --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("temperature", [1.0, 2.0, 8.0])
def test_gradient_of_the_divergence(temperature):
    """d/dz = tau * (softmax(z / tau) - softmax(t / tau)) / batch."""
    found = gradient(lambda z: soft_divergence(z, TEACHER, temperature), LOGITS)
    wanted = temperature * (softmax(LOGITS / temperature) - softmax(TEACHER / temperature)) / len(LOGITS)
    assert np.allclose(found, wanted, atol=1e-6)


def test_gradients_keep_their_size_when_the_temperature_grows():
    """What tau^2 is for: without it, the gradient at tau = 64 would be 4096 times smaller than at 1."""
    sizes = [
        np.abs(gradient(lambda z, t=t: soft_divergence(z, TEACHER, t), LOGITS)).mean() for t in (8.0, 64.0)
    ]
    assert 0.5 < sizes[1] / sizes[0] < 2.0


def test_labels_as_rows_ask_the_same():
    rows = [[1.0, 0.0], [0.0, 1.0]]
    logits = np.array([[math.log(3), 0.0]] * 2, np.float32)
    assert float(cross_entropy(logits, rows, 0.2)) == pytest.approx(float(cross_entropy(logits, [0, 1], 0.2)))


def test_a_mixture_asks_for_both_in_their_shares():
    """0.75 ln(4/3) + 0.25 ln 4."""
    wanted = 0.75 * math.log(4 / 3) + 0.25 * math.log(4)
    assert float(cross_entropy(THREE_TO_ONE, [[0.75, 0.25]])) == pytest.approx(wanted, rel=1e-6)


def test_nothing_is_asked_where_no_label_is_known():
    assert float(cross_entropy(THREE_TO_ONE, [[0.0, 0.0]], smoothing=0.1)) == 0.0


def test_the_class_of_a_row_is_its_largest_share_or_the_teachers():
    rows = np.array([[0.6, 0.4, 0.0], [0.0, 0.0, 0.0]], np.float32)
    teacher = np.array([[0.0, 0.0, 9.0], [0.0, 0.0, 9.0]], np.float32)
    assert as_classes(rows, teacher).numpy().tolist() == [0, 2]
