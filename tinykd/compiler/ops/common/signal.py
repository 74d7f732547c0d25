"""What the lowerings of TFLM's signal ops share: their options, and the sizes that they check."""

from tinykd.compiler.node import Node
from tinykd.graph.ir import Array, DType, Tensor


def setting(node: Node, key: str, least: int, most: int) -> int:
    """The number ``key`` of the op's options; refused outside of ``least``..``most``."""
    value = node.options.values.get(key)
    if not isinstance(value, int | float) or not least <= value <= most:
        found = "absent" if value is None else str(value)
        node.refuse(None, f"option {key} is {found}", f"{least}..{most}", "Convert it again")
    return int(value)


def vector(node: Node, tensor: Tensor, dtype: DType, size: int | None = None) -> int:
    """Elements of ``tensor``, which has one dimension and ``dtype``; ``size`` of them if that is not None."""
    (found,) = node.ranked(node.typed(tensor, dtype), 1).shape
    if size is not None:
        node.shaped(tensor, (size,))
    return found


def scalar(node: Node, tensor: Tensor, dtype: DType) -> Tensor:
    return node.shaped(node.typed(tensor, dtype), ())


def table(node: Node, i: int, size: int | None = None) -> Array:
    """The constant int16 vector that operand ``i`` is; of ``size`` elements if that is not None."""
    vector(node, node.input(i), DType.INT16, size)
    return node.value(i)


def rows(node: Node, tensor: Tensor, dtype: DType) -> tuple[int, int]:
    """(product of the outer dimensions, innermost dimension) of ``tensor``, which has ``dtype``."""
    node.typed(tensor, dtype)
    if not tensor.shape:
        node.refuse(tensor, "has no dimension", "one at least")
    inner = tensor.shape[-1]
    return tensor.elements // inner, inner
