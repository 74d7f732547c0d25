"""CONV_2D, DEPTHWISE_CONV_2D and FULLY_CONNECTED as one: weights (outputs, taps, depth)."""

from dataclasses import replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from tinykd.compiler.layer import Layer
from tinykd.compiler.ops.common.access import Window
from tinykd.compiler.ops.common.convolution import padded_size
from tinykd.compiler.ops.conv_2d import Conv2D
from tinykd.compiler.ops.depthwise_conv_2d import DepthwiseConv2D
from tinykd.compiler.ops.fully_connected import Dense

Multiplying: TypeAlias = Conv2D | DepthwiseConv2D | Dense
Weights = NDArray[np.int64]
Index = NDArray[np.int64]


def is_multiplying(layer: Layer) -> bool:
    """Whether ``layer`` is one of them, its result not yet added to anything."""
    if isinstance(layer, Conv2D | Dense):
        return layer.residual is None
    return isinstance(layer, DepthwiseConv2D)


def in_depth(layer: Multiplying) -> int:
    """Input values of one pixel or row."""
    return layer.depth if isinstance(layer, Dense) else layer.in_channels


def weights_of(layer: Multiplying) -> Weights:
    """(outputs, taps, depth): ``depth`` is 1 for depthwise, that of a group for grouped convolutions."""
    match layer:
        case Dense():
            return layer.weights.astype(np.int64)[:, np.newaxis, :]
        case DepthwiseConv2D():
            return layer.weights.astype(np.int64).reshape(layer.out_channels, -1, 1)
        case Conv2D():
            return layer.weights.astype(np.int64).reshape(layer.out_channels, -1, layer.weights.shape[3])


def read_of(layer: Multiplying) -> Index:
    """(outputs, depth): the index of the input value that each weight is for."""
    outputs = np.arange(layer.out_channels, dtype=np.int64)[:, np.newaxis]
    match layer:
        case Dense():
            return np.broadcast_to(np.arange(layer.depth, dtype=np.int64), layer.weights.shape)
        case DepthwiseConv2D():
            return outputs // layer.multiplier
        case Conv2D():
            depth = int(layer.weights.shape[3])
            group = outputs // (layer.out_channels // layer.groups)
            return group * depth + np.arange(depth, dtype=np.int64)


def with_weights(layer: Multiplying, weights: Weights, bias: NDArray[np.int64]) -> Multiplying:
    """``layer`` with ``weights`` (outputs, taps, depth) and ``bias`` (outputs,)."""
    shaped = weights.reshape(layer.weights.shape).astype(layer.weights.dtype)
    return replace(layer, weights=shaped, bias=bias.astype(np.int32))


def outside_reads_as(layer: Multiplying) -> int | None:
    """What its taps outside of the image read: the input's zero point; None where no tap is outside."""
    if isinstance(layer, Dense):
        return None
    return layer.input_zero_point if _reaches_outside(layer.window) else None


def _reaches_outside(w: Window) -> bool:
    height, width = padded_size(w)
    return w.pad_top > 0 or w.pad_left > 0 or height - w.pad_top > w.in_h or width - w.pad_left > w.in_w
