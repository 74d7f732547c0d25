"""Shapes of ops that move values: reshapes, slices, joins, paddings, blocks."""

from math import prod
from typing import Any

import numpy as np

from tinykd.graph.decode import KIND as DECODE
from tinykd.graph.shapes.view import Rules, Shape, View, axis_of


def reshaped(view: View) -> list[Shape]:
    """RESHAPE to operand 1, or to the option if that is absent; one -1 takes the remaining elements."""
    wanted = view.numbers(1) if len(view.inputs) > 1 else list(view.options.integers("new_shape"))
    return [_without_minus_one(wanted, prod(view.shape(0)))]


def _without_minus_one(wanted: list[int], elements: int) -> Shape:
    rest = prod(n for n in wanted if n != -1)
    if wanted.count(-1) > 1 or rest < 1 or elements % rest:
        raise ValueError(f"{elements} elements as {wanted}")
    found = tuple(elements // rest if n == -1 else n for n in wanted)
    if prod(found) != elements:
        raise ValueError(f"{elements} elements as {wanted}")
    return found


def squeezed(view: View) -> list[Shape]:
    shape, dims = view.shape(0), view.options.integers("squeeze_dims")
    axes = {axis_of(d, len(shape)) for d in dims} or {i for i, n in enumerate(shape) if n == 1}
    return [tuple(n for i, n in enumerate(shape) if i not in axes)]


def expanded(view: View) -> list[Shape]:
    shape, (axis,) = view.shape(0), view.numbers(1)
    axis = axis_of(axis, len(shape) + 1)
    return [(*shape[:axis], 1, *shape[axis:])]


def transposed(view: View) -> list[Shape]:
    shape, order = view.shape(0), view.numbers(1)
    if sorted(order) != list(range(len(shape))):
        raise ValueError(f"order {order}")
    return [tuple(shape[k] for k in order)]


def padded(view: View) -> list[Shape]:
    amounts = view.value(1).reshape(len(view.shape(0)), 2).tolist()
    return [tuple(n + a + b for n, (a, b) in zip(view.shape(0), amounts, strict=True))]


def tiled(view: View) -> list[Shape]:
    return [tuple(n * k for n, k in zip(view.shape(0), view.numbers(1), strict=True))]


def joined(view: View) -> list[Shape]:
    shapes = view.shapes()
    axis = axis_of(view.options.integer("axis"), len(shapes[0]))
    return [(*shapes[0][:axis], sum(s[axis] for s in shapes), *shapes[0][axis + 1 :])]


def packed(view: View) -> list[Shape]:
    shapes = view.shapes()
    axis = axis_of(view.options.integer("axis"), len(shapes[0]) + 1)
    return [(*shapes[0][:axis], len(shapes), *shapes[0][axis:])]


def unpacked(view: View) -> list[Shape]:
    shape = view.shape(0)
    axis = axis_of(view.options.integer("axis"), len(shape))
    return [(*shape[:axis], *shape[axis + 1 :])] * len(view.op.outputs)


def split(view: View) -> list[Shape]:
    """SPLIT: operands are the axis and the tensor, which is split into equal parts."""
    (axis,), shape, parts = view.numbers(0), view.shape(1), len(view.op.outputs)
    axis = axis_of(axis, len(shape))
    if not parts or shape[axis] % parts:
        raise ValueError(f"{shape[axis]} in {parts} parts")
    return [(*shape[:axis], shape[axis] // parts, *shape[axis + 1 :])] * parts


def split_v(view: View) -> list[Shape]:
    """SPLIT_V: sizes in operand 1, one of them -1; axis in operand 2."""
    shape, sizes, (axis,) = view.shape(0), view.numbers(1), view.numbers(2)
    axis = axis_of(axis, len(shape))
    rest = shape[axis] - sum(n for n in sizes if n >= 0)
    return [(*shape[:axis], rest if n < 0 else n, *shape[axis + 1 :]) for n in sizes]


def sliced(view: View) -> list[Shape]:
    """SLICE: begin, size; -1 is up to the end."""
    rows = zip(view.shape(0), view.numbers(1), view.numbers(2), strict=True)
    return [tuple(n - begin if size == -1 else size for n, begin, size in rows)]


def strides(view: View) -> tuple[Any, ...]:
    """STRIDED_SLICE as numpy writes it."""
    options = view.options
    begins, ends, steps = (view.numbers(i) for i in (1, 2, 3))
    index: list[Any] = []
    for i, (begin, end, step) in enumerate(zip(begins, ends, steps, strict=True)):
        masked = {name for name in _MASKS if options.integer(f"{name}_mask") >> i & 1}
        end = begin + end if options.flag("offset") else end
        if "new_axis" in masked:
            index.append(None)
        elif "ellipsis" in masked:
            index.append(...)
        elif "shrink_axis" in masked:
            index.append(begin)
        else:
            index.append(slice(None if "begin" in masked else begin, None if "end" in masked else end, step))
    return tuple(index)


_MASKS = ("begin", "end", "ellipsis", "new_axis", "shrink_axis")


def strided(view: View) -> list[Shape]:
    return [np.broadcast_to(np.int8(0), view.shape(0))[strides(view)].shape]


def gathered(view: View) -> list[Shape]:
    x, indices, batch = view.shape(0), view.shape(1), view.options.integer("batch_dims")
    axis = axis_of(view.options.integer("axis"), len(x))
    return [(*x[:axis], *indices[batch:], *x[axis + 1 :])]


def gathered_nd(view: View) -> list[Shape]:
    """GATHER_ND: each row of operand 1 is an index into as many axes of operand 0 as it has entries."""
    x, indices = view.shape(0), view.shape(1)
    return [(*indices[:-1], *x[indices[-1] :])]


def looked_up(view: View) -> list[Shape]:
    """EMBEDDING_LOOKUP: operands are the row indices and the table."""
    return [(*view.shape(0), *view.shape(1)[1:])]


def updated(view: View) -> list[Shape]:
    """DYNAMIC_UPDATE_SLICE: the shape of operand 0."""
    return [view.shape(0)]


def to_blocks(view: View) -> list[Shape]:
    """SPACE_TO_BATCH_ND: block, paddings."""
    (batch, *sizes), block = view.shape(0), view.numbers(1)
    pads = view.value(2).reshape(len(block), 2).tolist()
    small = [(n + a + b) // k for n, (a, b), k in zip(sizes, pads, block, strict=False)]
    return [(batch * prod(block), *small, *sizes[len(block) :])]


def from_blocks(view: View) -> list[Shape]:
    """BATCH_TO_SPACE_ND: block, crops."""
    (batch, *sizes), block = view.shape(0), view.numbers(1)
    crops = view.value(2).reshape(len(block), 2).tolist()
    if batch % prod(block):
        raise ValueError(f"{batch} batches in blocks of {block}")
    large = [n * k - a - b for n, (a, b), k in zip(sizes, crops, block, strict=False)]
    return [(batch // prod(block), *large, *sizes[len(block) :])]


def to_depth(view: View) -> list[Shape]:
    (batch, height, width, depth), k = view.shape(0), view.options.integer("block_size")
    return [(batch, height // k, width // k, depth * k * k)]


def from_depth(view: View) -> list[Shape]:
    (batch, height, width, depth), k = view.shape(0), view.options.integer("block_size")
    return [(batch, height * k, width * k, depth // (k * k))]


def unpacked_constants(view: View) -> list[Shape]:
    """DECODE: those of the file."""
    return [t.shape for t in view.op.outputs]


RULES: Rules = {
    DECODE: unpacked_constants,
    "RESHAPE": reshaped,
    "SQUEEZE": squeezed,
    "EXPAND_DIMS": expanded,
    "TRANSPOSE": transposed,
    **dict.fromkeys(("PAD", "PADV2", "MIRROR_PAD"), padded),
    "TILE": tiled,
    "CONCATENATION": joined,
    "PACK": packed,
    "UNPACK": unpacked,
    "SPLIT": split,
    "SPLIT_V": split_v,
    "SLICE": sliced,
    "STRIDED_SLICE": strided,
    "GATHER": gathered,
    "GATHER_ND": gathered_nd,
    "EMBEDDING_LOOKUP": looked_up,
    "DYNAMIC_UPDATE_SLICE": updated,
    "SPACE_TO_BATCH_ND": to_blocks,
    "BATCH_TO_SPACE_ND": from_blocks,
    "SPACE_TO_DEPTH": to_depth,
    "DEPTH_TO_SPACE": from_depth,
}
