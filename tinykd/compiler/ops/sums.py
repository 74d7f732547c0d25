"""ADD_N of several inputs and CUMSUM along an axis, int8.

Sources: micro/kernels/add_n.cc and cumsum.cc: values on half of their scale with 20 bits of headroom.
"""

from dataclasses import dataclass
from math import prod

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import ELEMENTWISE, Call, Kernel, Struct
from tinykd.compiler.layer import Layer
from tinykd.compiler.node import Node, for_types
from tinykd.compiler.ops.common.movement import axis_of, scalar
from tinykd.graph.ir import DType, Tensor
from tinykd.graph.quantize import Multiplier

HEADROOM = 20
HALF = Multiplier(1 << 30, 0)
MOST_INPUTS = 64


@dataclass(frozen=True, eq=False, kw_only=True)
class AddN(Layer):
    scale: Multiplier  # of the sum


@dataclass(frozen=True, eq=False, kw_only=True)
class Cumsum(Layer):
    """The input as (outer, depth, inner)."""

    scale: Multiplier  # of the sums
    outer: int
    depth: int
    inner: int
    exclusive: bool
    reverse: bool


def _scale(node: Node, x: Tensor, y: Tensor) -> Multiplier:
    """``real_output_multiplier``, in double; TFLM takes none of 1 and more."""
    scale = node.multiplier(2 * x.scale / ((1 << HEADROOM) * y.scale))
    if scale.shift > 0:
        least = 2 * x.scale / (1 << HEADROOM)
        node.refuse(y, f"has scale {y.scale:.9g}", f"more than {least:.9g}, as TFLM requires")
    return scale


def lower_add_n(node: Node) -> Layer:
    node.arity((2, MOST_INPUTS))
    inputs = tuple(node.quantized(node.input(i)) for i in range(len(node.op.inputs)))
    x, y = inputs[0], node.quantized(node.output)
    for tensor in inputs:
        node.shaped(tensor, y.shape)
        if (tensor.scale, tensor.zero_point) != (x.scale, x.zero_point):
            found = f"has scale {tensor.scale:.9g} and zero point {tensor.zero_point}"
            node.refuse(tensor, found, f"{x.scale:.9g} and {x.zero_point}, those of the first input")
    return AddN(name=node.name, op=node.op.kind, inputs=inputs, outputs=(y,), scale=_scale(node, x, y))


def lower_cumsum(node: Node) -> Layer:
    node.arity((2, 2))
    x, y = node.quantized(node.input(0)), node.quantized(node.output)
    node.typed(node.input(1), DType.INT32)
    node.shaped(y, x.shape)
    axis = axis_of(node, scalar(node, 1), len(x.shape))
    return Cumsum(
        name=node.name, op=node.op.kind, inputs=(x,), outputs=(y,), scale=_scale(node, x, y),
        exclusive=node.options.flag("exclusive"), reverse=node.options.flag("reverse"),
        outer=prod(x.shape[:axis]), depth=x.shape[axis], inner=prod(x.shape[axis + 1 :]),
    )  # fmt: skip


def _sums_scale(x: Tensor, y: Tensor, scale: Multiplier) -> Struct:
    fields = (
        ("x_zero", x.zero_point),
        ("x_multiplier", HALF.value),
        ("x_shift", HALF.shift),
        ("y_zero", y.zero_point),
        ("y_multiplier", scale.value),
        ("y_shift", scale.shift),
    )
    return Struct("tkd_sums_scale", fields)


class AddNKernel(Kernel[AddN]):
    name, layer, code_bytes = "add_n_s8", AddN, 240

    def cost(self, layer: AddN, target: Target) -> float:
        return 30.0 * layer.outputs[0].elements * (1 + len(layer.inputs))

    def emit_call(self, layer: AddN, target: Target) -> Call:
        (y,), count = layer.outputs, len(layer.inputs)
        fields = (("scale", _sums_scale(layer.inputs[0], y, layer.scale)), ("count", y.elements))
        return Call(
            "tkd_add_n_s8", Struct("tkd_add_n_params", fields), overlaps=(ELEMENTWISE,) * count,
            template="add_n.c.j2", context=count, uses=("tkd_add_n_s8",),
        )  # fmt: skip


class CumsumKernel(Kernel[Cumsum]):
    name, layer, code_bytes = "cumsum_s8", Cumsum, 300

    def cost(self, layer: Cumsum, target: Target) -> float:
        return 60.0 * layer.outputs[0].elements

    def emit_call(self, layer: Cumsum, target: Target) -> Call:
        (x,), (y,) = layer.inputs, layer.outputs
        fields = (
            ("scale", _sums_scale(x, y, layer.scale)),
            ("outer", layer.outer),
            ("depth", layer.depth),
            ("inner", layer.inner),
            ("exclusive", int(layer.exclusive)),
            ("reverse", int(layer.reverse)),
        )
        return Call("tkd_cumsum_s8", Struct("tkd_cumsum_params", fields), overlaps=(ELEMENTWISE,))


LOWER = for_types({"ADD_N": lower_add_n, "CUMSUM": lower_cumsum})
KERNELS = (AddNKernel(), CumsumKernel())
