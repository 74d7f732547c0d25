"""What CONV_2D, DEPTHWISE_CONV_2D and FULLY_CONNECTED of int16 activations and int8 weights have in common.

Bias and accumulators are int64, and the rescaling takes 16 bits of the multiplier and rounds once, half up.
Sources: ``MultiplyByQuantizedMultiplier(int64_t, …)`` in kernels/internal/common.cc; TFLite's quantization
spec for 16x8: all zero points are 0.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.compiler.kernel import ConstantArray, CValue, Struct
from tinykd.compiler.node import Node
from tinykd.compiler.ops.common.access import Window, interleaved_min_input_offset
from tinykd.compiler.ops.common.activation import activation_range
from tinykd.graph.ir import DType, Tensor
from tinykd.graph.quantize import Multiplier

INT16 = (-32768, 32767)
BYTES = 2  # of an activation
LARGEST_SHIFT = 7  # to the left, and
LARGEST_SUM = 1 << 47  # what TFLM's 64-bit rescaling takes


@dataclass(frozen=True, eq=False)
class WideRequantization:
    """int64 sums to int16: times ``multipliers`` * 2**-``shifts``, by channel or one for all; clamp."""

    multipliers: NDArray[np.int16]  # (channels,) or (1,); [0, 32767]
    shifts: NDArray[np.int8]  # as many; to the right, [8, 46]
    minimum: int
    maximum: int


def symmetric(node: Node, tensor: Tensor) -> Tensor:
    """``tensor`` if it is int16 with one scale and zero point 0; else refuse."""
    node.quantized(tensor, DType.INT16)
    if tensor.zero_point != 0:
        node.refuse(tensor, f"has zero point {tensor.zero_point}", "0, as int16 has in TFLite")
    return tensor


def bias_of(node: Node, channels: int, operand: int = 2) -> NDArray[np.int64]:
    """The bias, zeros where the op has none."""
    tensor = node.optional(operand)
    if tensor is None:
        return np.zeros(channels, np.int64)
    if tensor.dtype is not DType.INT64:
        node.refuse(
            tensor, f"is {tensor.dtype.value}", "int64 beside int16 activations", "Convert with 64-bit biases"
        )
    if tensor.elements != channels:
        node.refuse(tensor, f"has {tensor.elements} values", f"{channels}")
    return node.value(operand).reshape(-1)


def check_sums(node: Node, bias: NDArray[np.int64], weights: NDArray[Any]) -> None:
    """Refuses a channel whose accumulator could leave 48 bits; ``weights`` is (channels, …)."""
    reach = np.abs(weights.reshape(weights.shape[0], -1).astype(np.int64)).sum(axis=1) * -INT16[0]
    worst = [abs(int(b)) + int(r) for b, r in zip(bias, reach, strict=True)]
    if max(worst, default=0) >= LARGEST_SUM:
        channel = worst.index(max(worst))
        node.refuse(
            node.input(1), f"can overflow 48 bits in channel {channel}", "sums below 2**47", "Check its bias"
        )


def requantization(node: Node, x: Tensor, w: Tensor, y: Tensor, channels: int) -> WideRequantization:
    """Input scale * filter scale / output scale, in double, by channel or for all."""
    assert w.quantization is not None
    scales = w.quantization.scales
    if len(scales) not in (1, channels):
        node.refuse(w, f"has {len(scales)} scales", f"1 or {channels}")
    return _wide(node, y, [x.scale * s / y.scale for s in scales], activation_range(node, y, INT16))


def product(node: Node, a: Tensor, b: Tensor, y: Tensor) -> WideRequantization:
    """Of a product of two activations, without an activation of its own."""
    return _wide(node, y, [a.scale * b.scale / y.scale], INT16)


def scale(node: Node, tensor: Tensor, real: float) -> tuple[int, int]:
    """``real`` as (multiplier, right shift); what it is too large for is said of ``tensor``."""
    factor = node.multiplier(real)
    if factor.shift > LARGEST_SHIFT:
        node.refuse(tensor, "has a scale that is too small for its operands", "a multiplier below 2**7")
    return _rounded(factor), 15 - factor.shift


def _wide(node: Node, y: Tensor, reals: list[float], limits: tuple[int, int]) -> WideRequantization:
    scales = [scale(node, y, real) for real in reals]
    return WideRequantization(
        np.array([multiplier for multiplier, _ in scales], np.int16),
        np.array([shift for _, shift in scales], np.int8),
        *limits,
    )


def _rounded(factor: Multiplier) -> int:
    """The upper 16 bits of the multiplier, to nearest."""
    return min((factor.value + (1 << 15)) >> 16, 0x7FFF)


def requant_fields(r: WideRequantization) -> tuple[tuple[str, CValue], ...]:
    """The field ``out`` of type ``tkd_requant_s16``."""
    fields: tuple[tuple[str, CValue], ...] = (
        ("multiplier", ConstantArray("multiplier", r.multipliers, "Q0.15")),
        ("shift", ConstantArray("shift", r.shifts, "to the right", align=1)),
        ("step", int(r.multipliers.size > 1)),
        ("min", r.minimum),
        ("max", r.maximum),
    )
    return (("out", Struct("tkd_requant_s16", fields)),)


def window_min_input_offset(window: Window, in_channels: int, out_channels: int) -> int:
    """Minimum input offset of a kernel that reads an output pixel's window again and again while it writes
    its channels."""
    ends = np.arange(1, window.pixels + 1, dtype=np.int64) * (out_channels * BYTES)
    return interleaved_min_input_offset(window.first_pixels() * (in_channels * BYTES), ends - 1)
