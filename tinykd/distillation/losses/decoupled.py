"""Decoupled distillation (DKD): is it the labelled class, and if not, which of the others?

Zhao, Cui, Song, Qiu, Liang, Decoupled Knowledge Distillation, CVPR 2022, arXiv 2203.08679, equation 7. Plain
distillation is target + (1 - p_t) * nontarget with p_t the teacher's probability of the labelled class: the
surer the teacher, the less it says about the other classes. Here both terms have weights of their own.
"""

from typing import Any

from tinykd.distillation.losses.soft_targets import as_classes
from tinykd.training.tensorflow import libraries

TARGET_WEIGHT, NONTARGET_WEIGHT = 1.0, 8.0  # published: ResNet32x4 to ResNet8x4 on CIFAR-100
_MASKED = -1e9  # a logit whose probability is 0 in float32


def decoupled_divergence(
    logits: Any, labels: Any, teacher: Any, temperature: float, target_weight: float, nontarget_weight: float
) -> Any:
    """tau^2 * (target_weight * mean(target) + nontarget_weight * mean(nontarget)), a scalar."""
    tf = libraries().tf
    labels = as_classes(labels, teacher)
    target = target_divergence(logits, labels, teacher, temperature)
    nontarget = nontarget_divergence(logits, labels, teacher, temperature)
    return temperature**2 * tf.reduce_mean(target_weight * target + nontarget_weight * nontarget)


def target_divergence(logits: Any, labels: Any, teacher: Any, temperature: float) -> Any:
    """(batch,) KL([p_t, 1 - p_t] || [q_t, 1 - q_t]) of the labelled class, both at ``temperature``."""
    wanted, given = (_right_or_wrong(z / temperature, labels) for z in (teacher, logits))
    return _divergence(wanted, given)


def nontarget_divergence(logits: Any, labels: Any, teacher: Any, temperature: float) -> Any:
    """(batch,) KL over the classes that are not the label, each side normalised over them; 0 of two."""
    tf = libraries().tf
    mask = _MASKED * tf.one_hot(labels, tf.shape(logits)[-1])
    wanted, given = (tf.nn.log_softmax(z / temperature + mask) for z in (teacher, logits))
    return _divergence(wanted, given)


def _right_or_wrong(logits: Any, labels: Any) -> Any:
    """(batch, 2) log-probabilities of the labelled class and of all others together."""
    tf = libraries().tf
    logs = tf.nn.log_softmax(logits)
    right = tf.one_hot(labels, tf.shape(logits)[-1])
    others = tf.reduce_logsumexp(logs + _MASKED * right, axis=-1)
    return tf.stack([tf.reduce_sum(logs * right, axis=-1), others], axis=-1)


def _divergence(wanted: Any, given: Any) -> Any:
    """(batch,) KL of log-probabilities (batch, k)."""
    tf = libraries().tf
    return tf.reduce_sum(tf.exp(wanted) * (wanted - given), axis=-1)
