"""Every method: hand-computed values, what it is blind to, its limits, the size of its gradients."""

import math

import numpy as np
import pytest
from pydantic import ValidationError

from tinykd.distillation.losses.correlation import correlation_distance, pearson
from tinykd.distillation.losses.decoupled import decoupled_divergence, nontarget_divergence, target_divergence
from tinykd.distillation.losses.soft_targets import cross_entropy, soft_divergence
from tinykd.distillation.losses.standardised import standardised, standardised_divergence
from tinykd.distillation.methods import distillation_loss, label_loss
from tinykd.project.training import DistillationSection
from tinykd.training.tensorflow import libraries

METHODS = ("kd", "kd_ls", "dkd", "dist")
RNG = np.random.default_rng(4)
LOGITS = RNG.normal(size=(6, 4)).astype(np.float32)
TEACHER = RNG.normal(size=(6, 4)).astype(np.float32) * 3
LABELS = np.array([0, 1, 2, 3, 0, 1])
EXTREME = np.array([[1e4, -1e4, 0.0], [0.0, 0.0, 0.0]], np.float32)

by_method = pytest.mark.parametrize("method", METHODS)
slow = pytest.mark.slow  # imports TensorFlow


def loss_of(method, **options):
    return distillation_loss(DistillationSection(method=method, **options))


def gradient(loss, logits=LOGITS):
    tf = libraries().tf
    z = tf.constant(logits)
    with tf.GradientTape() as tape:
        tape.watch(z)
        value = loss(z)
    return tape.gradient(value, z).numpy()


# --- what cannot be built (no TensorFlow) -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "option"), [("kd", "target_weight"), ("kd_ls", "inter_weight"), ("dist", "nontarget_weight")]
)
def test_an_option_of_another_method_is_refused(method, option):
    with pytest.raises(ValidationError, match="and the method is"):
        DistillationSection(method=method, **{option: 1.0})


@by_method
def test_a_section_survives_the_way_to_the_training_process(method):
    section = DistillationSection(method=method)
    assert DistillationSection.model_validate_json(section.model_dump_json()) == section


# --- hand values: softmax([ln a, ln b, ln c]) is proportional to [a, b, c] --------------------------------

WANTED = np.log(np.array([[6, 3, 1]], np.float32))  # 0.6, 0.3, 0.1
GIVEN = np.log(np.array([[2, 1, 1]], np.float32))  # 0.5, 0.25, 0.25


@slow
def test_standardised_by_hand():
    """[1, 2, 3] has mean 2 and variance 2/3."""
    found = standardised(np.array([[1.0, 2.0, 3.0]], np.float32)).numpy()
    assert np.allclose(found, [[-math.sqrt(1.5), 0.0, math.sqrt(1.5)]], rtol=1e-6)


@slow
def test_standardised_divergence_by_hand():
    """Two logits standardise to [1, -1] or [-1, 1]; at tau = 2 / ln 3 these are 3/4 and 1/4."""
    tau = 2 / math.log(3)
    apart = standardised_divergence(
        np.array([[0.0, 5.0]], np.float32), np.array([[9.0, 0.0]], np.float32), tau
    )
    assert float(apart) == pytest.approx(tau**2 * 0.5 * math.log(3), rel=1e-4)


@slow
def test_decoupled_by_hand():
    """Label 0: [0.6, 0.4] against [0.5, 0.5]; among the others [3/4, 1/4] against [1/2, 1/2]."""
    target = 0.6 * math.log(1.2) + 0.4 * math.log(0.8)
    others = 0.75 * math.log(1.5) + 0.25 * math.log(0.5)
    assert float(target_divergence(GIVEN, [0], WANTED, 1.0)[0]) == pytest.approx(target, rel=1e-5)
    assert float(nontarget_divergence(GIVEN, [0], WANTED, 1.0)[0]) == pytest.approx(others, rel=1e-5)
    found = decoupled_divergence(2 * GIVEN, [0], 2 * WANTED, 2.0, 1.0, 8.0)
    assert float(found) == pytest.approx(4 * (target + 8 * others), rel=1e-5)


