"""A temporal CNN in Keras 3, the built-in teacher for sound and motion.

After Bai, Kolter, Koltun, An Empirical Evaluation of Generic Convolutional and Recurrent Networks for
Sequence Modeling, arXiv 1803.01271: residual blocks whose dilation doubles. Here centred instead of causal,
since the whole window is known, and halving the time twice.
"""

from typing import Any

from tinykd.errors import ModelError
from tinykd.teacher.layers import DROPOUT, classifier, residual, stem
from tinykd.training.tensorflow import libraries

STEM = 64  # channels
KERNEL = 7  # steps of time
BLOCKS = ((64, 1, 1), (64, 1, 2), (96, 2, 1), (96, 1, 2), (128, 2, 1))  # (channels, stride, dilation)


def tcn(input_shape: tuple[int, int, int], outputs: int) -> Any:
    """(n, T, 1, C) in, (n, outputs) out."""
    if input_shape[1] != 1:
        found = f"samples are of shape {input_shape}"
        raise ModelError(
            "[teacher] model = tcn", found, "(time, 1, channels)", 'Use model = "resnet" for images'
        )
    inputs = libraries().keras.Input(input_shape)
    x = stem(inputs, STEM, (3, 1))
    for width, stride, dilation in BLOCKS:
        x = residual(x, width, (KERNEL, 1), stride, dilation)
    return classifier(inputs, x, outputs, DROPOUT, "tcn")
