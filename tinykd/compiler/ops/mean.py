"""MEAN over any axes: a SUM whose divisor is in the multiplier.

Source: tensorflow/lite/kernels/internal/reference/reduce.h, ``QuantizedMeanOrSum`` with compute_sum = false.
"""

from dataclasses import replace

from tinykd.compiler.layer import Layer
from tinykd.compiler.node import Node, for_types
from tinykd.compiler.ops.reduction import ReductionKernel, of_one, reduction
from tinykd.graph.quantize import Multiplier


def lower(node: Node) -> Layer:
    x, y = node.quantized(node.input(0)), node.quantized(node.output)
    layer = reduction(node, node.multiplier(x.scale / y.scale))
    if layer.count * 255 >= 1 << 31:
        node.refuse(x, f"averages {layer.count} values", "sums that fit int32")
    return of_one(replace(layer, scale=divided(layer.scale, layer.count)))


def divided(scale: Multiplier, count: int) -> Multiplier:
    """``scale / count`` as TFLM takes it: truncated, with no more shift than fits."""
    shift = min(count.bit_length() - 1, 32, 31 + scale.shift)
    return Multiplier((scale.value << shift) // count, scale.shift - shift)


class MeanKernel(ReductionKernel):
    name, kind = "mean_s8", "MEAN"
    function = "tkd_sum_s8"


LOWER = for_types({"MEAN": lower})
KERNELS = (MeanKernel(),)
