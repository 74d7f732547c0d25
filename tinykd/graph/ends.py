"""Float32 at the ends of a quantized model, peeled off: the integers inside, and what stands around them.

Converters write QUANTIZE behind a float input and DEQUANTIZE before a float output unless they are set
otherwise, and leave a softmax or a reshape behind that in float::

    outer -> (RESHAPE) -> real -> QUANTIZE -> integers
                                              integers -> DEQUANTIZE -> real -> (SOFTMAX, RESHAPE) -> outer

What lies between ``outer`` and ``real`` is left to whoever calls the program: at an input it only gives the
same numbers another shape; at an output it also may be a function that keeps the order of the numbers. All
other float layers stay in the graph, where they are refused (``real.py``). An input that several QUANTIZE
read is one of integers where they make the same of it; otherwise it stays real, and so do they.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from tinykd.graph.ir import DType, Graph, Op, Subgraph, Tensor

Io = Literal["integer", "float"]  # what a program takes and gives where the model has float32

LEAST_SCALE, LARGEST_SCALE = 2.0**-40, 2.0**40  # far outside of what converters write
_RANGES = {DType.INT8: (-128, 127), DType.UINT8: (0, 255), DType.INT16: (-32768, 32767)}
_FROM_REAL = (DType.INT8, DType.INT16)  # what TFLM's QUANTIZE makes of float32
_SHAPES = ("RESHAPE", "SQUEEZE", "EXPAND_DIMS")
_MONOTONE = ("SOFTMAX", "LOG_SOFTMAX", "LOGISTIC", "TANH")


@dataclass(frozen=True, eq=False)
class End:
    """One input or output of the model, ``outer``, and what of it the program has.

    ``real``: the float32 tensor next to ``integers``. All three are one tensor where the model has no reals.
    ``ops``: those between ``outer`` and ``port``, in execution order.
    """

    outer: Tensor
    real: Tensor
    integers: Tensor
    io: Io
    ops: tuple[Op, ...] = ()

    @property
    def is_real(self) -> bool:
        """Whether the model has reals there that stand for integers."""
        return self.real is not self.integers

    @property
    def is_converted(self) -> bool:
        """Whether the program has integers where the model has reals."""
        return self.is_real and self.io == "integer"

    @property
    def port(self) -> Tensor:
        """The program's input or output."""
        return self.integers if self.io == "integer" else self.real

    @property
    def left_out(self) -> tuple[Op, ...]:
        """The ops that compute on an output beyond the program."""
        return tuple(op for op in self.ops if op.kind in _MONOTONE)


@dataclass(frozen=True, eq=False)
class Ends:
    """In the model's order."""

    inputs: tuple[End, ...]
    outputs: tuple[End, ...]

    @property
    def integers(self) -> dict[int, Tensor]:
        """What real inputs are quantized to, by the input's index."""
        return {end.outer.index: end.integers for end in self.inputs if end.is_real}

    @property
    def left_out(self) -> tuple[Op, ...]:
        """Each once, in execution order."""
        found = {op.index: op for end in self.outputs for op in end.left_out}
        return tuple(found[index] for index in sorted(found))


AS_THEY_ARE = Ends((), ())  # of a board that has the model's own inputs and outputs


@dataclass(frozen=True, eq=False)
class _Chain:
    """``ops`` in execution order, QUANTIZE or DEQUANTIZE at the end that is next to ``integers``."""

    outer: Tensor
    real: Tensor
    integers: Tensor
    ops: tuple[Op, ...]
    twins: tuple[Op, ...] = ()  # that make of ``real`` what its first reader does, ``integers``

    def left_out(self, io: Io) -> tuple[Op, ...]:
        """What a program does not compute."""
        every = (*self.ops, *self.twins)
        return tuple(op for op in every if io == "integer" or op.kind not in ("QUANTIZE", "DEQUANTIZE"))

    def written(self) -> Iterator[Tensor]:
        """Of reals, what is not there any more without the chain."""
        yield from (t for op in self.ops for t in op.outputs if t is not self.integers)


def end_ops(graph: Subgraph) -> frozenset[int]:
    """The indices of the ops that may compute on reals, since they are ends of ``graph``."""
    chains = (*_input_chains(graph).values(), *_output_chains(graph).values())
    return frozenset(op.index for chain in chains for op in chain.ops)


def peeled(graph: Graph, io: Io) -> tuple[Graph, Ends]:
    """``graph`` without its float ends, and what they are; with ``io`` float (DE)QUANTIZE stay in it."""
    main = graph.main
    first, last = _input_chains(main), _output_chains(main)
    ends = Ends(
        tuple(_end(t, first.get(t.index), io) for t in main.inputs),
        tuple(_end(t, last.get(t.index), io) for t in main.outputs),
    )
    off = {op.index for end in (*ends.inputs, *ends.outputs) for op in end.ops}
    if not off:
        return graph, ends
    same = {op.outputs[0].index: c.integers for c in first.values() for op in c.twins if op.index in off}
    core = replace(
        main,
        inputs=tuple(end.port for end in ends.inputs),
        outputs=tuple(end.port for end in ends.outputs),
        ops=tuple(_reading(op, same) for op in main.ops if op.index not in off),
    )
    return replace(graph, subgraphs=(core, *graph.subgraphs[1:])), ends


