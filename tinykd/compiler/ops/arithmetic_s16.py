"""ADD, SUB, MUL and SQUARED_DIFFERENCE of int16, with broadcasting; all zero points are 0.

Source: tensorflow/lite/micro/kernels/{add,sub,mul}_common.cc, the cases of int16.
"""

from dataclasses import dataclass

from tinykd.compiler.layer import Layer
from tinykd.compiler.node import Node, for_types
from tinykd.compiler.ops.arithmetic import UNUSED, Arithmetic, ArithmeticKernel
from tinykd.compiler.ops.common import wide
from tinykd.compiler.ops.common.activation import activation_range
from tinykd.compiler.ops.common.broadcasting import broadcast_nest
from tinykd.graph.ir import DType, Tensor
from tinykd.graph.quantize import Multiplier

LEFT_SHIFT = 15  # of both operands


@dataclass(frozen=True, eq=False, kw_only=True)
class ArithmeticS16(Arithmetic):
    """The same parameters; operands and result are int16."""


def _operands(node: Node) -> tuple[Tensor, Tensor, Tensor]:
    node.arity((2, 2))
    a, b, y = (wide.symmetric(node, t) for t in (node.input(0), node.input(1), node.output))
    return a, b, y


def _layer(
    node: Node,
    scales: tuple[Multiplier, Multiplier, Multiplier],  # of a, b, y
    left_shift: int,
    limits: tuple[int, int],
) -> ArithmeticS16:
    a, b, y = _operands(node)
    return ArithmeticS16(
        name=node.name, op=node.op.kind, inputs=(a, b), outputs=(y,), loop=broadcast_nest(node, (a, b), y),
        zeros=(0, 0, 0), a=scales[0], b=scales[1], y=scales[2], left_shift=left_shift,
        limits=limits,
    )  # fmt: skip


def lower_sum(node: Node) -> Layer:
    """Scales in double, of SUB as well: tests/conformance/test_scales.py checks it against TFLM."""
    a, b, y = _operands(node)
    twice_max = 2 * max(a.scale, b.scale)
    scale_a, scale_b = node.multiplier(a.scale / twice_max), node.multiplier(b.scale / twice_max)
    scale_y = node.multiplier(twice_max / ((1 << LEFT_SHIFT) * y.scale))
    if scale_y.shift > 0:  # TFLM's rescaling of the sum takes no factor above 1
        node.refuse(y, f"has scale {y.scale:.9g}", "one in proportion to the inputs'")
    return _layer(node, (scale_a, scale_b, scale_y), LEFT_SHIFT, activation_range(node, y, wide.INT16))


def lower_mul(node: Node) -> Layer:
    """Scales in double."""
    a, b, y = _operands(node)
    scale = node.multiplier(a.scale * b.scale / y.scale)
    return _layer(node, (UNUSED, UNUSED, scale), 0, activation_range(node, y, wide.INT16))


def lower_squared_difference(node: Node) -> Layer:
    """micro/kernels/squared_difference.cc, PrepareQuantized: scales in double, no headroom."""
    a, b, y = _operands(node)
    twice_max = 2 * max(a.scale, b.scale)
    scale_a, scale_b = node.multiplier(a.scale / twice_max), node.multiplier(b.scale / twice_max)
    scale_y = node.multiplier(twice_max * twice_max / y.scale)
    return _layer(node, (scale_a, scale_b, scale_y), 0, wide.INT16)


class ArithmeticS16Kernel(ArithmeticKernel):
    """One of the C functions of ``tkd_arith_s16.h``."""

    layer = ArithmeticS16


class AddS16(ArithmeticS16Kernel):
    name, kind, cycles = "add_s16", "ADD", 62


class SubS16(ArithmeticS16Kernel):
    name, kind, cycles = "sub_s16", "SUB", 60


class MulS16(ArithmeticS16Kernel):
    name, kind, cycles = "mul_s16", "MUL", 30


class SquaredDifferenceS16(ArithmeticS16Kernel):
    name, kind, cycles = "squared_difference_s16", "SQUARED_DIFFERENCE", 62


LOWER = for_types(
    {
        "ADD": lower_sum,
        "SUB": lower_sum,
        "MUL": lower_mul,
        "SQUARED_DIFFERENCE": lower_squared_difference,
    },
    DType.INT16,
)
KERNELS = (AddS16(), SubS16(), MulS16(), SquaredDifferenceS16())
