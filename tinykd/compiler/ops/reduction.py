"""SUM, REDUCE_MAX, REDUCE_MIN, REDUCE_ALL over any axes; ARG_MAX, ARG_MIN along one; L2_NORMALIZATION of one.

MEAN has a file of its own: it is a SUM whose divisor is in the multiplier.
"""

from dataclasses import dataclass, replace
from math import prod
from typing import ClassVar

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import ELEMENTWISE, Call, Kernel, Struct
from tinykd.compiler.layer import Layer
from tinykd.compiler.node import Node, for_types
from tinykd.compiler.ops.common import tables
from tinykd.compiler.ops.common.loop_nest import LOOPS, LoopNest, StridedView, nest, rows
from tinykd.compiler.ops.common.movement import axis_of, scalar
from tinykd.compiler.ops.common.tables import Affine
from tinykd.compiler.ops.unary import Lookup
from tinykd.graph.ir import DType, Tensor
from tinykd.graph.quantize import Multiplier


@dataclass(frozen=True, eq=False, kw_only=True)
class Reduction(Layer):
    """``kept`` visits the outputs, ``folded`` the ``count`` inputs of one output (operand 0 of each: the
    input).
    """

    kept: LoopNest
    folded: LoopNest
    count: int
    scale: Multiplier


def _axes(node: Node, x: Tensor) -> list[int]:
    """The axes to fold, each once, in order."""
    values = node.value(1)
    node.typed(node.input(1), DType.INT32)
    return sorted({axis_of(node, int(a), len(x.shape)) for a in values.reshape(-1)})


def reduction(node: Node, scale: Multiplier, dtype: DType = DType.INT8) -> Reduction:
    node.arity((2, 2))
    as_dtype = node.typed if dtype is DType.BOOL else node.quantized
    x, y = as_dtype(node.input(0), dtype), as_dtype(node.output, dtype)
    axes = _axes(node, x)
    kept_shape = tuple(n for i, n in enumerate(x.shape) if i not in axes)
    if y.elements != prod(kept_shape):
        node.refuse(y, f"has shape {list(y.shape)}", f"{list(kept_shape)}, with or without ones")
    origin, rank = StridedView.of(x.shape), len(x.shape)
    kept = _nest(node, origin, [i not in axes for i in range(rank)])
    folded = _nest(node, origin, [i in axes for i in range(rank)])
    return Reduction(
        name=node.name, op=node.op.kind, inputs=(x,), outputs=(y,),
        kept=kept, folded=folded, count=prod(x.shape[a] for a in axes), scale=scale,
    )  # fmt: skip


def _nest(node: Node, origin: StridedView, along: list[bool]) -> LoopNest:
    """The nest over the axes that are marked, at the start of the others."""
    view = origin.view[(*(slice(None) if a else 0 for a in along), ...)]
    found = nest((origin,), (view,))
    if len(found.shape) > LOOPS + 1:
        node.refuse(node.input(0), "needs too many nested loops", f"at most {LOOPS + 1}")
    return found


def lower_sum(node: Node) -> Layer:
    """micro/kernels/reduce_common.cc, PrepareMeanOrSumHelper: input scale / output scale in double."""
    x, y = node.quantized(node.input(0)), node.quantized(node.output)
    layer = reduction(node, node.multiplier(x.scale / y.scale))
    if layer.count * 255 >= 1 << 31:
        node.refuse(x, f"sums {layer.count} values", "sums that fit int32")
    return of_one(layer)


def of_one(layer: Reduction) -> Layer:
    """A sum of single values, as of the one row that is left of a window, is a rescaling: a table."""
    (x,), (y,) = layer.inputs, layer.outputs
    if layer.count != 1:
        return layer
    table = tables.rescaled(Affine(x.scale, x.zero_point), Affine(y.scale, y.zero_point), layer.scale)
    return Lookup(name=layer.name, op=layer.op, inputs=(x,), outputs=(y,), table=table)


def lower_extremum(node: Node) -> Layer:
    """micro/kernels/reduce_common.cc, EvalMinMaxHelper: input and output must share one quantization."""
    x, y = node.quantized(node.input(0)), node.quantized(node.output)
    if (x.scale, x.zero_point) != (y.scale, y.zero_point):
        node.refuse(
            y, f"has scale {y.scale:.9g}", f"{x.scale:.9g}, that of the input", "TFLM does not rescale here"
        )
    return reduction(node, Multiplier(0, 0))


def lower_all(node: Node) -> Layer:
    """micro/kernels/reduce_common.cc, EvalAllHelper: the least of bytes 0 and 1, to the kernel int8."""
    layer = reduction(node, Multiplier(0, 0), DType.BOOL)
    inputs, outputs = (
        tuple(replace(t, dtype=DType.INT8) for t in ts) for ts in (layer.inputs, layer.outputs)
    )
    return replace(layer, inputs=inputs, outputs=outputs)


