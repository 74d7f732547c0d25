"""Relational distillation (RKD): the student keeps distances and angles between samples, not their places.

Park, Kim, Lu, Cho, Relational Knowledge Distillation, CVPR 2019, arXiv 1904.05068, equations 5 to 10. Only
relations are compared, so teacher and student may have embeddings of different widths.
"""

from typing import Any

from tinykd.training.tensorflow import libraries

DISTANCE_WEIGHT, ANGLE_WEIGHT = 25.0, 50.0  # published: RKD-DA
RELATIONAL_WEIGHT = 1.0  # of both together, beside the loss on logits
_LEAST_SQUARE = 1e-12  # under the roots: a sample's distance to itself is 0, gradients finite
_BEND = 1.0  # of Huber's loss


def relational_distance(
    given: Any, wanted: Any, distance_weight: float = DISTANCE_WEIGHT, angle_weight: float = ANGLE_WEIGHT
) -> Any:
    """distance_weight * distances + angle_weight * angles; embeddings (batch, any width)."""
    tf = libraries().tf
    wanted = tf.cast(wanted, given.dtype)
    apart = huber(distances(wanted), distances(given))
    turned = huber(angles(wanted), angles(given))
    return distance_weight * apart + angle_weight * turned


def distances(embeddings: Any) -> Any:
    """(batch, batch) Euclidean distances, divided by the mean of those between different samples."""
    tf = libraries().tf
    between = embeddings[:, None, :] - embeddings[None, :, :]
    lengths = tf.sqrt(tf.reduce_sum(tf.square(between), axis=-1) + _LEAST_SQUARE)
    lengths -= tf.linalg.diag(tf.linalg.diag_part(lengths))
    count = tf.cast(tf.shape(lengths)[0], lengths.dtype)
    mean = tf.reduce_sum(lengths) / tf.maximum(count * (count - 1.0), 1.0)
    return lengths / tf.maximum(mean, _LEAST_SQUARE)


def angles(embeddings: Any) -> Any:
    """(batch, batch, batch) cosines: [j, i, k] of the angle at sample j between samples i and k."""
    tf = libraries().tf
    between = embeddings[None, :, :] - embeddings[:, None, :]  # [j, i]: from j to i
    directions = tf.math.l2_normalize(between, axis=-1, epsilon=_LEAST_SQUARE)
    return tf.matmul(directions, directions, transpose_b=True)


def huber(wanted: Any, given: Any) -> Any:
    """Mean of (a - b)^2 / 2 where |a - b| <= 1, else |a - b| - 1/2 (equation 5)."""
    tf = libraries().tf
    apart = tf.abs(wanted - given)
    return tf.reduce_mean(tf.where(apart <= _BEND, 0.5 * tf.square(apart), apart - 0.5 * _BEND))
