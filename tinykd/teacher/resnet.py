"""A small residual network in Keras 3, the built-in teacher for images.

He et al., Identity Mappings in Deep Residual Networks, arXiv 1603.05027 (here post-activation, as in
1512.03385).
"""

from typing import Any

from tinykd.teacher.layers import DROPOUT, classifier, residual, stem
from tinykd.training.tensorflow import libraries

WIDTHS = (32, 64, 128)  # channels of the three stages; each but the first halves the image


def resnet(input_shape: tuple[int, int, int], classes: int) -> Any:
    """(n, H, W, C) in, (n, classes) logits out."""
    inputs = libraries().keras.Input(input_shape)
    x = stem(inputs, WIDTHS[0], 3)
    for stage, width in enumerate(WIDTHS):
        x = residual(x, width, 3, stride=1 if stage == 0 else 2)
    return classifier(inputs, x, classes, DROPOUT, "resnet")
