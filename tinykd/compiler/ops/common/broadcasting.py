"""What ops on broadcasting operands share: the loop nest, its check against the output's shape, overlaps."""

import numpy as np

from tinykd.compiler.kernel import DISJOINT, ELEMENTWISE, Overlap
from tinykd.compiler.layer import Layer
from tinykd.compiler.node import Node
from tinykd.compiler.ops.common.loop_nest import LOOPS, LoopNest, StridedView, broadcast, nest, row_major
from tinykd.graph.ir import Tensor


def broadcast_nest(node: Node, operands: tuple[Tensor, ...], output: Tensor) -> LoopNest:
    """The nest over ``operands`` for a dense ``output`` in row-major order.

    Refuses shapes that do not broadcast.
    """
    shapes = [t.shape for t in operands]
    try:
        joint = np.broadcast_shapes(*shapes)
    except ValueError:
        node.refuse(
            operands[-1], f"has shape {list(shapes[-1])}", f"one that broadcasts with {list(shapes[0])}"
        )
    if joint != output.shape and not (output.elements == 1 and all(t.elements == 1 for t in operands)):
        node.shaped(output, joint)
    spaces = tuple(StridedView.of(s) for s in shapes)
    found = nest(spaces, broadcast(spaces, joint))
    if len(found.shape) > LOOPS + 1:
        node.refuse(output, f"needs {len(found.shape)} nested loops to broadcast", f"at most {LOOPS + 1}")
    return found


def overlaps(loop: LoopNest, layer: Layer) -> tuple[Overlap, ...]:
    """An operand of the output's width that is read in its order may share its address; no other may."""
    dense, width = row_major(loop.shape), layer.outputs[0].dtype.bytes
    return tuple(
        ELEMENTWISE if strides == dense and x.dtype.bytes == width else DISJOINT
        for strides, x in zip(loop.strides, layer.inputs, strict=False)
    )
