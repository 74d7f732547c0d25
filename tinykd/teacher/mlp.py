"""A multi-layer perceptron in Keras 3, the built-in teacher for a few features."""

from typing import Any

from tinykd.teacher.layers import DROPOUT, dense
from tinykd.training.tensorflow import libraries

HIDDEN = (256, 256, 128)  # units; normalised (Ioffe, Szegedy, arXiv 1502.03167) and thinned out


def mlp(input_shape: tuple[int, int, int], outputs: int) -> Any:
    """(n, H, W, C) in, (n, outputs) out."""
    keras = libraries().keras
    inputs = keras.Input(input_shape)
    x = keras.layers.Flatten()(inputs)
    for units in HIDDEN:
        x = keras.layers.Dropout(DROPOUT)(dense(x, units))
    return keras.Model(inputs, keras.layers.Dense(outputs, name="logits")(x), name="mlp")
