"""Losses of several labels: each class by itself, on or off; the mean over the classes and the batch.

Labels: binary cross-entropy. A teacher with logits t teaches its probabilities sigmoid(t / tau):

    tau^2 * mean KL(Bernoulli(sigmoid(t / tau)) || Bernoulli(sigmoid(z / tau)))

which is the loss of Hinton, Vinyals, Dean, arXiv 1503.02531, for two classes with the logits 0 and z, and as
binary cross-entropy with soft targets but for the teacher's own entropy, which has no gradient. tau^2 keeps
the size of the gradients, as it does there.
"""

from typing import Any

from tinykd.training.tensorflow import libraries


def labelled_classes(logits: Any, targets: Any) -> Any:
    """Of ``logits`` and ``targets``, both (batch, classes) float32: 1 on, 0 off, shares between them where
    samples are mixed. Below 0 nothing is known, and nothing is asked.
    """
    tf = libraries().tf
    known = tf.cast(targets > -0.5, logits.dtype)
    each = tf.nn.sigmoid_cross_entropy_with_logits(tf.maximum(targets, 0.0), logits)
    return tf.reduce_sum(known * each) / tf.maximum(tf.cast(tf.size(logits), logits.dtype), 1.0)


def taught_classes(logits: Any, teacher: Any, temperature: Any = 1.0) -> Any:
    """Of ``logits`` and the teacher's, both (batch, classes) float32."""
    tf = libraries().tf
    wanted, given = teacher / temperature, logits / temperature
    shares = tf.sigmoid(wanted)
    cross = tf.nn.sigmoid_cross_entropy_with_logits(shares, given)
    own = tf.nn.sigmoid_cross_entropy_with_logits(shares, wanted)
    return temperature**2 * tf.reduce_mean(cross - own)
