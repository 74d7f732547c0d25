"""Holds a model against a copy of TFLM before anything is generated: ops, dense layers, geometries.

Which copies compute per-channel dense layers wrongly, and where ESP-NN does, was read in their sources and
issue threads (docs/tflm.md).
"""

from collections.abc import Iterable
from typing import Literal

from tinykd.errors import ModelError
from tinykd.graph.instead import PADDED, padding_advice
from tinykd.graph.ir import Graph, Op
from tinykd.graph.validate import label
from tinykd.tflm.copies import TflmCopy, copies_with

PerChannelDense = Literal["right", "refused", "wrong"]

STATIC = 'Type runtime = "static" in [target], or --runtime static'
_VARIABLES = ("VAR_HANDLE", "READ_VARIABLE", "ASSIGN_VARIABLE", "CALL_ONCE", "IF", "WHILE")
CUSTOM = "CUSTOM "
MOST_JOINED = 10  # inputs (micro/kernels/concatenation.cc)
REPAIR = "converter._experimental_disable_per_channel_quantization_for_dense_layers = True"
_ESP_NN_ROW = 16  # bytes; shorter rows of the input go through ESP-NN's old assembly


def check_ops(graph: Graph, copy: TflmCopy, boards_of: dict[str, tuple[str, ...]]) -> None:
    """Every op is one that ``copy`` can add; ``boards_of`` names boards by the title of their copy."""
    if len(graph.subgraphs) > 1:
        found = f"has {len(graph.subgraphs)} subgraphs"
        raise ModelError("model", found, "one, in runtime tflm", static_advice(graph))
    for op in graph.main.ops:
        where = f"op {op.index} {op.kind}"
        if op.kind in _VARIABLES:
            found = "needs resource variables or subgraphs"
            raise ModelError(where, found, "none, in runtime tflm", static_advice(graph))
        if op.kind.startswith(CUSTOM) and op.kind not in copy.ops:
            raise ModelError(where, "is a custom op", "built-in ops, in runtime tflm", static_advice(graph))
        if op.kind not in copy.ops:
            found, owners = f"{copy.title} does not have it", _owners(op.kind, boards_of)
            raise ModelError(where, found, owners, static_advice(graph))


def static_advice(graph: Graph) -> str:
    """What to type where a copy of TFLM cannot run ``graph``: runtime static, or why that cannot either."""
    from tinykd.compiler.compile import compile_graph
    from tinykd.compiler.core import CompileOptions
    from tinykd.compiler.lowering.lower import NOT_SUPPORTED

    try:
        compile_graph(graph, CompileOptions(name="model"))
    except ModelError as error:
        lacking = error.found.startswith(NOT_SUPPORTED)
        why = f"does not have {error.where} either" if lacking else f"refuses {error.where}: {error.found}"
        return f"Runtime static {why}. {error.fix}".rstrip(". ")
    return STATIC


def _owners(kind: str, boards_of: dict[str, tuple[str, ...]]) -> str:
    """Who has the op ``kind``, for an error."""
    owners = copies_with(kind)
    if not owners:
        return "an op of TensorFlow Lite Micro"
    named = (_owner(copy.title, boards_of.get(copy.title, ())) for copy in owners)
    return "a copy that has it: " + "; ".join(named)


def _owner(title: str, boards: Iterable[str]) -> str:
    names = ", ".join(boards)
    return f"{title} ({names})" if names else title


def check_joins(graph: Graph) -> None:
    """CONCATENATION of more inputs than TFLM has room for."""
    for op in graph.main.ops:
        if op.kind == "CONCATENATION" and len(op.inputs) > MOST_JOINED:
            found = f"{len(op.inputs)} inputs"
            raise ModelError(f"op {op.index} {op.kind}", found, f"at most {MOST_JOINED}, in TFLM", STATIC)


def check_padding(graph: Graph) -> None:
    """SPACE_TO_BATCH_ND that pads is refused, but for zero point 0: TFLM pads with memory it never wrote."""
    for op in graph.main.ops:
        pads = op.inputs[2] if op.kind == "SPACE_TO_BATCH_ND" and len(op.inputs) > 2 else None
        if pads is None or pads.data is None or not pads.data.any() or not op.outputs[0].zero_point:
            continue
        found = f"{label(op.outputs[0])} is padded and has zero point {op.outputs[0].zero_point}"
        raise ModelError(f"op {op.index} {op.kind}", found, PADDED, padding_advice(op.outputs[0]))


def per_channel_dense(graph: Graph) -> Op | None:
    """The first dense layer with a scale per output."""
    for op in graph.main.ops:
        weights = op.inputs[1] if op.kind == "FULLY_CONNECTED" and len(op.inputs) > 1 else None
        if weights is not None and weights.quantization and weights.quantization.per_channel:
            return op
    return None


def check_dense(graph: Graph, copy: TflmCopy, per_channel: PerChannelDense) -> None:
    """A per-channel dense layer is refused where the copy computes it wrongly, or refuses it itself."""
    op = per_channel_dense(graph)
    if op is None or per_channel == "right":
        return
    does = "computes it wrongly, without a word" if per_channel == "wrong" else "refuses it on the board"
    weights = op.inputs[1]
    assert weights is not None
    assert weights.quantization is not None
    scales = len(weights.quantization.scales)
    raise ModelError(
        f"op {op.index} FULLY_CONNECTED, {label(weights)}",
        f"has {scales} scales, one per output, and {copy.title} {does}",
        "one scale per tensor",
        f"Convert again with `{REPAIR}`. {static_advice(graph)}",
    )


def esp_nn_notes(graph: Graph) -> tuple[str, ...]:
    """Dense layers that ESP-NN 1.2.3 may compute wrongly on an ESP32-S3 (esp-nn issue 34 and sources)."""
    return tuple(note for op in graph.main.ops if op.kind == "FULLY_CONNECTED" for note in _dense_note(op))


def _dense_note(op: Op) -> Iterable[str]:
    weights = op.inputs[1] if len(op.inputs) > 1 else None
    if weights is None or not weights.shape:
        return
    outputs, row = weights.shape[0], weights.shape[-1]
    where = f"op {op.index} FULLY_CONNECTED of {row} inputs and {outputs} outputs"
    trust = "trust it only after `tinykd verify`"
    if weights.quantization and weights.quantization.per_channel:
        yield f"{where}: ESP-NN on ESP32-S3 corrupts per-channel dense layers with few outputs; {trust}"
    elif row < _ESP_NN_ROW:
        yield f"{where}: rows below 16 go through ESP-NN's old assembly on ESP32-S3; {trust}"
    elif weights.zero_point != 0:
        yield f"{where}: weights with a zero point go through ESP-NN's old assembly on ESP32-S3; {trust}"
