"""Checks of a whole subgraph (values are written before they are read), and a tensor's name in messages."""

from tinykd.errors import one_line
from tinykd.graph.flatbuffer import damaged
from tinykd.graph.ir import Subgraph, Tensor


def check_order(graph: Subgraph, where: str) -> None:
    """Every operand is an input, a constant, a variable that no op writes, or was written by an earlier op,
    and written once."""
    written = {t.index for op in graph.ops for t in op.outputs}
    known = {t.index for t in graph.tensors if t.is_constant or (t.is_variable and t.index not in written)}
    constants = {t.index for t in graph.tensors if t.is_constant}
    known |= {t.index for t in graph.inputs}
    for op in graph.ops:
        for tensor in op.inputs:
            if tensor is not None and tensor.index not in known:
                raise damaged(f"op {op.index} {op.kind} reads {label(tensor)} before anything wrote it")
        for tensor in op.outputs:
            if tensor.index in known:
                raise damaged(f"op {op.index} {op.kind} writes {label(tensor)}, which already has a value")
        known |= {t.index for t in op.outputs}
    for tensor in (*graph.inputs, *graph.outputs):
        if tensor.index not in known or (tensor in graph.inputs and tensor.index in constants):
            raise damaged(f"{where}: {label(tensor)} cannot be an input or output")
    if len({t.index for t in graph.inputs}) != len(graph.inputs):
        raise damaged(f"{where}: an input is named twice")


def label(tensor: Tensor) -> str:
    """The name of a tensor in messages."""
    return f"tensor {tensor.index} '{one_line(tensor.name, 80)}'"
