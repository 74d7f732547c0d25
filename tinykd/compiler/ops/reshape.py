"""RESHAPE: the same bytes under another shape, so it costs nothing.

Source: tensorflow/lite/micro/kernels/reshape_common.cc. The output's shape in the file decides; it is
static there.
"""

from tinykd.compiler.layer import Alias, Folded, Lowered
from tinykd.compiler.node import Node, for_types


def lower(node: Node) -> Lowered:
    node.arity((1, 2))
    return same_bytes(node)


def same_bytes(node: Node) -> Lowered:
    """The output as the first operand's bytes; for every op that only changes the shape."""
    x, y = node.input(0), node.output
    if x.elements != y.elements or x.dtype is not y.dtype:
        node.refuse(
            y, f"has shape {list(y.shape)} of {y.dtype.value}", f"as many elements as {list(x.shape)}"
        )
    data = node.constants.get(x.index, x.data)
    return Alias(x, y) if data is None else Folded(y, data.reshape(y.shape))


LOWER = for_types({"RESHAPE": lower})
