"""Two hidden layers on all values at once: the student for a few features, or to compare with.

No BatchNormalization: after Dense it would silently stay in float.
"""

from typing import Any

from tinykd.student.blocks import channels, deepened
from tinykd.training.tensorflow import libraries

HIDDEN = ((64, 1), (32, 1))  # (units at width 1, no stride)


def mlp(input_shape: tuple[int, int, int], classes: int, width: float, depth: int | None = None) -> Any:
    """(n, H, W, C) in, (n, classes) logits out; ``width`` scales units, ``depth`` counts hidden layers."""
    layers, keras = libraries().tf_keras.layers, libraries().tf_keras
    inputs = layers.Input(input_shape, name="input")
    x = layers.Flatten(name="flatten")(inputs)
    for index, (count, _) in enumerate(deepened(HIDDEN, depth), start=1):
        x = layers.Dense(channels(count, width), activation="relu", name=f"hidden{index}")(x)
    return keras.Model(inputs, layers.Dense(classes, name="logits")(x), name="mlp")
