"""Checks of a whole subgraph: values are written before they are read, and nothing is left in float."""

from tinykd.errors import ModelError, one_line
from tinykd.graph.flatbuffer import damaged
from tinykd.graph.ir import DType, Op, Subgraph, Tensor

# The only ops that may touch float32: they turn real numbers into integers and back.
_REAL_OPS = ("QUANTIZE", "DEQUANTIZE")


def check_order(graph: Subgraph, where: str) -> None:
    """Every operand is an input, a constant, a variable, or was written by an earlier op, and written
    once."""
    known = {t.index for t in graph.tensors if t.is_constant or t.is_variable}
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


def check_real_types(op: Op, where: str) -> None:
    """Refuse float and hybrid ops, naming the tensor."""
    if op.kind in _REAL_OPS:
        return
    operands = [t for t in (*op.inputs, *op.outputs) if t is not None]
    real = [t for t in operands if t.dtype is DType.FLOAT32]
    if not real:
        return
    weights = [t for t in operands if t.is_constant and t.dtype is DType.INT8]
    kind = "hybrid (int8 weights, float activations)" if weights else "float"
    raise ModelError(
        where,
        f"{kind}: {label(real[0])} is float32",
        "a full-int8 model",
        "Convert with a representative dataset, TFLITE_BUILTINS_INT8, and int8 input and output types",
    )


def label(tensor: Tensor) -> str:
    """How messages name a tensor."""
    return f"tensor {tensor.index} '{one_line(tensor.name, 80)}'"
