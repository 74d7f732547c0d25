"""MINIMUM and MAXIMUM of two int8 operands that may broadcast."""

from dataclasses import dataclass
from typing import ClassVar

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import Call, Kernel, Struct
from tinykd.compiler.layer import Layer
from tinykd.compiler.node import Node, for_types
from tinykd.compiler.ops.common.broadcasting import broadcast_nest, overlaps
from tinykd.compiler.ops.common.loop_nest import LoopNest, rows


@dataclass(frozen=True, eq=False, kw_only=True)
class Extremum(Layer):
    loop: LoopNest


def lower(node: Node) -> Layer:
    """micro/kernels/maximum_minimum.h.

    Raw values are compared, whatever their scales (converters make them equal).
    """
    node.arity((2, 2))
    a, b, y = node.quantized(node.input(0)), node.quantized(node.input(1)), node.quantized(node.output)
    loop = broadcast_nest(node, (a, b), y)
    return Extremum(name=node.name, op=node.op.kind, inputs=(a, b), outputs=(y,), loop=loop)


class _ExtremumKernel(Kernel[Extremum]):
    layer = Extremum
    kind: ClassVar[str]
    code_bytes = 150

    def supports(self, layer: Extremum, target: Target) -> bool:
        return layer.op == self.kind

    def cost(self, layer: Extremum, target: Target) -> float:
        return 9.0 * layer.outputs[0].elements

    def emit_call(self, layer: Extremum, target: Target) -> Call:
        params = Struct("tkd_rows_params", (("rows", rows(layer.loop)),))
        return Call(f"tkd_{self.name}", params, overlaps=overlaps(layer.loop, layer))


class MinimumKernel(_ExtremumKernel):
    name, kind = "minimum_s8", "MINIMUM"


class MaximumKernel(_ExtremumKernel):
    name, kind = "maximum_s8", "MAXIMUM"


LOWER = for_types({"MINIMUM": lower, "MAXIMUM": lower})
KERNELS = (MinimumKernel(), MaximumKernel())
