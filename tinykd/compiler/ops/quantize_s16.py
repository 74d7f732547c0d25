"""QUANTIZE from or to int16, of any scale and zero point; the other side is int8 or int16.

Source: tensorflow/lite/micro/kernels/quantize_common.cc, kernels/internal/reference/requantize.h.
"""

from dataclasses import dataclass
from typing import ClassVar

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import DISJOINT, ELEMENTWISE, Call, Kernel, Struct
from tinykd.compiler.layer import Layer
from tinykd.compiler.node import Node
from tinykd.graph.ir import DType
from tinykd.graph.quantize import Multiplier

LARGEST_SHIFT = 13  # with which a scaled int16 and a zero point fit int32


@dataclass(frozen=True, eq=False, kw_only=True)
class RequantizeS16(Layer):
    scale: Multiplier


def lower(node: Node) -> Layer:
    node.arity((1, 1))
    x, y = (node.quantized(t, DType.INT8, DType.INT16) for t in (node.input(0), node.output))
    node.shaped(y, x.shape)
    scale = node.multiplier(x.scale / y.scale)
    if scale.shift > LARGEST_SHIFT:
        node.refuse(y, f"has scale {y.scale:.9g}", f"more than {x.scale / (1 << LARGEST_SHIFT):.9g}")
    return RequantizeS16(name=node.name, op=node.op.kind, inputs=(x,), outputs=(y,), scale=scale)


class _RequantizeKernel(Kernel[RequantizeS16]):
    """From and to one pair of types."""

    layer, code_bytes = RequantizeS16, 80
    types: ClassVar[tuple[DType, DType]]

    def applies(self, layer: RequantizeS16, target: Target) -> bool:
        return self.types == (layer.inputs[0].dtype, layer.outputs[0].dtype)

    def cost(self, layer: RequantizeS16, target: Target) -> float:
        return 25.0 * layer.outputs[0].elements

    def bind(self, layer: RequantizeS16, target: Target) -> Call:
        (x,), (y,) = layer.inputs, layer.outputs
        fields = (
            ("x_zero", x.zero_point),
            ("y_zero", y.zero_point),
            ("multiplier", layer.scale.value),
            ("shift", layer.scale.shift),
            ("count", y.elements),
        )
        overlap = ELEMENTWISE if y.bytes <= x.bytes else DISJOINT
        return Call(f"tkd_{self.name}", Struct("tkd_requantize_s16_params", fields), overlaps=(overlap,))


class Widen(_RequantizeKernel):
    name, types = "requantize_s8_s16", (DType.INT8, DType.INT16)


class Narrow(_RequantizeKernel):
    name, types = "requantize_s16_s8", (DType.INT16, DType.INT8)


class Rescale(_RequantizeKernel):
    name, types = "requantize_s16_s16", (DType.INT16, DType.INT16)


LOWER_S16 = {"QUANTIZE": lower}
KERNELS = (Widen(), Narrow(), Rescale())
