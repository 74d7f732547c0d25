"""Recurrent students for sound and motion: LSTM (Hochreiter, Schmidhuber, 1997), GRU (arXiv 1406.1078).

A convolution over time shortens the window first (CRNN in Zhang et al., Hello Edge, arXiv 1711.07128):
gradients pass few steps in training, and a GRU, which is unrolled for TFLM, becomes few calls.
"""

from typing import Any

from tinykd.student.blocks import channels, convolution
from tinykd.training.tensorflow import libraries

STEM, UNITS = 16, 32  # channels of the convolution and units of each recurrent layer, at width 1
LAYERS = 1
LSTM_STEPS, GRU_STEPS = 64, 32  # of time, at most, that are recurred over


def lstm(input_shape: tuple[int, int, int], classes: int, width: float, depth: int | None = None) -> Any:
    """(n, T, 1, C) in, (n, classes) logits out; ``width`` scales units, ``depth`` counts LSTM layers."""
    return _recurrent("LSTM", input_shape, classes, width, depth, LSTM_STEPS)


def gru(input_shape: tuple[int, int, int], classes: int, width: float, depth: int | None = None) -> Any:
    """(n, T, 1, C) in, (n, classes) logits out; ``width`` scales units, ``depth`` counts GRU layers."""
    return _recurrent("GRU", input_shape, classes, width, depth, GRU_STEPS)


def _recurrent(
    kind: str, input_shape: tuple[int, int, int], classes: int, width: float, depth: int | None, most: int
) -> Any:
    layers, keras = libraries().tf_keras.layers, libraries().tf_keras
    name, count = kind.lower(), depth or LAYERS
    inputs = layers.Input(input_shape, name="input")
    stride = -(-input_shape[0] // most)
    x = convolution(inputs, channels(STEM, width), (max(3, 2 * stride), 1), stride, "stem")
    x = layers.Reshape((x.shape[1], x.shape[3]), name="steps")(x)
    for index in range(1, count + 1):
        layer = getattr(layers, kind)(
            channels(UNITS, width), return_sequences=index < count, name=f"{name}{index}"
        )
        x = layer(x)
    return keras.Model(inputs, layers.Dense(classes, name="logits")(x), name=name)
