"""Layers computed in numpy, by their definitions: what a lowering says, without kernels and memory plan."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from tinykd.compiler.channels.multiplying import Multiplying, is_multiplying
from tinykd.compiler.channels.rescaled import added
from tinykd.compiler.layer import Layer
from tinykd.compiler.lowering.lower import Lowering
from tinykd.compiler.ops.add import Add
from tinykd.compiler.ops.common.access import Window
from tinykd.compiler.ops.common.convolution import Requantization
from tinykd.compiler.ops.common.gemmlowp import multiply_by_quantized_multiplier
from tinykd.compiler.ops.conv_2d import Conv2D
from tinykd.compiler.ops.depthwise_conv_2d import DepthwiseConv2D
from tinykd.compiler.ops.fully_connected import Dense
from tinykd.compiler.ops.pooling import Pool
from tinykd.compiler.ops.unary import Lookup
from tinykd.graph.ir import Tensor
from tinykd.graph.quantize import round_half_away

Values = NDArray[np.int64]
multiply: Callable[..., Values] = np.vectorize(multiply_by_quantized_multiplier, otypes=[np.int64])


def evaluate(lowering: Lowering, sample: NDArray[np.int8]) -> dict[int, Values]:
    """The value of every tensor that owns bytes, by its index, for one input."""
    (source,) = lowering.graph.main.inputs
    known = {source.index: sample.astype(np.int64).reshape(source.shape)}
    for layer in lowering.layers:
        inputs = [value_of(lowering, known, t) for t in layer.inputs]
        (output,) = layer.outputs
        known[output.index] = _computed(layer, inputs).reshape(output.shape)
    return known


def value_of(lowering: Lowering, known: dict[int, Values], tensor: Tensor) -> Values:
    root, offset = lowering.root(tensor)
    return known[root].reshape(-1)[offset : offset + tensor.elements].reshape(tensor.shape)


def _computed(layer: Layer, inputs: list[Values]) -> Values:
    if is_multiplying(layer):
        return _multiplied(layer, inputs[0])  # type: ignore[arg-type]
    match layer:
        case Add():
            a, b = (x.reshape(-1) for x in inputs)
            return added(layer.scale, a, b)
        case Pool():
            return _pooled(layer, inputs[0])
        case Lookup():
            return layer.table.astype(np.int64)[inputs[0] & 0xFF]
    raise AssertionError(type(layer).__name__)


def _multiplied(layer: Multiplying, x: Values) -> Values:
    match layer:
        case Dense():
            sums = x.reshape(layer.rows, layer.depth) @ layer.weights.astype(np.int64).T
        case Conv2D():
            sums = _convolved(layer, x)
        case DepthwiseConv2D():
            taps = _windows(x, layer.window, layer.input_zero_point).repeat(layer.multiplier, axis=-1)
            sums = np.einsum("bhwyxc,cyx->bhwc", taps, layer.weights.astype(np.int64))
    return _requantized(layer.requantization, sums + layer.bias)


def _convolved(layer: Conv2D, x: Values) -> Values:
    taps = _windows(x, layer.window, layer.input_zero_point)
    parts = np.split(layer.weights.astype(np.int64), layer.groups)
    inputs = np.split(taps, layer.groups, axis=-1)
    found = [np.einsum("bhwyxc,oyxc->bhwo", t, w) for t, w in zip(inputs, parts, strict=True)]
    return np.concatenate(found, axis=-1)


def _windows(x: Values, w: Window, outside: int) -> Values:
    """(batch, out_h, out_w, kernel_h, kernel_w, channels)."""
    result = np.full((w.batches, w.out_h, w.out_w, w.kernel_h, w.kernel_w, x.shape[-1]), outside, np.int64)
    for y, x0, ky, kx in np.ndindex(w.out_h, w.out_w, w.kernel_h, w.kernel_w):
        row = y * w.stride_h - w.pad_top + ky * w.dilation_h
        column = x0 * w.stride_w - w.pad_left + kx * w.dilation_w
        if 0 <= row < w.in_h and 0 <= column < w.in_w:
            result[:, y, x0, ky, kx] = x[:, row, column]
    return result


def _requantized(r: Requantization, sums: Values) -> Values:
    scaled = multiply(sums, r.multipliers.astype(np.int64), r.shifts.astype(np.int64))
    return (scaled + r.zero_point).clip(r.minimum, r.maximum)


def _pooled(layer: Pool, x: Values) -> Values:
    taps = _windows(x, layer.window, 1 << 20).reshape(*layer.outputs[0].shape[:3], -1, x.shape[-1])
    inside = taps != 1 << 20
    if layer.op == "MAX_POOL_2D":
        return np.where(inside, taps, -128).max(axis=3).clip(*layer.limits)
    mean = np.where(inside, taps, 0).sum(axis=3) / inside.sum(axis=3)
    return round_half_away(mean).astype(np.int64).clip(*layer.limits)
