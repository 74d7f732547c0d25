"""SOFTMAX over the last dimension, int8 to int8 or int16.

The exponentials depend only on (value - largest value) in [-255, 0], so they are a table made here, with
gemmlowp's arithmetic; the device sums them, takes one reciprocal per row, and scales.
Source: tensorflow/lite/micro/kernels/softmax_common.cc, kernels/internal/reference/softmax.h.
"""

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import ELEMENTWISE, Call, ConstantArray, Kernel, Struct
from tinykd.compiler.layer import Layer
from tinykd.compiler.node import Node, for_types
from tinykd.compiler.ops.common import gemmlowp
from tinykd.graph.ir import DType, Tensor
from tinykd.graph.quantize import Multiplier, quantize_multiplier

MOST_CLASSES = 4095
INTEGER_BITS = 5  # of the scaled difference
_NEGLIGIBLE = (
    1 << 11
)  # an exponential below this adds nothing to the sum (2**-12 units) and gives output -128


@dataclass(frozen=True, eq=False, kw_only=True)
class Softmax(Layer):
    rows: int
    depth: int
    exponentials: NDArray[
        np.int32
    ]  # entry d: exp(-d * beta * scale) as Q0.31; beyond the end they are negligible


def lower(node: Node) -> Layer:
    node.arity((1, 1))
    x, y = node.quantized(node.input(0)), node.quantized(node.output, DType.INT8, DType.INT16)
    node.shaped(y, x.shape)
    if not x.shape:
        node.refuse(x, "has no dimensions", "at least 1")
    _check_output(node, y)
    depth = x.shape[-1]
    if depth > MOST_CLASSES:
        node.refuse(x, f"has {depth} classes", f"at most {MOST_CLASSES}, the most that TFLM's sum can hold")
    return Softmax(
        name=node.name,
        op=node.op.kind,
        inputs=(x,),
        outputs=(y,),
        rows=x.elements // depth,
        depth=depth,
        exponentials=exponentials(*scaling(node, node.options.real("beta"), x.scale)),
    )


def _check_output(node: Node, y: Tensor) -> None:
    """The least value as zero point, and a scale that fills the range: TFLM allows int16's some error."""
    bits, error = (8, 0.0) if y.dtype is DType.INT8 else (16, 0.001)
    if y.zero_point != -(1 << (bits - 1)) or abs(y.scale * (1 << bits) - 1) > error:
        found = f"has scale {y.scale:.9g}, zero point {y.zero_point}"
        node.refuse(y, found, f"1/{1 << bits} and {-(1 << (bits - 1))}", "Convert it again")


def scaling(node: Node, beta: float, scale: float) -> tuple[Multiplier, int]:
    """``PreprocessSoftmaxScaling``: the factor of differences to Q5.26, and the largest that it takes."""
    real = min(beta * scale * (1 << (31 - INTEGER_BITS)), float((1 << 31) - 1))
    if not real > 1:
        node.refuse(
            None, f"beta {beta:.9g}", "a factor of the scale that is above 2**-26", "Convert it again"
        )
    factor = quantize_multiplier(real)
    return factor, math.floor(((1 << INTEGER_BITS) - 1) * (1 << (31 - INTEGER_BITS)) / (1 << factor.shift))


def exponentials(factor: Multiplier, radius: int) -> NDArray[np.int32]:
    """Entry d: exp(-d) of what ``factor`` scales, as Q0.31, up to the first that is negligible."""
    table: list[int] = []
    for difference in range(min(radius, 255) + 1):
        scaled = gemmlowp.multiply_by_quantized_multiplier(-difference, factor.value, factor.shift)
        value = gemmlowp.exp_on_negative_values(scaled, INTEGER_BITS)
        if value < _NEGLIGIBLE:
            break
        table.append(value)
    return np.array(table, np.int32)


class SoftmaxTable(Kernel[Softmax]):
    name: ClassVar[str] = "softmax"
    layer = Softmax

    def cost(self, layer: Softmax, target: Target) -> float:
        return layer.rows * (100 + 40 * layer.depth)

    def emit_call(self, layer: Softmax, target: Target) -> Call:
        params = Struct(
            "tkd_softmax_params",
            (
                (
                    "exponentials",
                    ConstantArray("exponentials", layer.exponentials, "Q0.31, by distance from the largest"),
                ),
                ("count", layer.exponentials.size),
                ("depth", layer.depth),
                ("rows", layer.rows),
            ),
        )
        if layer.outputs[0].dtype is DType.INT16:
            return Call("tkd_softmax_s8_s16", params)
        return Call("tkd_softmax_s8", params, overlaps=(ELEMENTWISE,))


LOWER = for_types({"SOFTMAX": lower})
KERNELS = (SoftmaxTable(),)
