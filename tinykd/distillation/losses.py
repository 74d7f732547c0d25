"""Losses as small functions of tensors; each gives one value per batch, the mean over its samples.

Shapes: logits and teacher (batch, classes) float32, labels (batch,) int64 in [0, classes), or as rows (batch,
classes) float32 that sum to 1 where samples are mixed and to 0 where nothing is known of a sample.
"""

from typing import Any

from tinykd.training.tensorflow import libraries


def cross_entropy(logits: Any, labels: Any, smoothing: float = 0.0) -> Any:
    """-sum_k q_k log softmax(z)_k with q = (1 - s) * onehot + s / classes.

    Label smoothing s in [0, 1): Szegedy et al., arXiv 1512.00567, section 7.
    """
    tf = libraries().tf
    classes = tf.shape(logits)[-1]
    wanted = tf.one_hot(labels, classes, on_value=1.0 - smoothing, off_value=0.0)
    wanted += smoothing / tf.cast(classes, logits.dtype)
    return tf.reduce_mean(-tf.reduce_sum(wanted * tf.nn.log_softmax(logits), axis=-1))


def row_cross_entropy(logits: Any, rows: Any, smoothing: float = 0.0) -> Any:
    """``cross_entropy`` with labels as rows; of rows of zeros nothing is asked, smoothed or not."""
    tf = libraries().tf
    known = tf.reduce_sum(rows, axis=-1, keepdims=True)
    wanted = (1.0 - smoothing) * rows + known * smoothing / tf.cast(tf.shape(rows)[-1], rows.dtype)
    return tf.reduce_mean(-tf.reduce_sum(wanted * tf.nn.log_softmax(logits), axis=-1))


def soft_divergence(logits: Any, teacher: Any, temperature: float) -> Any:
    """tau^2 * KL(softmax(t / tau) || softmax(z / tau)).

    Hinton, Vinyals, Dean, arXiv 1503.02531, section 2: gradients of soft targets fall as 1 / tau^2, so tau^2
    keeps their size beside a loss on the labels.
    """
    tf = libraries().tf
    log_wanted = tf.nn.log_softmax(teacher / temperature)
    log_given = tf.nn.log_softmax(logits / temperature)
    divergence = tf.reduce_sum(tf.exp(log_wanted) * (log_wanted - log_given), axis=-1)
    return temperature**2 * tf.reduce_mean(divergence)


def mixed(taught: Any, labelled: Any, alpha: float) -> Any:
    """alpha * taught + (1 - alpha) * labelled; alpha in [0, 1]."""
    return alpha * taught + (1.0 - alpha) * labelled
