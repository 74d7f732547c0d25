"""A dense autoencoder in Keras 3, the built-in teacher that gives its input back, for task ``anomaly``.

After the baseline of Koizumi et al., DCASE 2020 Challenge Task 2, arXiv 2006.05822, twice as wide.
"""

import math
from typing import Any

from tinykd.errors import ModelError
from tinykd.teacher.layers import dense
from tinykd.training.tensorflow import libraries

HIDDEN = (256, 256, 256)  # units on either side
BOTTLENECK = 16


def autoencoder(input_shape: tuple[int, int, int], outputs: int) -> Any:
    """(n, H, W, C) in, (n, H * W * C) out: the sample as the network would have it."""
    if outputs != math.prod(input_shape):
        found = f"it gives its input back ({math.prod(input_shape)} values) and {outputs} are wanted"
        raise ModelError("[teacher] model = autoencoder", found, 'task = "anomaly"', 'Use model = "mlp"')
    keras = libraries().keras
    inputs = keras.Input(input_shape)
    x = keras.layers.Flatten()(inputs)
    for units in (*HIDDEN, BOTTLENECK, *HIDDEN):
        x = dense(x, units)
    return keras.Model(inputs, keras.layers.Dense(outputs, name="output")(x), name="autoencoder")
