"""DYNAMIC_UPDATE_SLICE: two copies where the place is constant, else a kernel.

Source: micro/kernels/dynamic_update_slice.cc; an index is clamped to where the update fits.
"""

from dataclasses import dataclass

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import Call, Kernel, Struct
from tinykd.compiler.layer import Layer, Lowered
from tinykd.compiler.node import Node, for_types
from tinykd.compiler.ops.common.loop_nest import LoopNest, StridedView, View, nest, row_major
from tinykd.compiler.ops.common.movement import Move, moved
from tinykd.compiler.ops.movement import copy_params
from tinykd.graph.ir import DType

MOST_AXES = 5
MOVABLE = (DType.INT8, DType.INT16, DType.INT32)


@dataclass(frozen=True, eq=False, kw_only=True)
class UpdateSlice(Layer):
    loop: LoopNest  # from the update into the output, at its first place
    last: tuple[int, ...]  # largest index of each axis
    steps: tuple[int, ...]  # elements of the output by which an index moves


def lower(node: Node) -> Lowered:
    node.arity((3, 3))
    x, y = node.typed(node.input(0), *MOVABLE), node.output
    update, indices = node.typed(node.input(1), x.dtype), node.typed(node.input(2), DType.INT32, DType.INT64)
    node.shaped(node.typed(y, x.dtype), x.shape)
    node.shaped(indices, (len(x.shape),))
    node.ranked(update, len(x.shape))
    last = tuple(n - k for n, k in zip(x.shape, update.shape, strict=True))
    if min(last, default=-1) < 0 or len(x.shape) > MOST_AXES:
        node.refuse(
            update, f"has shape {list(update.shape)}", f"one that fits {list(x.shape)}, 1 to {MOST_AXES} axes"
        )
    target, origin = StridedView.of(y.shape), StridedView.of(update.shape)
    known = node.constants.get(indices.index, indices.data)
    if known is not None:
        starts = [min(max(int(i), 0), most) for i, most in zip(known, last, strict=True)]
        whole = StridedView.of(x.shape)
        put = _at(target, starts, update.shape)
        moves = [Move(0, whole, whole.view, target, target.view), Move(1, origin, origin.view, target, put)]
        return moved(node, (x, update), y, moves)
    put = _at(target, [0] * len(last), update.shape)
    return UpdateSlice(
        name=node.name, op=node.op.kind, inputs=(x, update, indices), outputs=(y,),
        loop=nest((origin, target), (origin.view, put)), last=last, steps=row_major(y.shape),
    )  # fmt: skip


def _at(target: StridedView, starts: list[int], shape: tuple[int, ...]) -> View:
    return target.view[tuple(slice(s, s + n) for s, n in zip(starts, shape, strict=True))]


class UpdateSliceKernel(Kernel[UpdateSlice]):
    name, layer, code_bytes = "update_slice", UpdateSlice, 330

    def cost(self, layer: UpdateSlice, target: Target) -> float:
        return 2.0 * layer.outputs[0].elements + 6.0 * layer.inputs[1].elements

    def emit_call(self, layer: UpdateSlice, target: Target) -> Call:
        (y,), spare = layer.outputs, (0,) * (MOST_AXES - len(layer.last))
        fields = (
            ("copy", copy_params(layer.loop, y.dtype.bytes)),
            ("bytes", y.bytes),
            ("axes", len(layer.last)),
            ("index_bytes", layer.inputs[2].dtype.bytes),
            ("last", layer.last + spare),
            ("step", tuple(s * y.dtype.bytes for s in layer.steps) + spare),
        )
        return Call("tkd_update_slice", Struct("tkd_update_slice_params", fields))


LOWER = for_types({"DYNAMIC_UPDATE_SLICE": lower})
KERNELS = (UpdateSliceKernel(),)
