"""SUB, MUL, DIV and SQUARED_DIFFERENCE: int8 arithmetic on two operands that may broadcast."""

from dataclasses import dataclass
from typing import ClassVar

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import Call, Kernel, Struct
from tinykd.compiler.layer import Layer
from tinykd.compiler.node import Node, for_types
from tinykd.compiler.ops.common.activation import activation_range
from tinykd.compiler.ops.common.broadcasting import broadcast_nest, overlaps
from tinykd.compiler.ops.common.loop_nest import LoopNest, rows
from tinykd.graph.ir import Tensor
from tinykd.graph.quantize import Multiplier

UNUSED = Multiplier(0, 0)
DIV_SHIFTS = (7, 23)  # with which every quotient is shifted by 0 to 31 places to the right


@dataclass(frozen=True, eq=False, kw_only=True)
class Arithmetic(Layer):
    """Operands times ``a`` and ``b`` after ``left_shift`` bits of headroom, then the result times ``y``."""

    loop: LoopNest
    zeros: tuple[int, int, int]  # of a, b, y
    a: Multiplier = UNUSED
    b: Multiplier = UNUSED
    y: Multiplier
    left_shift: int = 0
    limits: tuple[int, int]  # the fused activation


def _operands(node: Node) -> tuple[Tensor, Tensor, Tensor]:
    node.arity((2, 2))
    return node.quantized(node.input(0)), node.quantized(node.input(1)), node.quantized(node.output)


def _layer(
    node: Node,
    scales: tuple[Multiplier, Multiplier, Multiplier],  # of a, b, y
    left_shift: int,
    limits: tuple[int, int],
) -> Arithmetic:
    a, b, y = _operands(node)
    return Arithmetic(
        name=node.name, op=node.op.kind, inputs=(a, b), outputs=(y,), loop=broadcast_nest(node, (a, b), y),
        zeros=(a.zero_point, b.zero_point, y.zero_point),
        a=scales[0], b=scales[1], y=scales[2], left_shift=left_shift, limits=limits,
    )  # fmt: skip


def lower_sub(node: Node) -> Layer:
    """micro/kernels/sub_common.cc, CalculateOpDataSub: scales in double, 20 bits of headroom."""
    a, b, y = _operands(node)
    twice_max = 2 * max(a.scale, b.scale)
    ratios = (a.scale / twice_max, b.scale / twice_max, twice_max / ((1 << 20) * y.scale))
    scale_a, scale_b, scale_y = (node.multiplier(r) for r in ratios)
    if scale_y.shift > 0:
        node.refuse(y, f"has scale {y.scale:.9g}", f"more than {twice_max / (1 << 20):.9g}, as TFLM requires")
    return _layer(node, (scale_a, scale_b, scale_y), 20, activation_range(node, y))


def lower_mul(node: Node) -> Layer:
    """micro/kernels/mul_common.cc, CalculateOpDataMul: scales in double."""
    a, b, y = _operands(node)
    scale = node.multiplier(a.scale * b.scale / y.scale)
    return _layer(node, (UNUSED, UNUSED, scale), 0, activation_range(node, y))


def lower_squared_difference(node: Node) -> Layer:
    """micro/kernels/squared_difference.cc, PrepareQuantized: scales in double, 7 bits of headroom."""
    a, b, y = _operands(node)
    twice_max = 2.0 * max(a.scale, b.scale)
    ratios = (a.scale / twice_max, b.scale / twice_max, twice_max * twice_max / ((1 << 14) * y.scale))
    scale_a, scale_b, scale_y = (node.multiplier(r) for r in ratios)
    return _layer(node, (scale_a, scale_b, scale_y), 7, (-128, 127))


def lower_div(node: Node) -> Layer:
    """micro/kernels/div.cc, CalculateOpDataDiv: scales in double."""
    a, b, y = _operands(node)
    real = a.scale / (b.scale * y.scale)
    scale = node.multiplier(real)
    if not DIV_SHIFTS[0] <= scale.shift <= DIV_SHIFTS[1]:
        low, high = (2.0 ** (DIV_SHIFTS[0] - 1), 2.0 ** DIV_SHIFTS[1])
        expected = f"one that gives a factor from {low:.3g} to {high:.3g}, or TFLM's shifts overflow"
        node.refuse(y, f"has scale {y.scale:.9g}, which needs a rescaling by {real:.3g}", expected)
    return _layer(node, (UNUSED, UNUSED, scale), 0, activation_range(node, y))


class ArithmeticKernel(Kernel[Arithmetic]):
    """One of the C functions that take ``tkd_arith_params``."""

    layer = Arithmetic
    kind: ClassVar[str]
    code_bytes = 260
    cycles: ClassVar[int]  # per element

    def supports(self, layer: Arithmetic, target: Target) -> bool:
        return layer.op == self.kind

    def cost(self, layer: Arithmetic, target: Target) -> float:
        return self.cycles * layer.outputs[0].elements

    def emit_call(self, layer: Arithmetic, target: Target) -> Call:
        return Call(f"tkd_{self.name}", arithmetic_params(layer), overlaps=overlaps(layer.loop, layer))


def arithmetic_params(layer: Arithmetic) -> Struct:
    """``tkd_arith_params``."""
    names = ("a", "b", "y")
    scales = (layer.a, layer.b, layer.y)
    return Struct(
        "tkd_arith_params",
        (
            ("rows", rows(layer.loop)),
            *((f"{n}_zero", z) for n, z in zip(names, layer.zeros, strict=True)),
            *((f"{n}_multiplier", s.value) for n, s in zip(names, scales, strict=True)),
            *((f"{n}_shift", s.shift) for n, s in zip(names, scales, strict=True)),
            ("left_shift", layer.left_shift),
            ("y_min", layer.limits[0]),
            ("y_max", layer.limits[1]),
        ),
    )


class SubKernel(ArithmeticKernel):
    name, kind, cycles = "sub_s8", "SUB", 60


class MulKernel(ArithmeticKernel):
    name, kind, cycles = "mul_s8", "MUL", 30


class SquaredDifferenceKernel(ArithmeticKernel):
    name, kind, cycles = "squared_difference_s8", "SQUARED_DIFFERENCE", 62


class DivKernel(ArithmeticKernel):
    name, kind, cycles = "div_s8", "DIV", 160


LOWER = for_types(
    {"SUB": lower_sub, "MUL": lower_mul, "DIV": lower_div, "SQUARED_DIFFERENCE": lower_squared_difference}
)
KERNELS = (SubKernel(), MulKernel(), DivKernel(), SquaredDifferenceKernel())
