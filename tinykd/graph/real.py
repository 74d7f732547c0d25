"""Refuses float32 where integers are needed, with advice for each case: an unquantized model needs other
converter settings, a float layer between int8 layers needs another layer.
"""

from collections.abc import Sequence

from tinykd.errors import ModelError
from tinykd.graph.ends import end_ops
from tinykd.graph.instead import layer_of, quantized_instead
from tinykd.graph.ir import DType, Op, Subgraph, Tensor
from tinykd.graph.validate import label

# The only ops that may touch float32 anywhere: they turn real numbers into integers and back, or are folded.
_REAL_OPS = ("QUANTIZE", "DEQUANTIZE", "SHAPE")
MOST_NAMED = 4  # layers beside the first
_STATES = ("READ_VARIABLE", "ASSIGN_VARIABLE")
_INTEGERS = (DType.INT8, DType.INT16, DType.UINT8)
_CONVERT = "Convert with a representative dataset, TFLITE_BUILTINS_INT8, and int8 input and output types"
FILE = "MODEL.tflite"  # in messages, until the file's path is known
_SIGNAL = "CUSTOM Signal"
_PREPROCESSOR = "Give the preprocessor that ends in int8: TFLM's is audio_preprocessor_int8.tflite"
_COMMAND = f"Make it int8: tinykd quantize {FILE} --data SAMPLES (.npy, .npz, .csv or a folder)"


def is_never_quantized(graphs: Sequence[Subgraph]) -> bool:
    """Whether a model computes in float32 alone, its weights float as well."""
    ops = [op for graph in graphs for op in graph.ops]
    found = any(_is_quantized(op) or (_real(op) is not None and _is_hybrid(op)) for op in ops)
    return not found and any(_real(op) is not None for op in ops)


def check_real_types(graphs: Sequence[Subgraph]) -> None:
    """Refuse the first float or hybrid op that is at no end of a model, naming its tensor and layer."""
    quantized = any(_is_quantized(op) for graph in graphs for op in graph.ops)
    for number, graph in enumerate(graphs):
        ends = end_ops(graph) if number == 0 else frozenset()
        found = [op for op in graph.ops if op.index not in ends and _real(op) is not None]
        if found:
            part = f"subgraph {number}, " if number else ""
            where = f"{part}op {found[0].index} {found[0].kind}"
            if any(op.kind.startswith(_SIGNAL) for op in graph.ops):
                raise _features(found[0], where)
            raise _amid_int8(graph, found, where) if quantized else _never(found[0], where)


def _real(op: Op) -> Tensor | None:
    """The first float operand of an op that takes no float operands."""
    if op.kind in _REAL_OPS:
        return None
    return next((t for t in _operands(op) if t.dtype is DType.FLOAT32), None)


def _operands(op: Op) -> list[Tensor]:
    return [t for t in (*op.inputs, *op.outputs) if t is not None]


def _is_quantized(op: Op) -> bool:
    """Whether it computes on quantized integers."""
    activations = [t for t in (*op.inputs, *op.outputs) if t is not None and not t.is_constant]
    integers = [t for t in activations if t.is_quantized and t.dtype in _INTEGERS]
    return op.kind not in _REAL_OPS and bool(integers)


def _never(op: Op, where: str) -> ModelError:
    tensor = _real(op)
    assert tensor is not None
    hybrid = _is_hybrid(op)
    kind, fix = ("hybrid (int8 weights, float activations)", _CONVERT) if hybrid else ("float", _COMMAND)
    return ModelError(where, f"{kind}: {label(tensor)} is float32", "a full-int8 model", fix)


def _features(op: Op, where: str) -> ModelError:
    """A preprocessor of sound computes in integers but for what converts its features."""
    tensor = _real(op)
    assert tensor is not None
    found = f"makes floats of the sound's features: {label(tensor)} is float32"
    return ModelError(where, found, "integers to the end", _PREPROCESSOR)


def _is_hybrid(op: Op) -> bool:
    return any(t.is_constant and t.dtype is DType.INT8 for t in _operands(op))


def _amid_int8(graph: Subgraph, ops: Sequence[Op], where: str) -> ModelError:
    """Converters leave ops without an int8 form in float, whatever their settings."""
    op, tensor = ops[0], _real(ops[0])
    assert tensor is not None
    layer = layer_of(op)
    keeps = "keeps its state" if op.kind in _STATES else "stays"
    named = f"layer {layer} {keeps}" if layer else keeps
    found = f"{named} in float {_place(graph, op)}{_others(ops, layer)}: {label(tensor)} is float32"
    return ModelError(where, found, "a layer with an int8 form", quantized_instead(op))


def _others(ops: Sequence[Op], first: str) -> str:
    """The layers beside the ``first`` that stay in float, so that all are known at once."""
    named = [name for name in dict.fromkeys(layer_of(op) for op in ops) if name and name != first]
    more = f" and {len(named) - MOST_NAMED} more" if len(named) > MOST_NAMED else ""
    return f" (as do {', '.join(named[:MOST_NAMED])}{more})" if named else ""


def _place(graph: Subgraph, op: Op) -> str:
    """The position of ``op`` in the quantized model."""
    before = any(_is_quantized(other) for other in graph.ops if other.index < op.index)
    after = any(_is_quantized(other) for other in graph.ops if other.index > op.index)
    if before == after or op.kind in _STATES:
        return "in the middle of a quantized model"
    return f"at the {'end' if before else 'beginning'} of a quantized model"