class ReductionKernel(Kernel[Reduction]):
    layer = Reduction
    kind: ClassVar[str]
    function: ClassVar[str] = ""
    code_bytes = 260

    def supports(self, layer: Reduction, target: Target) -> bool:
        return layer.op == self.kind

    def cost(self, layer: Reduction, target: Target) -> float:
        return 7.0 * layer.inputs[0].elements + 60.0 * layer.outputs[0].elements

    def emit_call(self, layer: Reduction, target: Target) -> Call:
        (x,), (y,) = layer.inputs, layer.outputs
        params = Struct(
            "tkd_reduce_params",
            (
                ("kept", rows(layer.kept)),
                ("folded", rows(layer.folded)),
                ("zero_sum", x.zero_point * layer.count),
                ("multiplier", layer.scale.value),
                ("shift", layer.scale.shift),
                ("y_zero", y.zero_point),
            ),
        )
        return Call(self.function or f"tkd_{self.name}", params)


class SumKernel(ReductionKernel):
    name, kind = "sum_s8", "SUM"


class ReduceMaxKernel(ReductionKernel):
    name, kind = "reduce_max_s8", "REDUCE_MAX"


class ReduceMinKernel(ReductionKernel):
    name, kind = "reduce_min_s8", "REDUCE_MIN"


class ReduceAllKernel(ReductionKernel):
    name, kind, function = "reduce_all_b8", "REDUCE_ALL", "tkd_reduce_min_s8"


@dataclass(frozen=True, eq=False, kw_only=True)
class ArgExtremum(Layer):
    """The input as (outer, axis, inner)."""

    outer: int
    axis: int
    inner: int


def lower_arg(node: Node) -> Layer:
    """micro/kernels/arg_min_max.cc: int8 in, int32 out."""
    node.arity((2, 2))
    x, y = node.quantized(node.input(0)), node.typed(node.output, DType.INT32)
    axis = axis_of(node, scalar(node, 1), len(x.shape))
    node.shaped(y, (*x.shape[:axis], *x.shape[axis + 1 :]))
    return ArgExtremum(
        name=node.name, op=node.op.kind, inputs=(x,), outputs=(y,),
        outer=prod(x.shape[:axis]), axis=x.shape[axis], inner=prod(x.shape[axis + 1 :]),
    )  # fmt: skip


class ArgKernel(Kernel[ArgExtremum]):
    name, layer, code_bytes = "arg_s8", ArgExtremum, 110

    def cost(self, layer: ArgExtremum, target: Target) -> float:
        return 9.0 * layer.inputs[0].elements

    def emit_call(self, layer: ArgExtremum, target: Target) -> Call:
        sign = 1 if layer.op == "ARG_MAX" else -1
        fields = (("outer", layer.outer), ("axis", layer.axis), ("inner", layer.inner), ("sign", sign))
        return Call("tkd_arg_s8", Struct("tkd_arg_params", fields))


@dataclass(frozen=True, eq=False, kw_only=True)
class L2Norm(Layer):
    pass


def lower_l2_norm(node: Node) -> Layer:
    """micro/kernels/l2norm.cc: the last axis, at most four dimensions, no fused activation."""
    node.arity((1, 1))
    x, y = node.quantized(node.input(0)), node.quantized(node.output)
    node.shaped(y, x.shape)
    if not 1 <= len(x.shape) <= 4:
        node.refuse(x, f"has {len(x.shape)} dimensions", "1 to 4, as in TFLM")
    if node.options.integer("fused_activation_function"):
        node.refuse(y, "has a fused activation", "none, as TFLM requires")
    if x.shape[-1] * 255 * 255 >= 1 << 31:
        node.refuse(x, f"has {x.shape[-1]} values a row", "at most 33025, so that the squares fit int32")
    return L2Norm(name=node.name, op=node.op.kind, inputs=(x,), outputs=(y,))


class L2NormKernel(Kernel[L2Norm]):
    name, layer = "l2_norm_s8", L2Norm
    code_bytes = 420

    def cost(self, layer: L2Norm, target: Target) -> float:
        return 30.0 * layer.outputs[0].elements

    def emit_call(self, layer: L2Norm, target: Target) -> Call:
        (x,) = layer.inputs
        fields = (("rows", prod(x.shape[:-1])), ("depth", x.shape[-1]), ("x_zero", x.zero_point))
        return Call("tkd_l2_norm_s8", Struct("tkd_l2_norm_params", fields), overlaps=(ELEMENTWISE,))


LOWER = for_types(
    {
        "SUM": lower_sum,
        "REDUCE_MAX": lower_extremum,
        "REDUCE_MIN": lower_extremum,
        "REDUCE_ALL": lower_all,
        "ARG_MAX": lower_arg,
        "ARG_MIN": lower_arg,
        "L2_NORMALIZATION": lower_l2_norm,
    }
)
KERNELS = (SumKernel(), ReduceMaxKernel(), ReduceMinKernel(), ReduceAllKernel(), ArgKernel(), L2NormKernel())
