"""CAST between integers, as C converts them."""

from dataclasses import dataclass

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import Call, Kernel, Struct
from tinykd.compiler.layer import Alias, Layer, Lowered
from tinykd.compiler.node import Node, for_types
from tinykd.graph.ir import DType

TO = (DType.INT8, DType.INT16, DType.INT32, DType.UINT32)  # micro/kernels/cast.cc, copyToTensor
FROM = (*TO, DType.BOOL)


@dataclass(frozen=True, eq=False, kw_only=True)
class Cast(Layer):
    pass


def lower(node: Node) -> Lowered:
    node.arity((1, 1))
    x, y = node.typed(node.input(0), *FROM), node.typed(node.output, *TO)
    if x.elements != y.elements:
        node.refuse(y, f"has {y.elements} elements", f"the {x.elements} of its operand")
    if x.dtype.bytes == y.dtype.bytes:
        return Alias(x, y)
    return Cast(name=node.name, op=node.op.kind, inputs=(x,), outputs=(y,))


class CastKernel(Kernel[Cast]):
    name, layer, code_bytes = "cast", Cast, 120

    def cost(self, layer: Cast, target: Target) -> float:
        return 12.0 * layer.outputs[0].elements

    def emit_call(self, layer: Cast, target: Target) -> Call:
        (x,), (y,) = layer.inputs, layer.outputs
        fields = (
            ("count", y.elements),
            ("from", x.dtype.bytes),
            ("to", y.dtype.bytes),
            ("is_signed", x.dtype not in (DType.UINT32, DType.BOOL)),
        )
        return Call("tkd_cast", Struct("tkd_cast_params", fields))


LOWER = for_types({"CAST": lower})
KERNELS = (CastKernel(),)
