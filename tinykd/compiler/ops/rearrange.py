"""One input to one output in another order.

TRANSPOSE, SLICE, STRIDED_SLICE, SQUEEZE, EXPAND_DIMS, REVERSE_V2, BROADCAST_TO, SPACE_TO_DEPTH, …
"""

import numpy as np

from tinykd.compiler.layer import Lowered
from tinykd.compiler.node import Node, for_types
from tinykd.compiler.ops.common.loop_nest import StridedView, View
from tinykd.compiler.ops.common.movement import axis_of, moved, whole
from tinykd.graph.instead import instead_of
from tinykd.graph.ir import DType, Tensor

# What TFLM moves; more only in the ops that say so.
MOVABLE = (DType.INT8, DType.INT16)
INTEGERS = (*MOVABLE, DType.INT32, DType.INT64, DType.UINT8, DType.BOOL)
MOST_BROADCAST = 5  # dimensions


def operands(node: Node, dtypes: tuple[DType, ...] = MOVABLE, data: int = 0) -> tuple[Tensor, Tensor]:
    """Operand ``data`` and the output, of one of ``dtypes``, the same."""
    x = node.typed(node.input(data), *dtypes)
    return x, node.typed(node.output, x.dtype)


def rearranged(node: Node, x: Tensor, y: Tensor, origin: StridedView, taken: View) -> Lowered:
    """``taken``, a view of ``x``, becomes all of ``y``."""
    if taken.size != y.elements:
        node.refuse(y, f"has {y.elements} elements", f"{taken.size}", "The file contradicts itself")
    return moved(node, (x,), y, [whole(0, origin, taken, StridedView.of(y.shape))])


def transpose(node: Node) -> Lowered:
    node.arity((2, 2))
    x, y = operands(node)
    order = [int(k) for k in node.value(1).reshape(-1)]
    if sorted(order) != list(range(len(x.shape))):
        node.refuse(node.input(1), f"is {order}", f"an order of {len(x.shape)} axes")
    node.shaped(y, tuple(x.shape[k] for k in order))
    origin = StridedView.of(x.shape)
    return rearranged(node, x, y, origin, origin.view.transpose(order))


def slice_(node: Node) -> Lowered:
    """micro/kernels/slice.cc; a size of -1 means up to the end."""
    node.arity((3, 3))
    x, y = operands(node, (*MOVABLE, DType.INT32, DType.BOOL))
    begin = [int(v) for v in node.value(1).reshape(-1)]
    size = [int(v) for v in node.value(2).reshape(-1)]
    if not len(begin) == len(size) == len(x.shape):
        node.refuse(node.input(1), f"has {len(begin)} entries", f"{len(x.shape)}")
    stop = [n if s == -1 else b + s for n, b, s in zip(x.shape, begin, size, strict=True)]
    for n, b, e in zip(x.shape, begin, stop, strict=True):
        if not 0 <= b < e <= n:
            node.refuse(x, f"has {n} entries where {b}..{e} is asked for", "a slice inside it")
    node.shaped(y, tuple(e - b for b, e in zip(begin, stop, strict=True)))
    origin = StridedView.of(x.shape)
    taken = origin.view[tuple(slice(b, e) for b, e in zip(begin, stop, strict=True))]
    return rearranged(node, x, y, origin, taken)


def strided_slice(node: Node) -> Lowered:
    """micro/kernels/strided_slice_common.cc, with StartForAxis and StopForAxis of strided_slice_logic.h."""
    node.arity((4, 4))
    x, y = operands(node, (*MOVABLE, DType.INT32, DType.BOOL))
    if node.options.integer("ellipsis_mask") or node.options.integer("new_axis_mask"):
        node.refuse(
            x, "is sliced with an ellipsis or a new axis", "plain begin, end and strides", "Reshape it"
        )
    bounds = [[int(v) for v in node.value(i).reshape(-1)] for i in (1, 2, 3)]
    if any(len(b) != len(x.shape) for b in bounds):
        node.refuse(node.input(1), f"has {len(bounds[0])} entries", f"{len(x.shape)}")
    origin = StridedView.of(x.shape)
    taken = origin.view[
        (*(_axis_slice(node, x, i, *b) for i, b in enumerate(zip(*bounds, strict=True))), ...)
    ]
    return rearranged(node, x, y, origin, taken)


def _axis_slice(node: Node, x: Tensor, axis: int, begin: int, end: int, stride: int) -> slice | int:
    """One axis as Python indexing: out-of-range bounds are clamped alike."""
    size, bit = x.shape[axis], 1 << axis
    if stride == 0:
        node.refuse(node.input(3), "has a stride of 0", "another one")
    if node.options.integer("shrink_axis_mask") & bit:
        start = 0 if node.options.integer("begin_mask") & bit else begin + size if begin < 0 else begin
        if not 0 <= start < size:
            node.refuse(x, f"has {size} entries in axis {axis}", f"more than {begin}")
        return start
    first = None if node.options.integer("begin_mask") & bit else begin
    last = None if node.options.integer("end_mask") & bit else end
    kept = slice(first, last, stride)
    if not len(range(size)[kept]):
        node.refuse(x, f"keeps nothing of axis {axis}", "a slice that is not empty")
    return kept


