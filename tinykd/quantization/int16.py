"""Int16 activations with int8 weights (16x8) for some layers of an int8 model, or for all; int8 at its ends.

TensorFlow's converter makes a flatbuffer whole in one or the other. Both have the same ops, so a graph is put
together from them: an activation that is to be int16 is written and read by the int16 twins of its layers,
and where types meet a QUANTIZE stands. Whoever feeds and reads the model sees no difference.
TFLite's quantization spec: int16 activations are symmetric, their biases int64.
"""

from collections.abc import Collection
from dataclasses import dataclass, field, replace

from tinykd.errors import ModelError
from tinykd.graph.ir import DType, Op, Options, Subgraph, Tensor
from tinykd.quantization.names import layer_of

GIVEN = -1  # the model's input, among activations that are numbered by the op that writes them


def layers_of(graph: Subgraph, names: frozenset[str]) -> tuple[str | None, ...]:
    """Of each op the layer among ``names`` that it comes from."""
    return tuple(
        layer_of(
            [*(t.name for t in op.inputs[1:] if t is not None and t.is_constant), op.outputs[0].name], names
        )
        for op in graph.ops
    )


def widened(narrow: Subgraph, wide: Subgraph, chosen: Collection[int] | None = None) -> Subgraph:
    """``narrow`` (int8) with the activations that the ops ``chosen`` write in int16; None: with all.

    ``wide``: the same model with int16 activations. Raises ``ModelError`` where the two have other ops,
    or where ids are given.
    """
    shapes = [
        tuple((op.kind, len(op.outputs), op.outputs[0].shape) for op in each.ops) for each in (narrow, wide)
    ]
    if narrow.inputs[0].dtype is not DType.INT8:
        raise ModelError("int16 activations", f"the model takes {narrow.inputs[0].dtype.value}", "int8")
    if shapes[0] != shapes[1] or any(len(op.outputs) != 1 for op in narrow.ops):
        raise ModelError("int16 activations", "the model has other operators than in int8")
    return _Mixer(narrow, wide, set(range(len(narrow.ops)) if chosen is None else chosen)).graph()


@dataclass
class _Mixer:
    narrow: Subgraph
    wide: Subgraph
    chosen: set[int]  # ops whose output is int16
    ops: list[Op] = field(default_factory=list)
    have: dict[tuple[int, DType], Tensor] = field(default_factory=dict)

    def graph(self) -> Subgraph:
        self.have[GIVEN, DType.INT8] = self.narrow.inputs[0]
        writers = [_writers(each) for each in (self.narrow, self.wide)]
        for number, pair in enumerate(zip(self.narrow.ops, self.wide.ops, strict=True)):
            read = {writers[0].get(id(t)) for t in pair[0].inputs}
            is_wide = number in self.chosen or bool(read & self.chosen)
            self._op(number, pair[is_wide], DType.INT16 if is_wide else DType.INT8, writers[is_wide])
        answer = self._value(writers[0][id(self.narrow.outputs[0])], DType.INT8)
        tensors = {id(t): t for op in self.ops for t in (*op.inputs, *op.outputs) if t is not None}
        return replace(self.narrow, tensors=tuple(tensors.values()), outputs=(answer,), ops=tuple(self.ops))

    def _op(self, number: int, op: Op, dtype: DType, writers: dict[int, int]) -> None:
        given = tuple(self._value(writers[id(t)], dtype) if id(t) in writers else t for t in op.inputs)
        self._append(replace(op, inputs=given))
        self.have[number, dtype] = op.outputs[0]

    def _value(self, key: int, dtype: DType) -> Tensor:
        """Activation ``key`` as ``dtype``; a QUANTIZE makes it of the other where it is not there yet."""
        if (key, dtype) not in self.have:
            other = DType.INT8 if dtype is DType.INT16 else DType.INT16
            graph = self.wide if dtype is DType.INT16 else self.narrow
            made = graph.inputs[0] if key == GIVEN else graph.ops[key].outputs[0]
            self._append(Op(0, "QUANTIZE", (self.have[key, other],), (made,), Options({})))
            self.have[key, dtype] = made
        return self.have[key, dtype]

    def _append(self, op: Op) -> None:
        self.ops.append(replace(op, index=len(self.ops)))


def _writers(graph: Subgraph) -> dict[int, int]:
    """Which op writes an activation, by the tensor's identity."""
    return {id(graph.inputs[0]): GIVEN} | {id(op.outputs[0]): i for i, op in enumerate(graph.ops)}
