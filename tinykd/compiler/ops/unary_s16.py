"""RELU, RELU6, LEAKY_RELU, ABS, RSQRT, LOGISTIC and TANH of int16; all zero points are 0.

Sources: micro/kernels/{activations,leaky_relu,logistic}_common.cc, micro/kernels/tanh.cc, the cases of int16.
"""

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import ELEMENTWISE, Call, Kernel, Struct
from tinykd.compiler.layer import Layer
from tinykd.compiler.node import Node, for_types
from tinykd.compiler.ops.common import wide
from tinykd.compiler.ops.common.tables import nearest
from tinykd.compiler.ops.unary import check_rsqrt
from tinykd.graph.ir import DType, Tensor
from tinykd.graph.quantize import Multiplier, f32

IDENTITY = Multiplier(1 << 30, 1)
LARGEST_SHIFT = 15  # to the left, so that a shifted input fits int32
LARGEST_MULTIPLIER = 32767  # so that a product with an input fits int32


@dataclass(frozen=True, eq=False, kw_only=True)
class SlopesS16(Layer):
    """``positive`` times what is not negative, ``sign * negative`` times the rest, at most ``maximum``."""

    positive: Multiplier
    negative: Multiplier
    sign: int
    maximum: int = wide.INT16[1]


@dataclass(frozen=True, eq=False, kw_only=True)
class SigmoidS16(Layer):
    """LOGISTIC or TANH of x * multiplier * 2**-right_shift in steps of 1 / 12288."""

    multiplier: int
    right_shift: int


def _operands(node: Node) -> tuple[Tensor, Tensor]:
    node.arity((1, 1))
    x, y = wide.symmetric(node, node.input(0)), wide.symmetric(node, node.output)
    node.shaped(y, x.shape)
    return x, y


def _slopes(node: Node, positive: Multiplier, negative: Multiplier, maximum: int) -> SlopesS16:
    x, y = _operands(node)
    return SlopesS16(
        name=node.name, op=node.op.kind, inputs=(x,), outputs=(y,), positive=positive,
        negative=Multiplier(abs(negative.value), negative.shift), sign=-1 if negative.value < 0 else 1,
        maximum=maximum,
    )  # fmt: skip


def lower_relu(node: Node) -> Layer:
    x, y = _operands(node)
    scale = node.multiplier(x.scale / y.scale)
    if scale.shift > LARGEST_SHIFT:
        node.refuse(
            y, f"has scale {y.scale:.9g}", f"at least {x.scale / 2**LARGEST_SHIFT:.9g}, or TFLM overflows"
        )
    return _slopes(node, scale, Multiplier(0, 0), wide.INT16[1])


def lower_relu6(node: Node) -> Layer:
    """A clamp of the input's values; the output's scale is not used."""
    x, _ = _operands(node)
    six = nearest(f32(6.0 / x.scale))
    if six > wide.INT16[1]:
        node.refuse(x, f"has scale {x.scale:.9g}", "one whose range holds 6, as TFLM requires")
    return _slopes(node, IDENTITY, Multiplier(0, 0), six)


def lower_leaky_relu(node: Node) -> Layer:
    x, y = _operands(node)
    slope = node.multiplier(x.scale * node.options.real("alpha") / y.scale)
    return _slopes(node, node.multiplier(x.scale / y.scale), slope, wide.INT16[1])


def lower_sigmoid(node: Node) -> Layer:
    x, y = _operands(node)
    if _power_of_two(y.scale) != -15:
        node.refuse(y, f"has scale {y.scale:.9g}", "2**-15, as TFLM fixes it")
    multiplier, shift = _steps(x.scale, most_shift=1 if node.op.kind == "TANH" else 0)
    if multiplier > LARGEST_MULTIPLIER:
        node.refuse(x, f"has scale {x.scale:.9g}", f"at most {LARGEST_MULTIPLIER / 12288:.3g}")
    return SigmoidS16(
        name=node.name, op=node.op.kind, inputs=(x,), outputs=(y,), multiplier=multiplier, right_shift=shift
    )


def _power_of_two(scale: float) -> int | None:
    """``CheckedLog2``: the exponent of a scale within 0.1 % or so of a power of two."""
    exponent = float(np.log(np.float32(scale)) * np.float32(1 / np.log(np.float32(2))))
    return round(exponent) if abs(exponent - round(exponent)) < 1e-3 else None


def _steps(scale: float, most_shift: int) -> tuple[int, int]:
    """(multiplier, right shift) from ``scale`` to steps of 1 / 12288."""
    exponent = _power_of_two(scale)
    if exponent is not None and 0 <= 12 + exponent <= most_shift:
        return 3 << (12 + exponent), 0
    real, shift = scale * 12288.0, 0
    while real <= 32767.0 / 2 and shift <= 30:
        real, shift = 2 * real, shift + 1
    return math.floor(real), shift


@dataclass(frozen=True, eq=False, kw_only=True)
class AbsS16(Layer):
    scale: Multiplier


