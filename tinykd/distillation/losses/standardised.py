"""Logit standardisation: the student copies the shape of the teacher's logits, not their spread.

Sun, Ren, Li, Wang, Cao, Logit Standardization in Knowledge Distillation, CVPR 2024, arXiv 2403.01878,
equations 9 and 10. A small student need not reach the teacher's confidence to agree with it.
"""

from typing import Any

from tinykd.distillation.losses.soft_targets import soft_divergence
from tinykd.training.tensorflow import libraries

_LEAST_VARIANCE = 1e-8  # added: equal logits stay zero and their gradient finite


def standardised(logits: Any) -> Any:
    """Each row of ``logits`` (batch, classes) with mean 0 and (population) standard deviation 1."""
    tf = libraries().tf
    mean, variance = tf.nn.moments(logits, axes=[-1], keepdims=True)
    return (logits - mean) * tf.math.rsqrt(variance + _LEAST_VARIANCE)


def standardised_divergence(logits: Any, teacher: Any, temperature: float) -> Any:
    """tau^2 * KL(softmax(Z(t) / tau) || softmax(Z(z) / tau)), Z: ``standardised``."""
    return soft_divergence(standardised(logits), standardised(teacher), temperature)
