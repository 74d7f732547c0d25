"""Ops that move values and compute nothing, as copies between views of tensors.

A lowering states which view of which input goes to which view of the output (``Move``); ``moved`` then takes
the cheapest form: a constant where the input is one, an ``Alias`` where the bytes already lie in order, else
a ``Movement`` layer of one copy per move. Elements are moved as they are; TFLM does not look at scales here,
and neither do we.
"""

from dataclasses import dataclass

import numpy as np

from tinykd.compiler.layer import Alias, Folded, Layer, Lowered
from tinykd.compiler.node import Node
from tinykd.compiler.ops.common.loop_nest import LOOPS, LoopNest, StridedView, View, nest
from tinykd.graph.ir import Array, Tensor

OUTPUT = -1  # as a move's source: what earlier moves already wrote


@dataclass(frozen=True, eq=False)
class Move:
    """``source``: the index of an operand in the layer's inputs, or OUTPUT. Views of equal shape."""

    source: int
    origin: StridedView
    taken: View
    target: StridedView
    put: View

    def nest(self) -> LoopNest:
        return nest((self.origin, self.target), (self.taken, self.put))


@dataclass(frozen=True, eq=False, kw_only=True)
class Movement(Layer):
    """Copies in order; before them, every byte of the output is set to ``fill`` (None: the copies
    cover it).
    """

    copies: tuple[tuple[int, LoopNest], ...]  # (source, nest)
    fill: int | None = None


def moved(
    node: Node, inputs: tuple[Tensor, ...], output: Tensor, moves: list[Move], fill: int | None = None
) -> Lowered:
    """The cheapest way to make ``output`` from ``moves``."""
    copies = tuple((m.source, m.nest()) for m in moves)
    if any(len(loop.shape) > LOOPS + 1 for _, loop in copies):
        node.refuse(output, "needs too many nested loops", f"at most {LOOPS + 1}")
    values = [_known(node, t) for t in inputs]
    if all(v is not None for v in values):
        return Folded(output, _evaluate(copies, [v for v in values if v is not None], output, fill))
    if len(copies) == 1 and _is_contiguous(copies[0][1], output):
        source, loop = copies[0]
        return Alias(inputs[source], output, loop.offsets[0] * output.dtype.bytes)
    return Movement(
        name=output.name, op=node.op.kind, inputs=inputs, outputs=(output,), copies=copies, fill=fill
    )


def whole(source: int, origin: StridedView, taken: View, target: StridedView) -> Move:
    """A move that fills the target in row-major order."""
    return Move(source, origin, taken, target, target.view.reshape(taken.shape))


def _known(node: Node, tensor: Tensor) -> Array | None:
    return node.constants.get(tensor.index, tensor.data)


def _is_contiguous(loop: LoopNest, output: Tensor) -> bool:
    return loop.shape == (output.elements,) and loop.strides == ((1,), (1,)) and loop.offsets[1] == 0


def _evaluate(
    copies: tuple[tuple[int, LoopNest], ...], values: list[Array], output: Tensor, fill: int | None
) -> Array:
    """What the layer would do, on the host."""
    result = np.full(output.elements, fill or 0, dtype=output.dtype.numpy)
    for source, loop in copies:
        flat = result if source == OUTPUT else np.ascontiguousarray(values[source]).reshape(-1)
        _strided(result, loop, 1)[...] = _strided(flat, loop, 0).copy()
    return result.reshape(output.shape)


def _strided(flat: Array, loop: LoopNest, operand: int) -> Array:
    steps = [s * flat.itemsize for s in loop.strides[operand]]
    return np.lib.stride_tricks.as_strided(flat[loop.offsets[operand] :], loop.shape, steps)


def axis_of(node: Node, axis: int, rank: int) -> int:
    """``axis`` counted from the front; refuses one outside the tensor."""
    if not -rank <= axis < rank:
        node.refuse(None, f"axis {axis} of a tensor of {rank} dimensions", f"{-rank}..{rank - 1}")
    return axis % rank


def scalar(node: Node, i: int) -> int:
    """The integer that operand ``i`` holds."""
    value = node.value(i)
    if value.size != 1:
        node.refuse(node.input(i), f"holds {value.size} values", "one")
    return int(value.reshape(-1)[0])