@slow
def test_pearson_by_hand():
    """[1, 2, 3] with [1, 3, 2]: 1/2; with its opposite: -1; with a constant: 0."""
    a = np.array([[1.0, 2.0, 3.0]] * 3, np.float32)
    b = np.array([[1.0, 3.0, 2.0], [-1.0, -2.0, -3.0], [7.0, 7.0, 7.0]], np.float32)
    assert np.allclose(pearson(a, b, axis=1), [0.5, -1.0, 0.0], atol=1e-6)
    assert np.allclose(pearson(a.T, b.T, axis=0), [0.5, -1.0, 0.0], atol=1e-6)


@slow
def test_correlation_distance_by_hand():
    """Two samples, two classes, probabilities turned round: every correlation is -1, every distance 2."""
    one = np.log(np.array([[3, 1], [1, 3]], np.float32))
    assert float(correlation_distance(one, one[::-1].copy(), 1.0, 2.0, 3.0)) == pytest.approx(2 * 2 + 3 * 2)
    assert float(correlation_distance(2 * one, 2 * one[::-1], 2.0, 2.0, 3.0)) == pytest.approx(4 * (4 + 6))


# --- what they are blind to -------------------------------------------------------------------------------


@slow
def test_standardisation_does_not_see_shift_and_spread():
    wanted = float(standardised_divergence(LOGITS, TEACHER, 2.0))
    found = float(standardised_divergence(3 * LOGITS - 5, 0.2 * TEACHER + 1, 2.0))
    assert found == pytest.approx(wanted, rel=1e-4)


@slow
def test_decoupled_parts_make_up_plain_distillation():
    """KL = target + (1 - p_t) * nontarget, equation 6 of the paper."""
    tau = 3.0
    p = np.exp(TEACHER / tau) / np.exp(TEACHER / tau).sum(axis=1, keepdims=True)
    target = np.asarray(target_divergence(LOGITS, LABELS, TEACHER, tau))
    others = np.asarray(nontarget_divergence(LOGITS, LABELS, TEACHER, tau))
    whole = tau**2 * (target + (1 - p[np.arange(6), LABELS]) * others).mean()
    assert whole == pytest.approx(float(soft_divergence(LOGITS, TEACHER, tau)), rel=1e-5)


@slow
def test_of_two_classes_there_are_no_others():
    assert np.allclose(nontarget_divergence(LOGITS[:, :2], LABELS % 2, TEACHER[:, :2], 1.0), 0.0, atol=1e-6)


@slow
def test_correlation_is_content_with_a_linear_relation():
    """Probabilities half as far from even as the teacher's: KL sees a difference, DIST does not."""
    p = np.exp(TEACHER) / np.exp(TEACHER).sum(axis=1, keepdims=True)
    paler = np.log(0.5 * p + 0.5 / 4)
    assert float(correlation_distance(paler, TEACHER, 1.0, 2.0, 2.0)) == pytest.approx(0.0, abs=1e-4)
    assert float(soft_divergence(paler, TEACHER, 1.0)) > 0.1


# --- limits, for every method -----------------------------------------------------------------------------


@slow
@by_method
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_alpha_0_is_the_baseline(method, smoothing):
    section = DistillationSection(method=method, alpha=0.0, label_smoothing=smoothing)
    arrays = LOGITS, LABELS, TEACHER
    baseline = float(label_loss(section)(*arrays))
    assert float(distillation_loss(section)(*arrays)) == baseline
    assert baseline == float(cross_entropy(LOGITS, LABELS, smoothing))


@slow
@pytest.mark.parametrize("method", ["kd", "kd_ls", "dist"])
def test_alpha_1_does_not_see_the_labels(method):
    loss = loss_of(method, alpha=1.0)
    assert float(loss(LOGITS, LABELS, TEACHER)) == float(loss(LOGITS, LABELS[::-1].copy(), TEACHER))


