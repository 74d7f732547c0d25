"""ADD of int8, with broadcasting. Operands of one shape have a kernel of their own, which can run in place
and which the compiler can fuse into the convolution that feeds it.

Source: tensorflow/lite/micro/kernels/add_common.cc, reference/integer_ops/add.h.
"""

from dataclasses import dataclass
from typing import ClassVar

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import ELEMENTWISE, Call, Kernel, Struct
from tinykd.compiler.layer import Layer
from tinykd.compiler.node import Node, for_types
from tinykd.compiler.ops.arithmetic import Arithmetic, ArithmeticKernel
from tinykd.compiler.ops.common.activation import activation_range
from tinykd.compiler.ops.common.broadcasting import broadcast_nest
from tinykd.compiler.ops.common.residual import LEFT_SHIFT, Operand, Residual, add_fields
from tinykd.graph.ir import Tensor
from tinykd.graph.quantize import Multiplier, quantize_multiplier


@dataclass(frozen=True, eq=False, kw_only=True)
class Add(Layer):
    """Both inputs and the output have one shape."""

    scale: Residual  # own: the first operand


def lower(node: Node) -> Layer:
    node.arity((2, 2))
    a, b, y = node.quantized(node.input(0)), node.quantized(node.input(1)), node.quantized(node.output)
    scale = _scale(node, a, b, y)
    if a.shape == b.shape == y.shape:
        return Add(name=node.name, op=node.op.kind, inputs=(a, b), outputs=(y,), scale=scale)
    return Arithmetic(
        name=node.name,
        op=node.op.kind,
        inputs=(a, b),
        outputs=(y,),
        loop=broadcast_nest(node, (a, b), y),
        zeros=(a.zero_point, b.zero_point, y.zero_point),
        a=scale.own.scale,
        b=scale.other.scale,
        y=scale.output.scale,
        left_shift=LEFT_SHIFT,
        limits=(scale.minimum, scale.maximum),
    )


def _scale(node: Node, a: Tensor, b: Tensor, y: Tensor) -> Residual:
    twice_max = 2 * max(a.scale, b.scale)
    minimum, maximum = activation_range(node, y)
    return Residual(
        own=Operand(a.zero_point, quantize_multiplier(a.scale / twice_max)),
        other=Operand(b.zero_point, quantize_multiplier(b.scale / twice_max)),
        output=Operand(
            y.zero_point, _below_one(node, quantize_multiplier(twice_max / ((1 << LEFT_SHIFT) * y.scale)))
        ),
        minimum=minimum,
        maximum=maximum,
    )


def _below_one(node: Node, factor: Multiplier) -> Multiplier:
    if factor.shift > 0:
        node.refuse(node.output, f"has scale {node.output.scale:.9g}", "one in proportion to the inputs'")
    return factor


class AddDense(Kernel[Add]):
    name: ClassVar[str] = "add"
    layer = Add

    def cost(self, layer: Add, target: Target) -> float:
        return 50 * layer.outputs[0].elements

    def emit_call(self, layer: Add, target: Target) -> Call:
        params = Struct(
            "tkd_add_params", (("scale", add_fields(layer.scale)), ("count", layer.outputs[0].elements))
        )
        return Call("tkd_add_s8", params, overlaps=(ELEMENTWISE, ELEMENTWISE))


class AddRows(ArithmeticKernel):
    name, kind, cycles = "add_rows_s8", "ADD", 62


LOWER = for_types({"ADD": lower})
KERNELS = (AddDense(), AddRows())
