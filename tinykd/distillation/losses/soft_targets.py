"""Losses as small functions of tensors; each gives one value per batch, the mean over its samples.

Shapes: logits and teacher (batch, classes) float32, labels (batch,) int64 in [0, classes), or as rows (batch,
classes) float32 that sum to 1 where samples are mixed and to 0 where nothing is known of a sample.
"""

from typing import Any

from tinykd.training.tensorflow import libraries


def cross_entropy(logits: Any, labels: Any, smoothing: float = 0.0) -> Any:
    """-sum_k q_k log softmax(z)_k with q = (1 - s) * row + s / classes; of rows of zeros nothing is asked.

    Label smoothing s in [0, 1): Szegedy et al., arXiv 1512.00567, section 7.
    """
    tf = libraries().tf
    rows = as_rows(labels, logits)
    known = tf.reduce_sum(rows, axis=-1, keepdims=True)
    wanted = (1.0 - smoothing) * rows + smoothing * known / tf.cast(tf.shape(logits)[-1], logits.dtype)
    return tf.reduce_mean(-tf.reduce_sum(wanted * tf.nn.log_softmax(logits), axis=-1))


def as_rows(labels: Any, logits: Any) -> Any:
    """(batch, classes) of labels in either form."""
    tf = libraries().tf
    labels = tf.convert_to_tensor(labels)
    return labels if len(labels.shape) == 2 else tf.one_hot(labels, tf.shape(logits)[-1], dtype=logits.dtype)


def as_classes(labels: Any, teacher: Any) -> Any:
    """(batch,) classes of labels in either form: the largest share, or the teacher's where none is known."""
    tf = libraries().tf
    labels = tf.convert_to_tensor(labels)
    if len(labels.shape) == 1:
        return labels
    known = tf.reduce_sum(labels, axis=-1) > 0
    return tf.where(known, tf.argmax(labels, axis=-1), tf.argmax(teacher, axis=-1))


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


def mixed(distillation: Any, supervised: Any, alpha: float) -> Any:
    """alpha * distillation + (1 - alpha) * supervised; alpha in [0, 1]."""
    return alpha * distillation + (1.0 - alpha) * supervised
