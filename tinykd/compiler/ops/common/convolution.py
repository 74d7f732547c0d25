"""What CONV_2D, DEPTHWISE_CONV_2D and FULLY_CONNECTED have in common: windows, weights, requantisation.

Sources: tensorflow/lite/kernels/padding.h, kernels/kernel_util.cc
(``PopulateConvolutionQuantizationParams``), micro/kernels/fully_connected_common.cc.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.compiler.node import Node
from tinykd.compiler.ops.common.access import Window
from tinykd.compiler.ops.common.activation import activation_range
from tinykd.graph.ir import DType, Tensor
from tinykd.graph.quantize import Multiplier, quantize_multiplier

SAME, VALID = 0, 1


@dataclass(frozen=True, eq=False)
class Requantization:
    """int32 accumulators to int8: double rounding by channel (or one for all), add zero_point, clamp."""

    multipliers: NDArray[np.int32]  # (channels,) or (1,)
    shifts: NDArray[np.int8]  # as many; positive = to the left
    zero_point: int
    minimum: int
    maximum: int

    @property
    def per_channel(self) -> bool:
        return self.multipliers.size > 1


LARGEST = 32767  # of any size of a window: kernels hold them in 16 bits


def window(
    node: Node, source: Tensor, output: Tensor, kernel: tuple[int, int], dilated: bool = True
) -> Window:
    """The window that the op's options give; the output's shape must agree with it."""
    options = node.options
    padding = options.integer("padding")
    stride = options.integer("stride_h"), options.integer("stride_w")
    dilation = (1, 1)
    if dilated:
        dilation = options.integer("dilation_h_factor"), options.integer("dilation_w_factor")
    sizes = (*stride, *dilation, *kernel)
    if padding not in (SAME, VALID) or min(sizes) < 1 or max(sizes) > LARGEST:
        found = f"padding {padding}, strides {stride}, dilations {dilation}, window {kernel}"
        node.refuse(None, found, f"SAME or VALID and sizes of 1..{LARGEST}")
    (out_h, top), (out_w, left) = (
        _axis(padding, source.shape[1 + i], kernel[i], stride[i], dilation[i]) for i in (0, 1)
    )
    if min(out_h, out_w) < 1 or output.shape[:3] != (source.shape[0], out_h, out_w):
        node.refuse(
            output, f"has shape {list(output.shape)}", f"[{source.shape[0]}, {out_h}, {out_w}, channels]"
        )
    place = Window(
        source.shape[0], source.shape[1], source.shape[2], out_h, out_w,
        *kernel, *stride, *dilation, top, left,
    )  # fmt: skip
    if max(*source.shape, *output.shape, *padded_size(place)) > LARGEST:
        node.refuse(source, f"has shape {list(source.shape)}", f"sizes up to {LARGEST}, padding included")
    return place


def padded_size(window: Window) -> tuple[int, int]:
    """(height, width) of an image with all the padding that the window reaches."""
    height = (window.out_h - 1) * window.stride_h + (window.kernel_h - 1) * window.dilation_h + 1
    width = (window.out_w - 1) * window.stride_w + (window.kernel_w - 1) * window.dilation_w + 1
    return height, width


def _axis(padding: int, size: int, kernel: int, stride: int, dilation: int) -> tuple[int, int]:
    """(output size, padding before) along one axis."""
    reach = (kernel - 1) * dilation + 1
    out = (size + stride - 1) // stride if padding == SAME else (size + stride - reach) // stride
    return out, max((out - 1) * stride + reach - size, 0) // 2


def weights_of(node: Node, tensor: Tensor) -> NDArray[Any]:
    """The weights int8: constant, symmetric; of four bits in the file where activations are int8."""
    x = node.input(0)
    node.typed(tensor, DType.INT8, *([DType.INT4] if x.dtype is DType.INT8 else []))
    data = node.value(1)
    if tensor.quantization is None:
        node.refuse(
            tensor, "has no scale", "quantization parameters", "Convert with full-integer quantization"
        )
    if any(tensor.quantization.zero_points):
        node.refuse(tensor, "has a zero point", "symmetric weights (zero point 0)", "Convert it again")
    return data


def bias_of(node: Node, channels: int) -> NDArray[np.int64]:
    """The bias as int64, zeros where the op has none."""
    tensor = node.optional(2)
    if tensor is None:
        return np.zeros(channels, np.int64)
    node.typed(tensor, DType.INT32)
    if tensor.elements != channels:
        node.refuse(tensor, f"has {tensor.elements} values", f"{channels}")
    return node.value(2).reshape(-1).astype(np.int64)


def requantization(
    node: Node, source: Tensor, weights: Tensor, output: Tensor, channels: int
) -> Requantization:
    """Per-channel multipliers of a convolution: input scale * filter scale / output scale, in double."""
    assert weights.quantization is not None
    scales = weights.quantization.scales
    if len(scales) not in (1, channels):
        node.refuse(weights, f"has {len(scales)} scales", f"1 or {channels}")
    factors = [quantize_multiplier(source.scale * s / output.scale) for s in scales]
    return _requantization(node, output, factors * (channels if len(scales) == 1 else 1))


def tensor_requantization(node: Node, source: Tensor, weights: Tensor, output: Tensor) -> Requantization:
    """Per-tensor FULLY_CONNECTED, in double as well: tests/oracle/test_arithmetic.py checks it."""
    factor = quantize_multiplier(source.scale * weights.scale / output.scale)
    return _requantization(node, output, [factor])


def _requantization(node: Node, output: Tensor, factors: list[Multiplier]) -> Requantization:
    if any(f.shift > 30 for f in factors):
        node.refuse(output, "has a scale that is too small for its operands", "a multiplier below 2**30")
    minimum, maximum = activation_range(node, output)
    return Requantization(
        np.array([f.value for f in factors], np.int32),
        np.array([f.shift for f in factors], np.int8),
        output.zero_point,
        minimum,
        maximum,
    )


def folded_bias(
    node: Node, bias: NDArray[np.int64], weights: NDArray[Any], zero_point: int
) -> NDArray[np.int32]:
    """bias - zero_point * sum of the channel's weights; ``weights`` is (channels, …).

    Refuses a channel whose accumulator could leave int32: TFLM's result is undefined there.
    """
    flat = weights.reshape(weights.shape[0], -1).astype(np.int64)
    folded = bias - zero_point * flat.sum(axis=1)
    reach = np.abs(flat).sum(axis=1) * 255
    worst = np.maximum(np.abs(bias), np.abs(folded)) + reach
    if (worst >= 1 << 31).any():
        channel = int(worst.argmax())
        node.refuse(
            node.input(1), f"can overflow int32 in channel {channel}", "sums below 2**31", "Check its bias"
        )
    return np.asarray(folded, dtype=np.int32)


def window_fields(window: Window) -> tuple[tuple[str, int], ...]:
    """The fields of ``tkd_window``."""
    return tuple(
        (name, getattr(window, name))
        for name in (
            "batches", "in_h", "in_w", "out_h", "out_w", "kernel_h", "kernel_w",
            "stride_h", "stride_w", "dilation_h", "dilation_w", "pad_top", "pad_left",
        )
    )  # fmt: skip
