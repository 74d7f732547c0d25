"""Several inputs to one output: CONCATENATION and PACK."""

from tinykd.compiler.layer import Lowered
from tinykd.compiler.node import Node, for_types
from tinykd.compiler.ops.common.loop_nest import StridedView
from tinykd.compiler.ops.common.movement import Move, axis_of, moved
from tinykd.graph.ir import DType, Tensor

MOST = 1024  # inputs; TFLM's CONCATENATION takes ten, and is proved as several of them


def _inputs(node: Node, dtypes: tuple[DType, ...]) -> tuple[Tensor, ...]:
    inputs = tuple(node.typed(node.input(i), *dtypes) for i in range(len(node.op.inputs)))
    for x in inputs:
        node.typed(x, node.output.dtype)
    return inputs


def concatenation(node: Node) -> Lowered:
    """micro/kernels/concatenation.cc: int8 parts must share the output's scale and zero point."""
    node.arity((1, MOST))
    y = node.output
    inputs = _inputs(node, (DType.INT8, DType.INT16, DType.INT32, DType.INT64, DType.BOOL))
    if node.options.integer("fused_activation_function"):
        node.refuse(y, "has a fused activation", "none, as TFLM requires")
    axis = axis_of(node, node.options.integer("axis"), len(y.shape))
    for x in inputs:
        if x.dtype is DType.INT16 and x.zero_point:
            node.refuse(x, f"has zero point {x.zero_point}", "0, as int16 has in TFLite")
        if x.dtype is DType.INT8 and (x.scale, x.zero_point) != (y.scale, y.zero_point):
            node.refuse(
                x,
                f"has scale {x.scale:.9g} and zero point {x.zero_point}",
                f"{y.scale:.9g} and {y.zero_point}, those of the output",
                "Convert again: TFLM does not rescale here",
            )
        node.shaped(x, (*y.shape[:axis], x.shape[axis] if len(x.shape) > axis else 0, *y.shape[axis + 1 :]))
    sizes = [x.shape[axis] for x in inputs]
    node.shaped(y, (*y.shape[:axis], sum(sizes), *y.shape[axis + 1 :]))
    return _joined(node, inputs, y, axis, sizes)


def pack(node: Node) -> Lowered:
    node.arity((1, 64))
    y = node.output
    if node.options.integer("values_count") != len(node.op.inputs):
        node.refuse(y, f"is of {node.options.integer('values_count')} values", f"{len(node.op.inputs)}")
    inputs = _inputs(node, (DType.INT8, DType.INT16, DType.INT32, DType.INT64))
    axis = axis_of(node, node.options.integer("axis"), len(y.shape))
    for x in inputs:
        node.shaped(x, (*y.shape[:axis], *y.shape[axis + 1 :]))
    node.shaped(y, (*y.shape[:axis], len(inputs), *y.shape[axis + 1 :]))
    return _joined(node, inputs, y, axis, [1] * len(inputs))


def _joined(node: Node, inputs: tuple[Tensor, ...], y: Tensor, axis: int, sizes: list[int]) -> Lowered:
    """Input i becomes ``sizes[i]`` entries of the output's ``axis``."""
    target, at, moves = StridedView.of(y.shape), 0, []
    for i, (x, size) in enumerate(zip(inputs, sizes, strict=True)):
        put = target.view[(slice(None),) * axis + (slice(at, at + size),)]
        origin = StridedView.of(x.shape)
        moves.append(Move(i, origin, origin.view.reshape(put.shape), target, put))
        at += size
    return moved(node, inputs, y, moves)


LOWER = for_types({"CONCATENATION": concatenation, "PACK": pack})
