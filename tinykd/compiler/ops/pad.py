"""PAD: the input inside a border of the output's zero point.

Source: tensorflow/lite/micro/kernels/pad_common.cc.
"""

from tinykd.compiler.layer import Lowered
from tinykd.compiler.node import Node, for_types
from tinykd.compiler.ops.common.loop_nest import StridedView
from tinykd.compiler.ops.common.movement import Move, moved
from tinykd.compiler.ops.padding import inside, operands


def lower(node: Node) -> Lowered:
    node.arity((2, 2))
    x, y, pads = operands(node)
    if len(x.shape) > 5:
        node.refuse(x, f"has {len(x.shape)} dimensions", "at most 5, as in TFLM")
    origin, target = StridedView.of(x.shape), StridedView.of(y.shape)
    move = Move(0, origin, origin.view, target, inside(target, x, pads))
    padded = any(a or b for a, b in pads)
    return moved(node, (x,), y, [move], y.zero_point & 0xFF if padded else None)


LOWER = for_types({"PAD": lower})
