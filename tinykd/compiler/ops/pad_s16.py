"""PAD and PADV2 of int16: with zeros, or over a copy of the value.

Source: tensorflow/lite/micro/kernels/pad.cc.
"""

import numpy as np

from tinykd.compiler import wide
from tinykd.compiler.layer import Lowered
from tinykd.compiler.movement import Move, moved
from tinykd.compiler.nests import Space
from tinykd.compiler.node import Node
from tinykd.compiler.ops.padding import inside, operands
from tinykd.graph.ir import DType

MOST_DIMENSIONS = 5  # as in TFLM


def lower(node: Node) -> Lowered:
    value = 1 if node.op.kind == "PADV2" else 0
    node.arity((2 + value, 2 + value))
    x, y, pads = operands(node, DType.INT16)
    wide.symmetric(node, y)
    if len(x.shape) > MOST_DIMENSIONS:
        node.refuse(x, f"has {len(x.shape)} dimensions", f"at most {MOST_DIMENSIONS}, as in TFLM")
    origin, target = Space.of(x.shape), Space.of(y.shape)
    move = Move(0, origin, origin.view, target, inside(target, x, pads))
    if not any(a or b for a, b in pads):
        return moved(node, (x,), y, [move])
    if not value:
        return moved(node, (x,), y, [move], fill=0)
    fill = wide.symmetric(node, node.input(2))
    if node.value(2).size != 1 or fill.scale != y.scale:
        node.refuse(fill, f"holds {fill.elements} values of scale {fill.scale:.9g}", f"one of {y.scale:.9g}")
    one = Space.of((1,))
    spread = Move(1, one, np.broadcast_to(one.view, y.shape), target, target.view)
    return moved(node, (x, fill), y, [spread, move])


LOWER_S16 = {"PAD": lower, "PADV2": lower}
