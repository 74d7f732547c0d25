"""A flatbuffer with the shapes that its graph has for batch 1, so that TFLM computes what LiteRT does.

TFLM takes the shapes of the file. Where those of a model with a dynamic batch contradict its ops, these
shapes are written again, at the end of the file, and so are the ops of a dilated convolution that TFLM
cannot compute in blocks (``dilation``); everything else stays as it is. Messages and reports still name the
hash of the original file.
"""

import struct

from tinykd.errors import ModelError
from tinykd.graph import schema
from tinykd.graph.flatbuffer import Table
from tinykd.graph.ir import Graph, Op, Tensor
from tinykd.graph.reader import MAX_SUBGRAPHS, MAX_TENSORS, read_any_graph
from tinykd.graph.shapes.dilation import with_dilation
from tinykd.graph.shapes.rewrite import with_ops
from tinykd.graph.shapes.settle import is_open, settled
from tinykd.graph.validate import label

_OPEN = b"\xff\xff\xff\xff"  # -1 in a signature


def contradictions(graph: Graph) -> list[tuple[Tensor, Tensor]]:
    """Tensors whose shape in the file differs from the inferred one: (as in the file, as inferred)."""
    pairs = zip(
        graph.main.tensors, settled(graph).main.tensors, strict=False
    )  # with those of subgraphs behind
    return [(old, new) for old, new in pairs if old.shape != new.shape]


def batch_notes(graph: Graph) -> tuple[str, ...]:
    """A note for a file whose shapes are inferred again; none for other files."""
    wrong = contradictions(graph) if is_open(graph.main) else []
    if not wrong:
        return ()
    old, new = wrong[0]
    return (
        f"its batch is open, and {len(wrong)} shapes are not those that its ops give ({label(old)}: "
        f"{list(old.shape)}, not {list(new.shape)}), on which TFLM computes otherwise than LiteRT; "
        "here they are inferred anew for batch 1. Convert with batch 1",
    )


def pinned(model: bytes) -> bytes:
    """``model`` with inferred shapes; the same bytes if they are right or cannot be inferred."""
    if _OPEN not in model:
        return model
    try:
        graph = read_any_graph(model)
        wrong = contradictions(graph)
        again = with_ops(model, _new_ops(graph))
    except ModelError:  # the compiler reports it
        return model
    return _rewritten(again, {new.index: new.shape for _, new in wrong if 0 not in new.shape})


def _new_ops(graph: Graph) -> list[Op]:
    """Those that stand in place of what TFLM cannot compute."""
    if not is_open(graph.main):
        return []
    both = zip(graph.main.ops, with_dilation(graph.main).ops, strict=True)
    return [new for old, new in both if new is not old]


def _rewritten(model: bytes, shapes: dict[int, tuple[int, ...]]) -> bytes:
    """Each new shape is a vector at the end of the file, and the tensor's offset points to it."""
    main = Table.root(model, schema.IDENTIFIER).tables(2, MAX_SUBGRAPHS)[0]
    out = bytearray(model) + bytes(-len(model) % 4)
    for index, table in enumerate(main.tables(0, MAX_TENSORS)):
        where = table.position_of(0) if index in shapes else None
        if where is None:
            continue
        struct.pack_into("<I", out, where, len(out) - where)
        out += struct.pack(f"<I{len(shapes[index])}i", len(shapes[index]), *shapes[index])
    return bytes(out)
