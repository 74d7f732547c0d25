"""DEQUANTIZE, int8, uint8 or int16 to float32.

Source: tensorflow/lite/micro/kernels/dequantize.cc. Only as the last op: what follows would compute in float.
"""

from dataclasses import dataclass
from typing import ClassVar

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import Call, Kernel, Struct
from tinykd.compiler.layer import Layer
from tinykd.compiler.node import Node, for_types
from tinykd.graph.ir import DType


@dataclass(frozen=True, eq=False, kw_only=True)
class Dequantize(Layer):
    pass


def lower(node: Node) -> Layer:
    node.arity((1, 1))
    x = node.quantized(node.input(0), DType.INT8, DType.UINT8, DType.INT16)
    y = node.typed(node.output, DType.FLOAT32)
    node.shaped(y, x.shape)
    return Dequantize(name=node.name, op=node.op.kind, inputs=(x,), outputs=(y,))


class _DequantizeKernel(Kernel[Dequantize]):
    """From one type."""

    layer, code_bytes = Dequantize, 60
    dtype: ClassVar[DType]

    def supports(self, layer: Dequantize, target: Target) -> bool:
        return layer.inputs[0].dtype is self.dtype

    def cost(self, layer: Dequantize, target: Target) -> float:
        return 8.0 * layer.outputs[0].elements

    def emit_call(self, layer: Dequantize, target: Target) -> Call:
        (x,) = layer.inputs
        fields = (("scale", x.scale), ("zero", x.zero_point), ("count", x.elements))
        return Call(f"tkd_{self.name}", Struct("tkd_dequantize_params", fields))


class DequantizeS8(_DequantizeKernel):
    name, dtype = "dequantize_s8", DType.INT8


class DequantizeU8(_DequantizeKernel):
    name, dtype = "dequantize_u8", DType.UINT8


class DequantizeS16(_DequantizeKernel):
    name, dtype = "dequantize_s16", DType.INT16


LOWER = for_types({"DEQUANTIZE": lower})
KERNELS = (DequantizeS8(), DequantizeU8(), DequantizeS16())
