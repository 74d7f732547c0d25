"""Ops that only move values, left in float between DEQUANTIZE and QUANTIZE of one scale, on the integers.

TensorFlow's quantizer leaves a SPLIT in float now and then where nothing reads one of its results, as in the
first step of an unrolled LSTM or GRU: DEQUANTIZE, SPLIT, QUANTIZE. Of one scale and zero point QUANTIZE gives
back what DEQUANTIZE was given, and moving values does not change them, so the bytes are TFLM's.
"""

from collections import defaultdict
from dataclasses import dataclass, field, replace

from tinykd.graph.ends import is_plain
from tinykd.graph.ir import DType, Graph, Op, Subgraph, Tensor

# The operand that is moved, by the kind of op; all others are constants or sizes.
MOVES = {
    "SPLIT": 1,
    **dict.fromkeys(("SPLIT_V", "UNPACK", "RESHAPE", "SQUEEZE", "EXPAND_DIMS", "TRANSPOSE"), 0),
    **dict.fromkeys(("SLICE", "STRIDED_SLICE"), 0),
}


def without_islands(graph: Graph) -> Graph:
    """``graph`` with each such op of its main subgraph on integers; itself if there is none."""
    if not any(op.kind == "QUANTIZE" for op in graph.main.ops):
        return graph
    found = _Islands(graph.main)
    return replace(graph, subgraphs=(found.replaced(), *graph.subgraphs[1:])) if found.new else graph


@dataclass
class _Islands:
    graph: Subgraph
    writers: dict[int, Op] = field(default_factory=dict)  # by the tensor's index
    readers: dict[int, list[Op]] = field(default_factory=lambda: defaultdict(list))
    new: dict[int, Op] = field(default_factory=dict)  # by the op's index: on integers
    left_out: set[int] = field(default_factory=set)  # indices of QUANTIZE and DEQUANTIZE

    def __post_init__(self) -> None:
        for op in self.graph.ops:
            self.writers |= {t.index: op for t in op.outputs}
            for index in {t.index for t in op.inputs if t is not None}:
                self.readers[index].append(op)
        for op in self.graph.ops:
            if op.kind in MOVES and len(op.inputs) > MOVES[op.kind]:
                self._look_at(op, op.inputs[MOVES[op.kind]])

    def replaced(self) -> Subgraph:
        """The graph on integers, without a DEQUANTIZE that nothing reads any more."""
        outputs = {t.index for t in self.graph.outputs}
        for op in self.graph.ops:
            indices = [t.index for t in op.outputs]
            read = [reader for i in indices for reader in self.readers[i]]
            if op.kind == "DEQUANTIZE" and read and not outputs & {*indices}:
                self.left_out |= {op.index} if all(reader.index in self.new for reader in read) else set()
        ops = (self.new.get(op.index, op) for op in self.graph.ops if op.index not in self.left_out)
        now = {t.index: t for op in self.new.values() for t in op.outputs}
        tensors = tuple(now.get(t.index, t) for t in self.graph.tensors)
        return replace(self.graph, ops=tuple(ops), tensors=tensors)

    def _look_at(self, op: Op, x: Tensor | None) -> None:
        """``op`` is one if it moves dequantized integers and what is read of it is quantized to them."""
        source = None if x is None else self._integers_of(x)
        if source is None or any(y in self.graph.outputs for y in op.outputs):
            return
        readers = [self.readers[y.index] for y in op.outputs]
        if not any(readers) or not all(_is_back(each, source) for each in readers):
            return
        at = MOVES[op.kind]
        results = [
            each[0].outputs[0] if each else _unread(y, source)
            for each, y in zip(readers, op.outputs, strict=True)
        ]
        inputs = (*op.inputs[:at], source, *op.inputs[at + 1 :])
        self.new[op.index] = replace(op, inputs=inputs, outputs=tuple(results))
        self.left_out |= {each[0].index for each in readers if each}

    def _integers_of(self, x: Tensor) -> Tensor | None:
        """What ``x`` was dequantized from."""
        writer = self.writers.get(x.index) if x.dtype is DType.FLOAT32 else None
        source = writer.inputs[0] if writer and writer.kind == "DEQUANTIZE" and writer.inputs else None
        return source if source is not None and is_plain(source, x) else None


def _is_back(readers: list[Op], source: Tensor) -> bool:
    """Whether nothing reads a result, or one QUANTIZE that gives the integers that it was made of."""
    if not readers:
        return True
    if len(readers) > 1 or readers[0].kind != "QUANTIZE" or len(readers[0].outputs) != 1:
        return False
    real, y = readers[0].inputs[0], readers[0].outputs[0]
    same = (y.dtype, y.scale, y.zero_point) == (source.dtype, source.scale, source.zero_point)
    return same and real is not None and is_plain(y, real)


def _unread(y: Tensor, source: Tensor) -> Tensor:
    """A result that nothing reads, as integers; under a name of its own, since the oracle has none."""
    return replace(y, name=f"{y.name}:integers", dtype=source.dtype, quantization=source.quantization)