def lower_abs(node: Node) -> Layer:
    """micro/kernels/elementwise.cc, AbsEvalQuantized: rescaled only where the scales differ."""
    x, y = _operands(node)
    scale = IDENTITY if x.scale == y.scale else node.multiplier(x.scale / y.scale)
    if scale.shift > LARGEST_SHIFT:
        node.refuse(y, f"has scale {y.scale:.9g}", f"at least {x.scale / 2**LARGEST_SHIFT:.9g}")
    return AbsS16(name=node.name, op=node.op.kind, inputs=(x,), outputs=(y,), scale=scale)


@dataclass(frozen=True, eq=False, kw_only=True)
class RsqrtS16(Layer):
    scale: Multiplier


def lower_rsqrt(node: Node) -> Layer:
    """micro/kernels/elementwise.cc, RsqrtEvalQuantized: of the root, which has 20 bits more."""
    x, y = _operands(node)
    scale = node.multiplier(1.0 / (math.sqrt(x.scale) * y.scale))
    check_rsqrt(node, scale)
    scale = Multiplier(scale.value, scale.shift - 20)
    return RsqrtS16(name=node.name, op=node.op.kind, inputs=(x,), outputs=(y,), scale=scale)


class RsqrtS16Kernel(Kernel[RsqrtS16]):
    name, layer, code_bytes = "rsqrt_s16", RsqrtS16, 300

    def cost(self, layer: RsqrtS16, target: Target) -> float:
        return 300.0 * layer.outputs[0].elements

    def emit_call(self, layer: RsqrtS16, target: Target) -> Call:
        scale, count = layer.scale, layer.outputs[0].elements
        fields = (("multiplier", scale.value), ("shift", scale.shift), ("count", count))
        return Call("tkd_rsqrt_s16", Struct("tkd_rsqrt_s16_params", fields), overlaps=(ELEMENTWISE,))


class AbsS16Kernel(Kernel[AbsS16]):
    name, layer, code_bytes = "abs_s16", AbsS16, 80

    def cost(self, layer: AbsS16, target: Target) -> float:
        return 22.0 * layer.outputs[0].elements

    def emit_call(self, layer: AbsS16, target: Target) -> Call:
        scale, count = layer.scale, layer.outputs[0].elements
        fields = (("multiplier", scale.value), ("shift", scale.shift), ("count", count))
        return Call("tkd_abs_s16", Struct("tkd_abs_s16_params", fields), overlaps=(ELEMENTWISE,))


class SlopesS16Kernel(Kernel[SlopesS16]):
    name: ClassVar[str] = "slopes_s16"
    layer = SlopesS16
    code_bytes = 100

    def cost(self, layer: SlopesS16, target: Target) -> float:
        return 25.0 * layer.outputs[0].elements

    def emit_call(self, layer: SlopesS16, target: Target) -> Call:
        fields = (
            ("positive_multiplier", layer.positive.value),
            ("positive_shift", layer.positive.shift),
            ("negative_multiplier", layer.negative.value),
            ("negative_shift", layer.negative.shift),
            ("negative_sign", layer.sign),
            ("max", layer.maximum),
            ("count", layer.outputs[0].elements),
        )
        return Call("tkd_slopes_s16", Struct("tkd_slopes_s16_params", fields), overlaps=(ELEMENTWISE,))


class _SigmoidKernel(Kernel[SigmoidS16]):
    layer, code_bytes = SigmoidS16, 120
    kind: ClassVar[str]
    function: ClassVar[str]

    def supports(self, layer: SigmoidS16, target: Target) -> bool:
        return layer.op == self.kind

    def cost(self, layer: SigmoidS16, target: Target) -> float:
        return 30.0 * layer.outputs[0].elements

    def emit_call(self, layer: SigmoidS16, target: Target) -> Call:
        scale = (("multiplier", layer.multiplier), ("right_shift", layer.right_shift))
        fields = (("scale", Struct("tkd_sigmoid_scale", scale)), ("count", layer.outputs[0].elements))
        return Call(self.function, Struct("tkd_logistic_s16_params", fields), overlaps=(ELEMENTWISE,))


class LogisticS16(_SigmoidKernel):
    name, kind, function = "logistic_s16", "LOGISTIC", "tkd_logistic_s16"


class TanhS16(_SigmoidKernel):
    name, kind, function = "tanh_s16", "TANH", "tkd_tanh_elements_s16"


LOWER = for_types(
    {
        "RELU": lower_relu,
        "RELU6": lower_relu6,
        "LEAKY_RELU": lower_leaky_relu,
        "ABS": lower_abs,
        "RSQRT": lower_rsqrt,
        "LOGISTIC": lower_sigmoid,
        "TANH": lower_sigmoid,
    },
    DType.INT16,
)
KERNELS = (SlopesS16Kernel(), AbsS16Kernel(), RsqrtS16Kernel(), LogisticS16(), TanhS16())
