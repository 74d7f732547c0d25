"""PAD and PADV2 of int16 and int32: with zeros, or over a copy of the value; scales are not looked at.

Source: tensorflow/lite/micro/kernels/pad.cc.
"""

import numpy as np

from tinykd.compiler.layer import Lowered
from tinykd.compiler.node import Node, for_types
from tinykd.compiler.ops.common.loop_nest import StridedView
from tinykd.compiler.ops.common.movement import Move, moved
from tinykd.compiler.ops.padding import Pads, inside, pads_of
from tinykd.graph.ir import PLAIN_INTEGERS, DType, Tensor

MOST_DIMENSIONS = 5  # as in TFLM


def lower(node: Node) -> Lowered:
    value = 1 if node.op.kind == "PADV2" else 0
    node.arity((2 + value, 2 + value))
    x = node.typed(node.input(0), DType.INT16, DType.INT32)
    y = node.typed(node.output, x.dtype)
    pads = pads_of(node, x, y)
    if len(x.shape) > MOST_DIMENSIONS:
        node.refuse(x, f"has {len(x.shape)} dimensions", f"at most {MOST_DIMENSIONS}, as in TFLM")
    return _over_value(node, x, y, pads) if value else _over_zeros(node, x, y, pads)


def _inner(x: Tensor, y: Tensor, pads: Pads) -> Move:
    origin, target = StridedView.of(x.shape), StridedView.of(y.shape)
    return Move(0, origin, origin.view, target, inside(target, x, pads))


def _over_zeros(node: Node, x: Tensor, y: Tensor, pads: Pads) -> Lowered:
    padded = any(a or b for a, b in pads)
    return moved(node, (x,), y, [_inner(x, y, pads)], fill=0 if padded else None)


def _over_value(node: Node, x: Tensor, y: Tensor, pads: Pads) -> Lowered:
    fill = node.typed(node.input(2), x.dtype)
    if fill.elements != 1:
        node.refuse(fill, f"holds {fill.elements} values", "one")
    if not any(a or b for a, b in pads):
        return moved(node, (x,), y, [_inner(x, y, pads)])
    one, target = StridedView.of((1,)), StridedView.of(y.shape)
    spread = Move(1, one, np.broadcast_to(one.view, y.shape), target, target.view)
    return moved(node, (x, fill), y, [spread, _inner(x, y, pads)])


LOWER = for_types({"PAD": lower, "PADV2": lower}, DType.INT16, *PLAIN_INTEGERS)