def _reading(op: Op, same: dict[int, Tensor]) -> Op:
    """``op``, which reads the tensors in ``same`` in place of those of their indices."""
    if not any(t is not None and t.index in same for t in op.inputs):
        return op
    return replace(op, inputs=tuple(t if t is None else same.get(t.index, t) for t in op.inputs))


def _end(outer: Tensor, chain: _Chain | None, io: Io) -> End:
    if chain is None:
        return End(outer, outer, outer, io)
    return End(outer, chain.real, chain.integers, io, chain.left_out(io))


def _input_chains(graph: Subgraph) -> dict[int, _Chain]:
    """By the input's index."""
    readers = _readers(graph)
    found = ((t.index, _towards_integers(t, readers, graph)) for t in graph.inputs)
    return {index: chain for index, chain in found if chain is not None}


def _towards_integers(outer: Tensor, readers: dict[int, list[Op]], graph: Subgraph) -> _Chain | None:
    """From an input through what alone reads it."""
    ops, at = list[Op](), outer
    while at.dtype is DType.FLOAT32 and readers[at.index] and at not in graph.outputs:
        op, *twins = readers[at.index]
        if len(op.outputs) != 1 or op.inputs[0] is not at or not all(_is_twin(t, op, graph) for t in twins):
            return None
        ops.append(op)
        if op.kind == "QUANTIZE":
            fits = op.outputs[0].dtype in _FROM_REAL and is_plain(op.outputs[0], at)
            return _Chain(outer, at, op.outputs[0], tuple(ops), tuple(twins)) if fits else None
        if op.kind not in _SHAPES or op.outputs[0].elements != at.elements:
            return None
        at = op.outputs[0]
    return None


def _is_twin(op: Op, first: Op, graph: Subgraph) -> bool:
    """Whether both are QUANTIZE, and make the same of the same tensor."""
    if {op.kind, first.kind} != {"QUANTIZE"} or len(op.outputs) != 1 or op.outputs[0] in graph.outputs:
        return False
    a, b = op.outputs[0], first.outputs[0]
    return (a.dtype, a.shape, a.quantization) == (b.dtype, b.shape, b.quantization)


def _output_chains(graph: Subgraph) -> dict[int, _Chain]:
    """By the output's index; none of which something is read that is not an end."""
    writers = {t.index: op for op in graph.ops for t in op.outputs}
    readers = _readers(graph)
    found = ((t.index, _from_integers(t, writers)) for t in graph.outputs)
    chains = {index: chain for index, chain in found if chain is not None}
    while True:
        ends = {op.index for chain in chains.values() for op in chain.ops}
        needed = [
            index
            for index, chain in chains.items()
            if any(reader.index not in ends for t in chain.written() for reader in readers[t.index])
        ]
        if not needed:
            return chains
        for index in needed:
            del chains[index]


def _from_integers(outer: Tensor, writers: dict[int, Op]) -> _Chain | None:
    """From an output back to what it was computed from."""
    ops, at = list[Op](), outer
    while at.dtype is DType.FLOAT32 and at.index in writers:
        op = writers[at.index]
        source = op.inputs[0] if op.inputs else None
        if source is None or len(op.outputs) != 1 or source.elements != at.elements:
            return None
        ops.append(op)
        if op.kind == "DEQUANTIZE":
            fits = not source.is_constant and is_plain(source, at)
            return _Chain(outer, at, source, tuple(reversed(ops))) if fits else None
        if op.kind not in _SHAPES and not _keeps_order(op):
            return None
        at = source
    return None


def _keeps_order(op: Op) -> bool:
    return op.kind in _MONOTONE and (op.kind != "SOFTMAX" or op.options.real("beta") > 0)


def is_plain(integers: Tensor, real: Tensor) -> bool:
    """Whether ``integers`` stand for ``real`` by one scale; else its op stays, and says what is wrong."""
    if integers.quantization is None or integers.quantization.per_channel or integers.dtype not in _RANGES:
        return False
    low, high = _RANGES[integers.dtype]
    in_range = low <= integers.zero_point <= high and LEAST_SCALE <= integers.scale <= LARGEST_SCALE
    return in_range and integers.shape == real.shape


def _readers(graph: Subgraph) -> dict[int, list[Op]]:
    """By the tensor's index; SHAPE reads none of its numbers, and is folded."""
    found = defaultdict[int, list[Op]](list)
    for op in graph.ops:
        for index in {t.index for t in op.inputs if t is not None}:
            if op.kind != "SHAPE":
                found[index].append(op)
    return found
