"""DEQUANTIZE, int8 to float32."""

from dataclasses import dataclass

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import Call, Kernel, Struct
from tinykd.compiler.layer import Layer
from tinykd.compiler.node import Node, for_types
from tinykd.graph.ir import DType


@dataclass(frozen=True, eq=False, kw_only=True)
class Dequantize(Layer):
    pass


def lower(node: Node) -> Layer:
    """micro/kernels/dequantize.cc. Only as the last op: what follows would compute in float."""
    node.arity((1, 1))
    x, y = node.quantized(node.input(0)), node.typed(node.output, DType.FLOAT32)
    node.shaped(y, x.shape)
    return Dequantize(name=node.name, op=node.op.kind, inputs=(x,), outputs=(y,))


class DequantizeKernel(Kernel[Dequantize]):
    name, layer = "dequantize_s8", Dequantize
    code_bytes = 60

    def cost(self, layer: Dequantize, target: Target) -> float:
        return 8.0 * layer.outputs[0].elements

    def emit_call(self, layer: Dequantize, target: Target) -> Call:
        (x,) = layer.inputs
        fields = (("scale", x.scale), ("zero", x.zero_point), ("count", x.elements))
        return Call("tkd_dequantize_s8", Struct("tkd_dequantize_params", fields))


LOWER = for_types({"DEQUANTIZE": lower})
KERNELS = (DequantizeKernel(),)
