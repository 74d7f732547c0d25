"""PADV2 and MIRROR_PAD: the input inside a border of one value, or of its own reflection."""

from tinykd.compiler.layer import Lowered
from tinykd.compiler.node import Node, for_types
from tinykd.compiler.ops.common.loop_nest import StridedView, View
from tinykd.compiler.ops.common.movement import OUTPUT, Move, moved
from tinykd.graph.ir import DType, Tensor

Pads = list[tuple[int, int]]  # (before, after) per axis
REFLECT = 0  # enum MirrorPadMode; 1 is SYMMETRIC, which repeats the border itself


def operands(node: Node) -> tuple[Tensor, Tensor, Pads]:
    x, y = node.quantized(node.input(0)), node.quantized(node.output)
    return x, y, pads_of(node, x, y)


def pads_of(node: Node, x: Tensor, y: Tensor) -> Pads:
    """Operand 1, as the shape of ``y`` has it."""
    values = node.value(1)
    if values.shape != (len(x.shape), 2) or (values < 0).any():
        node.refuse(node.input(1), f"has shape {list(values.shape)}", f"[{len(x.shape)}, 2], none negative")
    pads = [(int(a), int(b)) for a, b in values]
    node.shaped(y, tuple(n + a + b for n, (a, b) in zip(x.shape, pads, strict=True)))
    return pads


def inside(target: StridedView, x: Tensor, pads: Pads) -> View:
    return target.view[tuple(slice(a, a + n) for n, (a, _) in zip(x.shape, pads, strict=True))]


def padv2(node: Node) -> Lowered:
    """micro/kernels/pad_common.cc: at most four dimensions, and a value on the output's scale."""
    node.arity((3, 3))
    x, y, pads = operands(node)
    if len(x.shape) > 5:
        node.refuse(x, f"has {len(x.shape)} dimensions", "at most 5, as in TFLM")
    value = node.quantized(node.input(2), DType.INT8)
    if (value.scale, value.zero_point) != (y.scale, y.zero_point):
        node.refuse(value, f"has scale {value.scale:.9g}", f"{y.scale:.9g}, that of the output")
    fill = node.value(2)
    if fill.size != 1:
        node.refuse(value, f"holds {fill.size} values", "one")
    origin, target = StridedView.of(x.shape), StridedView.of(y.shape)
    move = Move(0, origin, origin.view, target, inside(target, x, pads))
    padded = any(a or b for a, b in pads)
    return moved(node, (x,), y, [move], int(fill.reshape(-1)[0]) & 0xFF if padded else None)


def mirror_pad(node: Node) -> Lowered:
    """micro/kernels/mirror_pad.cc. Axis by axis: each border is a reversed copy of what is already there."""
    node.arity((2, 2))
    x, y, pads = operands(node)
    skip = 1 if node.options.integer("mode") == REFLECT else 0
    origin, target = StridedView.of(x.shape), StridedView.of(y.shape)
    moves = [Move(0, origin, origin.view, target, inside(target, x, pads))]
    filled = [slice(a, a + n) for n, (a, _) in zip(x.shape, pads, strict=True)]
    for axis, (n, (before, after)) in enumerate(zip(x.shape, pads, strict=True)):
        if max(before, after) > n - skip:
            node.refuse(x, f"has {n} entries in axis {axis}", f"at least {max(before, after) + skip}")
        first, end = before, before + n
        mirrors = (
            (slice(0, before), slice(first + skip, first + skip + before)),
            (slice(end, end + after), slice(end - skip - after, end - skip)),
        )
        for put, taken in mirrors:
            if put.stop > put.start:
                moves.append(_reflection(target, filled, axis, put, taken))
        filled[axis] = slice(0, n + before + after)
    return moved(node, (x,), y, moves)


def _reflection(target: StridedView, filled: list[slice], axis: int, put: slice, taken: slice) -> Move:
    def region(part: slice, step: int) -> View:
        view = target.view[tuple(part if i == axis else s for i, s in enumerate(filled))]
        return view[(slice(None),) * axis + (slice(None, None, step),)]

    return Move(OUTPUT, target, region(taken, -1), target, region(put, 1))


LOWER = for_types({"PADV2": padv2, "MIRROR_PAD": mirror_pad})
