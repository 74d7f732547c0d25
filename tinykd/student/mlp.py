"""Two hidden layers on all values at once: the student for a few features, or to compare with.

No BatchNormalization: after Dense it would silently stay in float.
"""

from typing import Any

from tinykd.student.blocks import channels
from tinykd.training.tensorflow import libraries

HIDDEN = (64, 32)  # units at width 1


def mlp(input_shape: tuple[int, int, int], classes: int, width: float) -> Any:
    """(n, H, W, C) in, (n, classes) logits out; units scale with ``width``."""
    layers, keras = libraries().tf_keras.layers, libraries().tf_keras
    inputs = layers.Input(input_shape, name="input")
    x = layers.Flatten(name="flatten")(inputs)
    for index, count in enumerate(HIDDEN, start=1):
        x = layers.Dense(channels(count, width), activation="relu", name=f"hidden{index}")(x)
    return keras.Model(inputs, layers.Dense(classes, name="logits")(x), name="mlp")
