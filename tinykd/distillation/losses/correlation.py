"""DIST: the student ranks as the teacher does, by correlation instead of by equal probabilities.

Huang, You, Wang, Qian, Xu, Knowledge Distillation from A Stronger Teacher, NeurIPS 2022, arXiv 2205.10536,
equations 6 to 10. Any linear relation to the teacher is good enough, which asks less of a small student.
"""

from typing import Any

from tinykd.training.tensorflow import libraries

INTER_WEIGHT, INTRA_WEIGHT = 2.0, 2.0  # published
_LEAST_SQUARE = 1e-16  # added under the root: what does not vary correlates with nothing, gradients finite


def correlation_distance(
    logits: Any, teacher: Any, temperature: float, inter_weight: float, intra_weight: float
) -> Any:
    """tau^2 * (inter_weight * over classes + intra_weight * over samples), each 1 - mean correlation.

    Over classes: of every row (one sample) of the probabilities at tau; over samples: of every column.
    """
    tf = libraries().tf
    given, wanted = (tf.nn.softmax(z / temperature) for z in (logits, teacher))
    inter = 1.0 - tf.reduce_mean(pearson(given, wanted, axis=1))
    intra = 1.0 - tf.reduce_mean(pearson(given, wanted, axis=0))
    return temperature**2 * (inter_weight * inter + intra_weight * intra)


def pearson(a: Any, b: Any, axis: int) -> Any:
    """Pearson's correlation of ``a`` and ``b`` (batch, classes) along ``axis``, in [-1, 1]."""
    tf = libraries().tf
    a, b = (x - tf.reduce_mean(x, axis=axis, keepdims=True) for x in (a, b))
    squares = tf.reduce_sum(a * a, axis=axis) * tf.reduce_sum(b * b, axis=axis)
    return tf.reduce_sum(a * b, axis=axis) * tf.math.rsqrt(squares + _LEAST_SQUARE)
