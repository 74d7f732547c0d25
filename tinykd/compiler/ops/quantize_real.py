"""QUANTIZE, float32 to int8 or int16.

Source: tensorflow/lite/micro/kernels/quantize_common.cc, kernels/internal/reference/quantize.h.
Only as the first op: what came before it would have computed in float.
"""

from dataclasses import dataclass
from typing import ClassVar

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import DISJOINT, ELEMENTWISE, Call, Kernel, Overlap, Struct
from tinykd.compiler.layer import Layer
from tinykd.compiler.node import Node, for_types
from tinykd.graph.ir import DType


@dataclass(frozen=True, eq=False, kw_only=True)
class QuantizeReal(Layer):
    pass


def lower(node: Node) -> Layer:
    node.arity((1, 1))
    x, y = node.input(0), node.quantized(node.output, DType.INT8, DType.INT16)
    node.shaped(y, x.shape)
    return QuantizeReal(name=node.name, op=node.op.kind, inputs=(x,), outputs=(y,))


class _QuantizeRealKernel(Kernel[QuantizeReal]):
    """To one type."""

    layer, code_bytes = QuantizeReal, 160
    dtype: ClassVar[DType]
    overlap: ClassVar[Overlap]

    def supports(self, layer: QuantizeReal, target: Target) -> bool:
        return layer.outputs[0].dtype is self.dtype

    def cost(self, layer: QuantizeReal, target: Target) -> float:
        return 40.0 * layer.outputs[0].elements

    def emit_call(self, layer: QuantizeReal, target: Target) -> Call:
        (y,) = layer.outputs
        fields = (("scale", y.scale), ("zero", y.zero_point), ("count", y.elements))
        params = Struct("tkd_quantize_f32_params", fields)
        return Call(f"tkd_{self.name}", params, overlaps=(self.overlap,))


class QuantizeRealS8(_QuantizeRealKernel):
    name, dtype, overlap = "quantize_f32_s8", DType.INT8, ELEMENTWISE


class QuantizeRealS16(_QuantizeRealKernel):
    # Not in place: C lets nothing but bytes be written where floats are still to be read.
    name, dtype, overlap = "quantize_f32_s16", DType.INT16, DISJOINT


LOWER = for_types({"QUANTIZE": lower}, DType.FLOAT32)
KERNELS = (QuantizeRealS8(), QuantizeRealS16())
