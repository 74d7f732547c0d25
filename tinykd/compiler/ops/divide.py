"""One input to several outputs: SPLIT, SPLIT_V and UNPACK. Each output is a move of its own, or an alias."""

from tinykd.compiler.layer import Alias, Folded, Layer, Lowered
from tinykd.compiler.node import Node, for_types
from tinykd.compiler.ops.common.loop_nest import StridedView
from tinykd.compiler.ops.common.movement import axis_of, moved, scalar, whole
from tinykd.graph.ir import DType, Tensor

MOVABLE = (DType.INT8, DType.INT16, DType.INT32)


def split(node: Node) -> Lowered:
    """Operands: axis, x."""
    return _divided(node, node.input(1), scalar(node, 0))


def split_v(node: Node) -> Lowered:
    """Operands: x, sizes, axis; TFLM takes the sizes from the outputs."""
    return _divided(node, node.input(0), scalar(node, 2))


def unpack(node: Node) -> Lowered:
    if node.options.integer("num") != len(node.op.outputs):
        node.refuse(node.input(0), f"is of {node.options.integer('num')} values", f"{len(node.op.outputs)}")
    return _divided(node, node.input(0), node.options.integer("axis"), drop=True)


def _divided(node: Node, x: Tensor, signed_axis: int, drop: bool = False) -> Lowered:
    """The outputs follow one another along the axis; ``drop``: each is one entry, without the axis."""
    node.typed(x, *MOVABLE)
    axis, origin, at = axis_of(node, signed_axis, len(x.shape)), StridedView.of(x.shape), 0
    parts: list[Layer | Alias | Folded] = []
    for y in node.op.outputs:
        node.typed(y, x.dtype)
        if not drop:
            node.ranked(y, len(x.shape))
        size = 1 if drop else y.shape[axis]
        kept = () if drop else (size,)
        node.shaped(y, (*x.shape[:axis], *kept, *x.shape[axis + 1 :]))
        taken = origin.view[(slice(None),) * axis + (slice(at, at + size),)]
        at += size
        if at > x.shape[axis]:
            break
        part = moved(node, (x,), y, [whole(0, origin, taken, StridedView.of(y.shape))])
        assert not isinstance(part, tuple)
        parts.append(part)
    if at != x.shape[axis]:
        node.refuse(x, f"has {x.shape[axis]} entries in axis {axis}", f"the {at} of the outputs")
    return tuple(parts)


LOWER = for_types({"SPLIT": split, "SPLIT_V": split_v, "UNPACK": unpack})