@slow
@by_method
def test_nothing_to_learn_from_a_teacher_who_agrees(method):
    loss = loss_of(method, alpha=1.0)
    assert float(loss(LOGITS, LABELS, LOGITS)) == pytest.approx(0.0, abs=1e-4)
    assert np.abs(gradient(lambda z: loss(z, LABELS, LOGITS))).max() < 1e-4


@slow
@by_method
def test_a_constant_added_to_logits_changes_nothing(method):
    loss = loss_of(method)
    moved = float(loss(LOGITS + 7, LABELS, TEACHER - 9))
    assert moved == pytest.approx(float(loss(LOGITS, LABELS, TEACHER)), rel=1e-4)


@slow
@by_method
def test_extreme_and_equal_logits_stay_finite(method):
    loss, labels = loss_of(method, temperature=1.0), np.array([1, 0])
    for given, wanted in ((EXTREME, -EXTREME), (0 * EXTREME, EXTREME), (EXTREME, 0 * EXTREME)):
        assert math.isfinite(float(loss(given, labels, wanted)))
        assert np.isfinite(gradient(lambda z, t=wanted: loss(z, labels, t), given)).all()


@slow
@pytest.mark.parametrize("method", ["kd", "kd_ls", "dkd"])
def test_loss_is_the_mean_over_the_batch(method):
    twice = [np.concatenate([a, a]) for a in (LOGITS, LABELS, TEACHER)]
    once = float(loss_of(method)(LOGITS, LABELS, TEACHER))
    assert float(loss_of(method)(*twice)) == pytest.approx(once, rel=1e-6)


# --- gradients --------------------------------------------------------------------------------------------


@slow
@by_method
def test_gradients_are_those_of_the_value(method):
    """Along a random direction, against a central difference."""
    loss, step = loss_of(method, temperature=2.0), 1e-2
    way = np.random.default_rng(1).normal(size=LOGITS.shape).astype(np.float32)
    ends = [float(loss(LOGITS + sign * step * way, LABELS, TEACHER)) for sign in (1, -1)]
    found = float((gradient(lambda z: loss(z, LABELS, TEACHER)) * way).sum())
    assert found == pytest.approx((ends[0] - ends[1]) / (2 * step), rel=5e-3)


@slow
@pytest.mark.parametrize("method", ["kd", "kd_ls", "dkd"])
def test_gradients_keep_their_size_when_the_temperature_grows(method):
    """tau^2 undoes what the softened targets take away."""
    losses = [loss_of(method, alpha=1.0, temperature=tau) for tau in (8.0, 64.0)]
    sizes = [np.abs(gradient(lambda z, f=f: f(z, LABELS, TEACHER))).mean() for f in losses]
    assert 0.5 < sizes[1] / sizes[0] < 2.0


@slow
def test_gradients_of_correlation_grow_with_the_temperature():
    """A correlation is blind to spread, so softening takes nothing away: tau^2 is a weight, 16-fold here."""
    losses = [loss_of("dist", alpha=1.0, temperature=tau) for tau in (16.0, 64.0)]
    sizes = [np.abs(gradient(lambda z, f=f: f(z, LABELS, TEACHER))).mean() for f in losses]
    assert sizes[1] / sizes[0] == pytest.approx(16.0, rel=0.2)


@slow
def test_gradient_of_standardised_logits_does_not_change_their_spread():
    """The loss is the same for every multiple of the logits: no pull along them, half of it at twice."""
    near, far = (gradient(lambda z: standardised_divergence(z, TEACHER, 2.0), s * LOGITS) for s in (1, 2))
    assert np.allclose((near * LOGITS).sum(axis=1), 0.0, atol=1e-6)
    assert np.allclose(near, 2 * far, atol=1e-6)
