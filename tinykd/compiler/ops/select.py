"""SELECT_V2: a where the condition is true, else b; all three may broadcast."""

from dataclasses import dataclass

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import Call, Kernel, Struct
from tinykd.compiler.layer import Layer
from tinykd.compiler.node import Node, for_types
from tinykd.compiler.ops.common.broadcasting import broadcast_nest, overlaps
from tinykd.compiler.ops.common.loop_nest import LoopNest, rows
from tinykd.graph.ir import DType


@dataclass(frozen=True, eq=False, kw_only=True)
class Select(Layer):
    loop: LoopNest


def lower(node: Node) -> Layer:
    """micro/kernels/select.cc: bytes are chosen as they are, without rescaling."""
    node.arity((3, 3))
    condition = node.typed(node.input(0), DType.BOOL)
    a = node.typed(node.input(1), DType.INT8, DType.INT16)
    b, y = node.typed(node.input(2), a.dtype), node.typed(node.output, a.dtype)
    loop = broadcast_nest(node, (condition, a, b), y)
    return Select(name=node.name, op=node.op.kind, inputs=(condition, a, b), outputs=(y,), loop=loop)


class SelectKernel(Kernel[Select]):
    name, layer = "select", Select
    code_bytes = 160

    def cost(self, layer: Select, target: Target) -> float:
        return 10.0 * layer.outputs[0].elements

    def emit_call(self, layer: Select, target: Target) -> Call:
        params = Struct("tkd_rows_params", (("rows", rows(layer.loop)),))
        width = 8 * layer.outputs[0].dtype.bytes
        return Call(f"tkd_select_s{width}", params, overlaps=overlaps(layer.loop, layer))


LOWER = for_types({"SELECT_V2": lower})
KERNELS = (SelectKernel(),)
