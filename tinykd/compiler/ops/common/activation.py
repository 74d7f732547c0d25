"""The integer range that a fused activation leaves to an op's output.

Source: ``CalculateActivationRangeQuantized`` in tensorflow/lite/kernels/kernel_util.cc (divided in
float32).
"""

import numpy as np

from tinykd.compiler.node import Node
from tinykd.graph.ir import Tensor
from tinykd.graph.quantize import round_half_away

NONE, RELU, RELU_N1_TO_1, RELU6 = 0, 1, 2, 3
BEYOND_INT32 = 2.0**31  # TFLM refuses to prepare an op whose bound divided by its scale is no int32
_RANGES: dict[int, tuple[float, float | None]] = {
    RELU: (0.0, None),
    RELU_N1_TO_1: (-1.0, 1.0),
    RELU6: (0.0, 6.0),
}


def activation_range(node: Node, output: Tensor, limits: tuple[int, int] = (-128, 127)) -> tuple[int, int]:
    """``limits`` narrowed by the op's ``fused_activation_function``; refuses TANH, SIGN_BIT and empty
    ranges."""
    activation = node.options.integer("fused_activation_function")
    if activation == NONE:
        return limits
    if activation not in _RANGES:
        node.refuse(
            None, f"fused activation {activation}", "NONE, RELU, RELU6 or RELU_N1_TO_1", "Make it an op"
        )
    low, high = _RANGES[activation]
    minimum = max(limits[0], _quantized(node, output, low))
    maximum = limits[1] if high is None else min(limits[1], _quantized(node, output, high))
    if minimum > maximum:
        node.refuse(output, f"has the empty range [{minimum}, {maximum}]", "a scale that its activation fits")
    return minimum, maximum


def _quantized(node: Node, output: Tensor, real: float) -> int:
    ratio = np.float32(real) / np.float32(output.scale)
    if abs(ratio) >= BEYOND_INT32:
        least = abs(real) / BEYOND_INT32
        node.refuse(
            output,
            f"has scale {output.scale:.9g} and a fused activation up to {abs(real):g}",
            f"a scale of more than {least:.3g}, as TFLM requires",
            "Check its range",
        )
    return output.zero_point + int(round_half_away(ratio))
