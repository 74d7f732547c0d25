"""LOG_SOFTMAX over the last dimension, int8 to int8.

The exponentials are the table that SOFTMAX has; the device takes the logarithm of their sum.
Source: micro/kernels/log_softmax.cc, kernels/internal/quantization_util.cc, PreprocessLogSoftmaxScalingExp.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import ELEMENTWISE, Call, ConstantArray, Kernel, Struct
from tinykd.compiler.layer import Layer
from tinykd.compiler.node import Node, for_types
from tinykd.compiler.ops.softmax import MOST_CLASSES, exponentials, scaling
from tinykd.graph.quantize import Multiplier, quantize_multiplier


@dataclass(frozen=True, eq=False, kw_only=True)
class LogSoftmax(Layer):
    rows: int
    depth: int
    exponentials: NDArray[np.int32]  # as ``softmax.Softmax`` has them
    scale: Multiplier  # of differences
    back: Multiplier
    least: int  # difference that still counts


def lower(node: Node) -> Layer:
    node.arity((1, 1))
    x, y = node.quantized(node.input(0)), node.quantized(node.output)
    node.shaped(y, x.shape)
    if not x.shape or x.shape[-1] > MOST_CLASSES:
        node.refuse(x, f"has shape {list(x.shape)}", f"a last dimension of at most {MOST_CLASSES}")
    if (y.scale, y.zero_point) != (1 / 16, 127):
        node.refuse(
            y, f"has scale {y.scale:.9g}, zero point {y.zero_point}", "1/16 and 127", "Convert it again"
        )
    scale, radius = scaling(node, 1.0, x.scale)
    depth = x.shape[-1]
    return LogSoftmax(
        name=node.name, op=node.op.kind, inputs=(x,), outputs=(y,),
        rows=x.elements // depth, depth=depth, exponentials=exponentials(scale, radius), scale=scale,
        back=quantize_multiplier((1 << (31 - scale.shift)) / scale.value), least=-radius,
    )  # fmt: skip


class LogSoftmaxKernel(Kernel[LogSoftmax]):
    name, layer, code_bytes = "log_softmax_s8", LogSoftmax, 700

    def cost(self, layer: LogSoftmax, target: Target) -> float:
        return layer.rows * (400.0 + 50.0 * layer.depth)

    def emit_call(self, layer: LogSoftmax, target: Target) -> Call:
        note = "Q0.31, by distance from the largest"
        fields = (
            ("exponentials", ConstantArray("exponentials", layer.exponentials, note)),
            ("count", layer.exponentials.size),
            ("depth", layer.depth),
            ("rows", layer.rows),
            ("multiplier", layer.scale.value),
            ("shift", layer.scale.shift),
            ("back_multiplier", layer.back.value),
            ("back_shift", layer.back.shift),
            ("least", layer.least),
        )
        params = Struct("tkd_log_softmax_params", fields)
        return Call("tkd_log_softmax_s8", params, overlaps=(ELEMENTWISE,))


LOWER = for_types({"LOG_SOFTMAX": lower})
KERNELS = (LogSoftmaxKernel(),)
