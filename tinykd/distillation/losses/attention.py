"""Attention transfer: where the teacher looks, the student looks.

Zagoruyko, Komodakis, Paying More Attention to Attention, ICLR 2017, arXiv 1612.03928, equation 2 with p = 2:
a map of features becomes one number a pixel, the sum of squares over its channels, so teacher and student
need not have the same number of channels. Where the maps differ in size, the teacher's features are averaged
down.
"""

from typing import Any

from tinykd.training.tensorflow import libraries

ATTENTION_WEIGHT = 1000.0  # beside the loss on logits, published (beta, section 4.1)
_LEAST_SQUARE = 1e-12  # under the root of the norm: a map of zeros stays zeros, gradients finite


def attention_map(features: Any) -> Any:
    """(batch, h * w) sums of squares over the channels of (batch, h, w, c), each row of length 1."""
    tf = libraries().tf
    squares = tf.reduce_sum(tf.square(features), axis=-1)
    return tf.math.l2_normalize(
        tf.reshape(squares, [tf.shape(squares)[0], -1]), axis=-1, epsilon=_LEAST_SQUARE
    )


def attention_distance(given: Any, wanted: Any) -> Any:
    """Mean over batch and pixels of (Q_s - Q_t)^2; features (batch, h, w, c) of equal h and w.

    As in the authors' code, which the weight is for; the paper has the norm, whose gradient is infinite at 0.
    """
    tf = libraries().tf
    return tf.reduce_mean(tf.square(attention_map(given) - attention_map(tf.cast(wanted, given.dtype))))