def reshaped(node: Node) -> Lowered:
    """SQUEEZE, EXPAND_DIMS: other dimensions for the same bytes; TFLM's EXPAND_DIMS takes fewer types."""
    node.arity((1, 2))
    x, y = operands(node, INTEGERS if node.op.kind == "SQUEEZE" else MOVABLE)
    if [n for n in x.shape if n != 1] != [n for n in y.shape if n != 1]:
        node.refuse(y, f"has shape {list(y.shape)}", f"that of {list(x.shape)}, but for ones")
    origin = StridedView.of(x.shape)
    return rearranged(node, x, y, origin, origin.view)


def _block(node: Node) -> int:
    block = node.options.integer("block_size")
    if block < 1:
        node.refuse(None, f"block size {block}", "at least 1")
    return block


def reverse(node: Node) -> Lowered:
    """micro/kernels/reverse.cc: axes that follow one another, each once."""
    node.arity((2, 2))
    x, y = operands(node, INTEGERS)
    node.shaped(y, x.shape)
    axes = sorted(axis_of(node, int(a), len(x.shape)) for a in node.value(1).reshape(-1))
    if len(node.input(1).shape) != 1 or axes != list(range(axes[0], axes[0] + len(axes))):
        node.refuse(node.input(1), f"is {axes}", "a list of axes that follow one another, as in TFLM")
    origin = StridedView.of(x.shape)
    return rearranged(node, x, y, origin, np.flip(origin.view, tuple(axes)))


def broadcast_to(node: Node) -> Lowered:
    """micro/kernels/broadcast_to.cc: at most 5 dimensions."""
    node.arity((2, 2))
    x, y = operands(node, INTEGERS)
    wanted = tuple(int(n) for n in node.value(1).reshape(-1))
    node.shaped(y, wanted)
    if not 1 <= len(wanted) <= MOST_BROADCAST:
        node.refuse(y, f"has {len(wanted)} dimensions", f"1 to {MOST_BROADCAST}, as in TFLM")
    origin = StridedView.of(x.shape)
    try:
        taken = np.broadcast_to(origin.view, wanted)
    except ValueError:
        node.refuse(x, f"has shape {list(x.shape)}", f"one that broadcasts to {list(wanted)}")
    return rearranged(node, x, y, origin, taken)


def fill(node: Node) -> Lowered:
    """micro/kernels/fill.cc: one value everywhere, as it stands."""
    node.arity((2, 2))
    value = node.typed(node.input(1), DType.INT8, DType.INT32)
    y = node.shaped(node.typed(node.output, value.dtype), tuple(int(n) for n in node.value(0).reshape(-1)))
    if value.shape:
        node.refuse(value, f"has shape {list(value.shape)}", "a scalar")
    origin = StridedView.of((1,))
    return rearranged(node, value, y, origin, np.broadcast_to(origin.view, y.shape))


def tile(node: Node) -> Lowered:
    """TILE of axes of one entry, which is BROADCAST_TO; TFLM has no other."""
    node.arity((2, 2))
    x, y = operands(node, INTEGERS)
    times = tuple(int(n) for n in node.value(1).reshape(-1))
    if len(times) != len(x.shape) or min(times, default=1) < 1:
        node.refuse(node.input(1), f"is {list(times)}", f"{len(x.shape)} numbers of 1 and more")
    if any(n > 1 and k > 1 for n, k in zip(x.shape, times, strict=True)):
        node.refuse(
            x,
            f"of shape {list(x.shape)} is repeated {list(times)} times",
            "axes of one entry repeated, which is TFLM's BROADCAST_TO; it has no TILE",
            instead_of(node.op),
        )
    node.shaped(y, tuple(n * k for n, k in zip(x.shape, times, strict=True)))
    if len(x.shape) > MOST_BROADCAST:
        node.refuse(x, f"has {len(x.shape)} dimensions", f"1 to {MOST_BROADCAST}, as in TFLM")
    origin = StridedView.of(x.shape)
    return rearranged(node, x, y, origin, np.broadcast_to(origin.view, y.shape))


def space_to_depth(node: Node) -> Lowered:
    node.arity((1, 1))
    x, y = operands(node, (DType.INT8,))
    n, h, w, c = node.ranked(x, 4).shape
    b = _block(node)
    node.shaped(y, (n, h // b, w // b, c * b * b))
    if h % b or w % b:
        node.refuse(x, f"is {h} x {w}", f"a multiple of {b}")
    origin = StridedView.of(x.shape)
    blocks = origin.view.reshape(n, h // b, b, w // b, b, c)
    return rearranged(node, x, y, origin, blocks.transpose(0, 1, 3, 2, 4, 5))


def depth_to_space(node: Node) -> Lowered:
    node.arity((1, 1))
    x, y = operands(node, (DType.INT8,))
    n, h, w, c = node.ranked(x, 4).shape
    b = _block(node)
    node.shaped(y, (n, h * b, w * b, c // b // b))
    if c % (b * b):
        node.refuse(x, f"has {c} channels", f"a multiple of {b * b}")
    origin = StridedView.of(x.shape)
    blocks = origin.view.reshape(n, h, w, b, b, c // b // b)
    return rearranged(node, x, y, origin, blocks.transpose(0, 1, 3, 2, 4, 5))


LOWER = for_types(
    {
        "TRANSPOSE": transpose,
        "SLICE": slice_,
        "STRIDED_SLICE": strided_slice,
        "SQUEEZE": reshaped,
        "EXPAND_DIMS": reshaped,
        "REVERSE_V2": reverse,
        "BROADCAST_TO": broadcast_to,
        "FILL": fill,
        "TILE": tile,
        "SPACE_TO_DEPTH": space_to_depth,
        "DEPTH_TO_SPACE": depth_to_space,
    }
)
