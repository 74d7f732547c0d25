"""LOGICAL_AND, LOGICAL_OR, LOGICAL_NOT on booleans (a byte, 0 or 1)."""

from dataclasses import dataclass

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import Call, Kernel, Struct
from tinykd.compiler.layer import Layer
from tinykd.compiler.node import Node, for_types
from tinykd.compiler.ops.common.broadcasting import broadcast_nest, overlaps
from tinykd.compiler.ops.common.loop_nest import LoopNest, rows
from tinykd.graph.ir import DType

# Bit 2 a + b is the result for (a, b); NOT is called with (a, a).
TRUTH = {"LOGICAL_AND": 0b1000, "LOGICAL_OR": 0b1110, "LOGICAL_NOT": 0b0001}


@dataclass(frozen=True, eq=False, kw_only=True)
class Logical(Layer):
    loop: LoopNest
    truth: int


def lower(node: Node) -> Layer:
    unary = node.op.kind == "LOGICAL_NOT"
    node.arity((1, 1) if unary else (2, 2))
    a = node.typed(node.input(0), DType.BOOL)
    b = a if unary else node.typed(node.input(1), DType.BOOL)
    y = node.typed(node.output, DType.BOOL)
    loop = broadcast_nest(node, (a, b), y)
    return Logical(
        name=node.name, op=node.op.kind, inputs=(a, b), outputs=(y,), loop=loop, truth=TRUTH[node.op.kind]
    )


class LogicalKernel(Kernel[Logical]):
    name, layer = "logical_b8", Logical
    code_bytes = 160

    def cost(self, layer: Logical, target: Target) -> float:
        return 11.0 * layer.outputs[0].elements

    def emit_call(self, layer: Logical, target: Target) -> Call:
        params = Struct("tkd_logical_params", (("rows", rows(layer.loop)), ("truth", layer.truth)))
        return Call("tkd_logical_b8", params, overlaps=overlaps(layer.loop, layer))


LOWER = for_types(dict.fromkeys(TRUTH, lower))
KERNELS = (LogicalKernel(),)
