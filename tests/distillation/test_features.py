"""Losses on features: hand-computed values, what they are blind to, their limits and gradients."""

import math

import numpy as np
import pytest

from tinykd.distillation.losses.attention import attention_distance, attention_map
from tinykd.distillation.losses.hints import hint_distance
from tinykd.distillation.losses.relational import angles, distances, huber, relational_distance
from tinykd.training.tensorflow import libraries

pytestmark = pytest.mark.slow  # imports TensorFlow

RNG = np.random.default_rng(8)
MAPS = RNG.normal(size=(5, 3, 4, 6)).astype(np.float32)
WIDER = RNG.normal(size=(5, 3, 4, 9)).astype(np.float32)
EMBEDDED = RNG.normal(size=(5, 7)).astype(np.float32)
WIDER_EMBEDDED = RNG.normal(size=(5, 12)).astype(np.float32)
TRIANGLE = np.array([[0.0, 0.0], [3.0, 0.0], [0.0, 4.0]], np.float32)  # sides 3, 4, 5


def slope(loss, at):
    """Gradient of ``loss`` and the difference quotient along one random direction."""
    tf = libraries().tf
    point, step = tf.constant(at), 1e-2
    with tf.GradientTape() as tape:
        tape.watch(point)
        value = loss(point)
    gradient = tape.gradient(value, point).numpy()
    way = np.random.default_rng(1).normal(size=at.shape).astype(np.float32)
    ends = [float(loss(at + sign * step * way)) for sign in (1, -1)]
    return gradient, float((gradient * way).sum()), (ends[0] - ends[1]) / (2 * step)


# --- hints ------------------------------------------------------------------------------------------------


def test_hint_by_hand():
    """(1 + 4 + 9 + 16) / 4."""
    given = np.zeros((1, 1, 2, 2), np.float32)
    hint = np.array([[[[1.0, -2.0], [3.0, -4.0]]]], np.float32)
    assert float(hint_distance(given, hint)) == pytest.approx(7.5)


def test_hint_kept_as_half_precision_costs_no_accuracy_of_the_student():
    assert hint_distance(MAPS, MAPS.astype(np.float16)).dtype == np.float32


def test_gradient_of_the_hint():
    """d/ds = 2 (s - t) / number of values."""
    gradient, along, quotient = slope(lambda s: hint_distance(s, MAPS), 2 * MAPS)
    assert np.allclose(gradient, 2 * MAPS / MAPS.size, atol=1e-7)
    assert along == pytest.approx(quotient, rel=5e-3)


# --- attention --------------------------------------------------------------------------------------------


def test_attention_by_hand():
    """Two pixels: (1, 1) and (0, 2) have squares 2 and 4; divided by the root of 20."""
    found = attention_map(np.array([[[[1.0, 1.0], [0.0, 2.0]]]], np.float32)).numpy()
    assert np.allclose(found, [[2 / math.sqrt(20), 4 / math.sqrt(20)]])


def test_attention_on_opposite_places_is_one():
    left = np.array([[[[1.0], [0.0]]]], np.float32)
    assert float(attention_distance(left, left[:, :, ::-1].copy())) == pytest.approx(1.0)


def test_attention_does_not_see_strength_signs_nor_the_number_of_channels():
    doubled = np.concatenate([-3 * MAPS, 3 * MAPS], axis=-1)
    assert float(attention_distance(doubled, MAPS)) == pytest.approx(0.0, abs=1e-9)
    assert float(attention_distance(MAPS, WIDER)) > 0.001


def test_attention_of_nothing_stays_finite():
    gradient, _, _ = slope(lambda s: attention_distance(s, MAPS), np.zeros_like(MAPS))
    assert np.isfinite(gradient).all()


def test_gradient_of_attention():
    _, along, quotient = slope(lambda s: attention_distance(s, WIDER), MAPS)
    assert along == pytest.approx(quotient, rel=1e-2)


# --- relations --------------------------------------------------------------------------------------------


def test_distances_by_hand():
    """3, 4 and 5 divided by their mean, 4."""
    wanted = np.array([[0, 3, 4], [3, 0, 5], [4, 5, 0]]) / 4
    assert np.allclose(distances(TRIANGLE), wanted, atol=1e-6)


def test_angles_by_hand():
    """The right angle at the first corner; cosines 3/5 and 4/5 at the two others."""
    found = angles(TRIANGLE).numpy()
    corners = [found[0, 1, 2], found[1, 0, 2], found[2, 0, 1]]
    assert np.allclose(corners, [0.0, 0.6, 0.8], atol=1e-6)


def test_huber_by_hand():
    """1/2 * 0.5^2 below 1, 3 - 1/2 above."""
    assert float(huber(np.array([0.0, 0.0], np.float32), np.array([0.5, -3.0], np.float32))) == pytest.approx(
        (0.125 + 2.5) / 2
    )


def test_relations_do_not_see_place_size_and_turn():
    turn, _ = np.linalg.qr(RNG.normal(size=(7, 7)))
    moved = (4 * EMBEDDED @ turn + 9).astype(np.float32)
    assert float(relational_distance(moved, EMBEDDED, 25.0, 50.0)) == pytest.approx(0.0, abs=1e-4)
    assert float(relational_distance(EMBEDDED, WIDER_EMBEDDED, 25.0, 50.0)) > 0.1


def test_relations_weigh_both_terms():
    parts = [float(relational_distance(EMBEDDED, WIDER_EMBEDDED, *w)) for w in ((1, 0), (0, 1), (25, 50))]
    assert parts[2] == pytest.approx(25 * parts[0] + 50 * parts[1], rel=1e-5)


def test_relations_of_samples_that_are_alike_stay_finite():
    gradient, _, _ = slope(lambda s: relational_distance(s, WIDER_EMBEDDED, 25.0, 50.0), 0 * EMBEDDED)
    assert np.isfinite(gradient).all()


def test_gradient_of_relations():
    _, along, quotient = slope(lambda s: relational_distance(s, WIDER_EMBEDDED, 25.0, 50.0), EMBEDDED)
    assert along == pytest.approx(quotient, rel=1e-2)
