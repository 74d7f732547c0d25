"""Unary int8 ops by lookup table: RELU, RELU6, LEAKY_RELU, LOGISTIC, TANH, HARD_SWISH, ELU, ABS, RSQRT.

All are one kernel with 256 bytes of results that ``tables`` fills with TFLM's arithmetic.
"""

from dataclasses import dataclass

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import ELEMENTWISE, Call, ConstantArray, Kernel, Struct
from tinykd.compiler.layer import Layer, Lowered
from tinykd.compiler.node import Node, for_types
from tinykd.compiler.ops.common import tables
from tinykd.compiler.ops.common.activation import BEYOND_INT32
from tinykd.compiler.ops.common.tables import Affine, Table
from tinykd.graph.ir import Tensor
from tinykd.graph.quantize import Multiplier, f32, quantize_multiplier


@dataclass(frozen=True, eq=False, kw_only=True)
class Lookup(Layer):
    """``table[x & 0xFF]`` for each element."""

    table: Table


def _affine(tensor: Tensor) -> Affine:
    return Affine(tensor.scale, tensor.zero_point)


def _table(node: Node, x: Affine, y: Affine) -> Table:
    match node.op.kind:
        case "RELU":
            return tables.relu(x, y)
        case "RELU6":
            _check_quotient(node, node.input(0), 6.0, x.scale)
            return tables.relu6(x)
        case "LEAKY_RELU":
            return tables.leaky_relu(x, y, _alpha(node, x, y))
        case "LOGISTIC":
            _check_zero_point(node, -128)
            _check_sigmoid(node, x)
            return tables.logistic(x)
        case "TANH":
            _check_sigmoid(node, x)
            return tables.tanh(x)
        case "HARD_SWISH":
            _check_hard_swish(node, x, y)
            return tables.hard_swish(x, y)
        case "ELU":
            _check_quotient(node, node.output, max(255 * x.scale, 1.0), y.scale)
            return tables.elu(x, y)
        case "ABS":
            return tables.absolute(x, y)
        case "RSQRT":
            check_rsqrt(node, quantize_multiplier(1.0 / (x.scale**0.5 * y.scale)))
            return tables.rsqrt(x, y)
    raise AssertionError(node.op.kind)


def _check_zero_point(node: Node, expected: int) -> None:
    if node.output.zero_point != expected:
        node.refuse(node.output, f"has zero point {node.output.zero_point}", f"{expected}, as TFLM fixes it")


def _alpha(node: Node, x: Affine, y: Affine) -> float:
    alpha = node.options.real("alpha")
    node.multiplier(x.scale * alpha / y.scale)
    return alpha


def _check_quotient(node: Node, tensor: Tensor, real: float, scale: float) -> None:
    """TFLM casts the quotient to int32 without a check of its range: beyond it the result is undefined."""
    if f32(real / scale) >= BEYOND_INT32:
        least = real / BEYOND_INT32
        node.refuse(tensor, f"has scale {scale:.9g}", f"more than {least:.3g}, or TFLM overflows")


def _check_sigmoid(node: Node, x: Affine) -> None:
    least, most = tables.SIGMOID_SCALES
    if not least <= x.scale <= most:
        expected = f"one from {least:.3g} to {most:.3g}, or TFLM overflows"
        node.refuse(node.input(0), f"has scale {x.scale:.9g}", expected)


def _check_hard_swish(node: Node, x: Affine, y: Affine) -> None:
    """HardSwishPrepare: the output must not be finer than 1/128 of the input's scale.

    Shifts are those of int16 in HardSwish: more than 15 places are undefined.
    """
    if quantize_multiplier(x.scale / 128 / y.scale).shift > 0:
        node.refuse(
            node.output, f"has scale {y.scale:.9g}", f"at least {x.scale / 128:.9g}, as TFLM requires"
        )
    least, most = 2.0**-22, 2.0**8  # 32768 / 384 of them lie within shifts of 15 to both sides
    if not least <= x.scale <= most:
        node.refuse(node.input(0), f"has scale {x.scale:.9g}", f"one from {least:.3g} to {most:.3g}")
    if y.scale > 256 * x.scale:
        node.refuse(
            node.output,
            f"has scale {y.scale:.9g}",
            f"at most {256 * x.scale:.9g}, 256 times that of the input",
        )


def check_rsqrt(node: Node, scale: Multiplier) -> None:
    """TFLM shifts 20 places further right, and cannot shift by more than 31."""
    if not -11 <= scale.shift <= 30:
        node.refuse(node.output, f"has scale {node.output.scale:.9g}", "one nearer to that of the result")


def lower(node: Node) -> Lowered:
    node.arity((1, 1))
    x, y = node.quantized(node.input(0)), node.quantized(node.output)
    node.shaped(y, x.shape)
    node.multiplier(x.scale / y.scale)  # refuses what no table can hold
    table = _table(node, _affine(x), _affine(y))
    return Lookup(name=node.name, op=node.op.kind, inputs=(x,), outputs=(y,), table=table)


def refuse_neg(node: Node) -> Lowered:
    node.refuse(
        node.input(0),
        "is to be negated",
        "an op that TFLM computes in int8; its NEG is float only",
        "Write 0 - x, or fold the sign into the layer before",
    )


class LookupKernel(Kernel[Lookup]):
    name, layer = "lut_s8", Lookup
    code_bytes = 28

    def cost(self, layer: Lookup, target: Target) -> float:
        return 6.0 * layer.outputs[0].elements

    def emit_call(self, layer: Lookup, target: Target) -> Call:
        table = ConstantArray("table", layer.table, "[256], by the input's bits", align=1)
        params = Struct("tkd_lut_params", (("table", table), ("count", layer.outputs[0].elements)))
        return Call("tkd_lut_s8", params, overlaps=(ELEMENTWISE,))


_KINDS = ("RELU", "RELU6", "LEAKY_RELU", "LOGISTIC", "TANH", "HARD_SWISH", "ELU", "ABS", "RSQRT")
LOWER = for_types({**dict.fromkeys(_KINDS, lower), "NEG": refuse_neg})
KERNELS = (LookupKernel(),)
