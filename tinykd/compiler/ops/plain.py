"""ADD, SUB, MUL, DIV and SQUARED_DIFFERENCE of plain int32: no scale, and results that wrap around.

Sources: micro/kernels/{add,sub,mul,div,squared_difference}.cc, the cases of int32.
"""

from dataclasses import dataclass

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import Call, Kernel, Struct
from tinykd.compiler.layer import Layer
from tinykd.compiler.node import Node, for_types
from tinykd.compiler.ops.common.broadcasting import broadcast_nest, overlaps
from tinykd.compiler.ops.common.loop_nest import LoopNest, rows
from tinykd.graph.ir import PLAIN_INTEGERS, DType

INT32 = (-(1 << 31), (1 << 31) - 1)
ACTIVATIONS = {0: INT32, 1: (0, INT32[1]), 2: (-1, 1), 3: (0, 6)}  # enum ActivationFunctionType
UNQUANTIZED = ("ADD", "SUB", "DIV")  # TFLM looks for a quantization there, and refuses one
WITHOUT_ACTIVATION = ("ADD", "SQUARED_DIFFERENCE")  # TFLM's ADD of int32 does not look at it
CYCLES = {"ADD": 12, "SUB": 12, "MUL": 12, "DIV": 40, "SQUARED_DIFFERENCE": 13}


@dataclass(frozen=True, eq=False, kw_only=True)
class Plain(Layer):
    loop: LoopNest
    limits: tuple[int, int]


def lower(node: Node) -> Layer:
    node.arity((2, 2))
    a, b, y = (node.typed(t, DType.INT32) for t in (node.input(0), node.input(1), node.output))
    for tensor in (a, b) if node.op.kind in UNQUANTIZED else ():
        if tensor.quantization is not None:
            node.refuse(tensor, "is int32 with a scale", "plain int32, as TFLM requires")
    return Plain(
        name=node.name, op=node.op.kind, inputs=(a, b), outputs=(y,),
        loop=broadcast_nest(node, (a, b), y), limits=_limits(node),
    )  # fmt: skip


def _limits(node: Node) -> tuple[int, int]:
    if node.op.kind in WITHOUT_ACTIVATION:
        return INT32
    activation = node.options.integer("fused_activation_function")
    if activation not in ACTIVATIONS:
        node.refuse(node.output, f"has activation {activation}", "none, RELU, RELU6 or RELU_N1_TO_1")
    return ACTIVATIONS[activation]


class PlainKernel(Kernel[Plain]):
    """One of the functions of tkd_plain.h."""

    layer, code_bytes = Plain, 170

    def __init__(self, kind: str) -> None:
        self.kind, self.name = kind, f"{kind.lower()}_s32"  # type: ignore[misc]

    def supports(self, layer: Plain, target: Target) -> bool:
        return layer.op == self.kind

    def cost(self, layer: Plain, target: Target) -> float:
        return float(CYCLES[self.kind] * layer.outputs[0].elements)

    def emit_call(self, layer: Plain, target: Target) -> Call:
        fields = (("rows", rows(layer.loop)), ("min", layer.limits[0]), ("max", layer.limits[1]))
        params = Struct("tkd_plain_params", fields)
        return Call(f"tkd_{self.name}", params, overlaps=overlaps(layer.loop, layer))


LOWER = for_types(dict.fromkeys(CYCLES, lower), *PLAIN_INTEGERS)
KERNELS = tuple(PlainKernel(kind) for kind in CYCLES)
