"""What a model's outputs are held against, by task; each gives one value, the mean over the batch.

Shapes: outputs (batch, outputs) float32; targets (batch,) int64 labels, or (batch, outputs) float32,
which are rows of labels in a classification.
"""

from typing import Any, assert_never

from tinykd.data.objects.grid import Grid
from tinykd.project.values import TaskName
from tinykd.training.binary_loss import labelled_classes
from tinykd.training.map_loss import labelled_maps
from tinykd.training.tensorflow import libraries

HUBER_DELTA = 1.0  # targets have deviation 1: beyond it an outlier counts linearly


def supervised_loss(task: TaskName, outputs: Any, targets: Any, grid: Grid | None = None) -> Any:
    """Cross-entropy, that of each class by itself, Huber's loss, the mean squared error, or that of heat maps
    on ``grid``.
    """
    tf = libraries().tf
    match task:
        case "classification":
            if len(targets.shape) == 2:
                return tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(targets, outputs))
            return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(targets, outputs))
        case "multilabel":
            return labelled_classes(outputs, targets)
        case "regression":
            return huber(outputs, targets)
        case "anomaly":
            return tf.reduce_mean(tf.square(outputs - targets))
        case "detection":
            assert grid is not None
            return labelled_maps(outputs, targets, grid)
        case _:
            assert_never(task)


def huber(outputs: Any, targets: Any) -> Any:
    """e^2 / 2 where |e| <= delta, else delta * (|e| - delta / 2); the mean over outputs. Huber, 1964."""
    tf = libraries().tf
    error = tf.abs(outputs - targets)
    near = tf.minimum(error, HUBER_DELTA)
    return tf.reduce_mean(near * (error - near / 2.0))
