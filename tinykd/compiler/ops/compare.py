"""EQUAL, NOT_EQUAL, GREATER, GREATER_EQUAL, LESS, LESS_EQUAL: int8 operands, boolean result."""

from dataclasses import dataclass

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import Call, Kernel, Struct
from tinykd.compiler.layer import Layer
from tinykd.compiler.node import Node, for_types
from tinykd.compiler.ops.common.broadcasting import broadcast_nest, overlaps
from tinykd.compiler.ops.common.loop_nest import LoopNest, rows
from tinykd.graph.ir import DType, Tensor
from tinykd.graph.quantize import Multiplier, quantize_multiplier

_LESS, _EQUAL, _GREATER = 1, 2, 4
ACCEPT = {
    "LESS": _LESS,
    "LESS_EQUAL": _LESS | _EQUAL,
    "EQUAL": _EQUAL,
    "NOT_EQUAL": _LESS | _GREATER,
    "GREATER_EQUAL": _EQUAL | _GREATER,
    "GREATER": _GREATER,
}
LEFT_SHIFT = 8


@dataclass(frozen=True, eq=False, kw_only=True)
class Compare(Layer):
    """``accept`` has a bit for each of less, equal, greater that gives true."""

    loop: LoopNest
    a: Multiplier
    b: Multiplier
    accept: int


def _scale(node: Node, tensor: Tensor) -> Multiplier:
    """micro/kernels/comparisons.cc: each operand is brought to real units; TFLM wants scales below one."""
    if not tensor.scale < 1.0:
        node.refuse(tensor, f"has scale {tensor.scale:.9g}", "a scale below 1")
    multiplier = quantize_multiplier(tensor.scale)
    if multiplier.shift > 0:
        node.refuse(tensor, f"has scale {tensor.scale:.9g}", "a scale below 1")
    return multiplier


def lower(node: Node) -> Layer:
    node.arity((2, 2))
    a, b = node.quantized(node.input(0)), node.quantized(node.input(1))
    y = node.typed(node.output, DType.BOOL)
    return Compare(
        name=node.name,
        op=node.op.kind,
        inputs=(a, b),
        outputs=(y,),
        loop=broadcast_nest(node, (a, b), y),
        a=_scale(node, a),
        b=_scale(node, b),
        accept=ACCEPT[node.op.kind],
    )


class CompareKernel(Kernel[Compare]):
    name, layer = "compare_s8", Compare
    code_bytes = 240

    def cost(self, layer: Compare, target: Target) -> float:
        return 45.0 * layer.outputs[0].elements

    def emit_call(self, layer: Compare, target: Target) -> Call:
        a, b = layer.inputs
        params = Struct(
            "tkd_compare_params",
            (
                ("rows", rows(layer.loop)),
                ("a_zero", a.zero_point),
                ("b_zero", b.zero_point),
                ("a_multiplier", layer.a.value),
                ("b_multiplier", layer.b.value),
                ("a_shift", layer.a.shift),
                ("b_shift", layer.b.shift),
                ("left_shift", LEFT_SHIFT),
                ("accept", layer.accept),
            ),
        )
        return Call("tkd_compare_s8", params, overlaps=overlaps(layer.loop, layer))


LOWER = for_types(dict.fromkeys(ACCEPT, lower))
KERNELS = (CompareKernel(),)
