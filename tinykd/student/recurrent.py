"""Recurrent students for sound and motion: LSTM (Hochreiter, Schmidhuber, 1997), GRU (arXiv 1406.1078).

A convolution over time shortens the window first (CRNN in Zhang et al., Hello Edge, arXiv 1711.07128):
gradients pass few steps in training, and a GRU, which is unrolled for TFLM, becomes few calls.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tinykd.student.blocks import channels, convolution, valid_in_time
from tinykd.training.tensorflow import libraries

STEM, UNITS = 16, 32  # channels of the convolution and units of each recurrent layer, at width 1
LAYERS = 1
LSTM_STEPS, GRU_STEPS = 64, 32  # of time, at most, that are recurred over


@dataclass(frozen=True)
class _Kind:
    """Which layers, for how many steps at most, behind which convolution: (x, count, rows, stride)."""

    name: str
    most: int
    stem: Callable[[Any, int, int, int], Any]


def _padded(x: Any, count: int, rows: int, stride: int) -> Any:
    return convolution(x, count, (rows, 1), stride, "stem")


def _valid(x: Any, count: int, rows: int, stride: int) -> Any:
    return valid_in_time(x, count, (rows, stride), "stem")


def lstm(input_shape: tuple[int, int, int], classes: int, width: float, depth: int | None = None) -> Any:
    """(n, T, 1, C) in, (n, classes) logits out; ``width`` scales units, ``depth`` counts LSTM layers."""
    return _recurrent(_Kind("LSTM", LSTM_STEPS, _padded), input_shape, classes, width, depth)


def gru(input_shape: tuple[int, int, int], classes: int, width: float, depth: int | None = None) -> Any:
    """(n, T, 1, C) in, (n, classes) logits out; ``width`` scales units, ``depth`` counts GRU layers."""
    return _recurrent(_Kind("GRU", GRU_STEPS, _padded), input_shape, classes, width, depth)


def streamed_lstm(
    input_shape: tuple[int, int, int], classes: int, width: float, depth: int | None = None
) -> Any:
    """The same without padding in time."""
    return _recurrent(_Kind("LSTM", LSTM_STEPS, _valid), input_shape, classes, width, depth)


def streamed_gru(
    input_shape: tuple[int, int, int], classes: int, width: float, depth: int | None = None
) -> Any:
    """The same without padding in time."""
    return _recurrent(_Kind("GRU", GRU_STEPS, _valid), input_shape, classes, width, depth)


def _recurrent(
    kind: _Kind, input_shape: tuple[int, int, int], classes: int, width: float, depth: int | None
) -> Any:
    layers, keras = libraries().tf_keras.layers, libraries().tf_keras
    name, count = kind.name.lower(), depth or LAYERS
    inputs = layers.Input(input_shape, name="input")
    stride = -(-input_shape[0] // kind.most)
    x = kind.stem(inputs, channels(STEM, width), max(3, 2 * stride), stride)
    x = layers.Reshape((x.shape[1], x.shape[3]), name="steps")(x)
    for index in range(1, count + 1):
        layer = getattr(layers, kind.name)(
            channels(UNITS, width), return_sequences=index < count, name=f"{name}{index}"
        )
        x = layer(x)
    return keras.Model(inputs, layers.Dense(classes, name="logits")(x), name=name)
