"""The streaming ``.tflite`` of one word, as ESPHome's micro_wake_word runs it.

Source of what it takes: esphome/components/micro_wake_word/streaming_model.cpp (shapes, types, the ops that
it registers, 20 variables).
"""

from dataclasses import dataclass
from itertools import count

from tinykd.compiler.streaming.rewrite import stream_graph
from tinykd.errors import ModelError
from tinykd.graph.ends import peeled
from tinykd.graph.instead import layer_of
from tinykd.graph.ir import Graph, Op, Subgraph
from tinykd.graph.shapes.settle import settled
from tinykd.graph.writer import written
from tinykd.wake_word.ends import Normalised, with_ends
from tinykd.wake_word.variables import Numbers, with_variables

MOST_VARIABLES = 20
_KEPT = (
    "CALL_ONCE VAR_HANDLE READ_VARIABLE ASSIGN_VARIABLE STRIDED_SLICE CONCATENATION RESHAPE PACK SPLIT_V PAD"
)
_COMPUTED = (
    "CONV_2D DEPTHWISE_CONV_2D FULLY_CONNECTED ADD MUL MEAN AVERAGE_POOL_2D MAX_POOL_2D LOGISTIC QUANTIZE"
)
OPS = frozenset([*_KEPT.split(), *_COMPUTED.split()])


@dataclass(frozen=True)
class WakeWord:
    """``model``: the bytes; ``warm_up``: hops after which nothing is left of what was before the first."""

    model: bytes
    warm_up: int


def wake_word(graph: Graph, hop_rows: int, features: Normalised, chosen: int) -> WakeWord:
    """``graph`` in hops of ``hop_rows`` rows of 40 features, with the probability of class ``chosen``."""
    integers, _ = peeled(settled(graph), "integer")
    streamed = stream_graph(integers, hop_rows)
    numbers = Numbers(count(1 + _last(streamed.graph.main)))
    main = with_ends(with_variables(streamed, numbers), features, chosen, numbers)
    _check(main)
    return WakeWord(written(main, "made by tinykd"), streamed.warm_up)


def _last(graph: Subgraph) -> int:
    tensors = [t for op in graph.ops for t in (*op.inputs, *op.outputs) if t is not None]
    return max(tensor.index for tensor in tensors)


def _check(graph: Subgraph) -> None:
    for op in graph.ops:
        if op.kind not in OPS:
            found = "ESPHome's micro_wake_word has no such op"
            raise ModelError(_named(op), found, ", ".join(sorted(OPS)), 'Use [student] model = "tcn"')
    variables = sum(op.kind == "VAR_HANDLE" for op in graph.ops)
    if variables > MOST_VARIABLES:
        found = f"{variables} rings of rows"
        raise ModelError("model", found, f"at most {MOST_VARIABLES}", "Use fewer layers: [student] depth")


def _named(op: Op) -> str:
    layer = layer_of(op)
    return f"op {op.index} {op.kind}" + (f" (layer {layer})" if layer else "")
