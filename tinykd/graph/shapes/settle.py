"""A graph with its batch pinned to 1: all shapes are inferred from those of the inputs, constants are folded.

For a batch of None, converters write every shape as if it were 1, also where an op multiplies the
batch (SPACE_TO_BATCH_ND), and compute shapes at run time (SHAPE, STRIDED_SLICE, PACK). LiteRT infers shapes
when it starts; TFLM takes those of the file. Here they are inferred as LiteRT does it, before anything is
compiled.

Shapes are inferred only if the file has a dynamic one; otherwise those of the file are used and checked.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from math import prod

from tinykd.errors import ModelError
from tinykd.graph.control_flow import KINDS as CONTROL_FLOW
from tinykd.graph.control_flow import Inliner, refusal
from tinykd.graph.decode import KIND as DECODE
from tinykd.graph.decode import decoded
from tinykd.graph.ir import Array, Graph, Op, Subgraph, Tensor
from tinykd.graph.shapes import elementwise, movement, reductions, signal, windows
from tinykd.graph.shapes.dilation import with_dilation
from tinykd.graph.shapes.fold import fold
from tinykd.graph.shapes.view import Rules, Shape, View
from tinykd.graph.validate import label

MAX_TENSOR_BYTES = 16 << 20
PIN = "Convert with batch 1 and every size fixed"
RULES: Rules = {**elementwise.RULES, **windows.RULES, **reductions.RULES, **movement.RULES, **signal.RULES}


def settled(graph: Graph) -> Graph:
    """``graph`` with the main subgraph's shapes inferred and constants folded; itself if none is dynamic."""
    opened = is_open(graph.main)
    main = with_dilation(graph.main) if opened else graph.main
    main = _Settling(main, Inliner(graph), opened).result()
    return graph if main is graph.main else replace(graph, subgraphs=(main, *graph.subgraphs[1:]))


def is_open(graph: Subgraph) -> bool:
    """Whether the file has a dynamic shape."""
    return any(t.is_open for t in graph.tensors)


@dataclass
class _Settling:
    graph: Subgraph
    inliner: Inliner
    opened: bool  # whether shapes are inferred
    now: dict[int, Tensor] = field(default_factory=dict)  # tensor index -> as it is by now

    def result(self) -> Subgraph:
        kept = list(self._kept(self.graph.ops, self.opened))
        if not self.now and not self.inliner.tensors:
            return self.graph
        return Subgraph(
            name=self.graph.name,
            tensors=tuple(self._now(t) for t in (*self.graph.tensors, *self.inliner.tensors)),
            inputs=tuple(self._now(t) for t in self.graph.inputs),
            outputs=tuple(self._now(t) for t in self.graph.outputs),
            ops=tuple(kept),
        )

    def _kept(self, ops: Sequence[Op], opened: bool) -> Iterator[Op]:
        """``ops`` on their operands so far, without those whose output is constant."""
        todo = deque(ops)
        while todo:
            op = todo.popleft()
            if op.kind in CONTROL_FLOW:
                todo.extendleft(reversed(self._taken(op, opened)))
            elif (new := self._op(op, opened)) is not None:
                yield new

    def _taken(self, op: Op, opened: bool) -> list[Op]:
        """What an IF or a WHILE is, by its condition."""
        if op.kind == "IF":
            condition = op.inputs[0] if op.inputs else None
            if condition is not None and (now := self._now(condition)).data is None:
                return self.inliner.chosen(op, now)
            return self.inliner.branch(op, self._is_true(op, condition))
        asked = self.inliner.copied(op, "cond_subgraph_index", op.inputs)
        list(self._kept(asked.ops, opened))
        if self._is_true(op, asked.results[0] if asked.results else None):
            return self.inliner.round(op)
        return list(self.inliner.moved(op, op.inputs, op.outputs))

    def _is_true(self, op: Op, condition: Tensor | None) -> bool:
        value = None if condition is None else self._now(condition).data
        if value is None or value.size != 1:
            raise refusal(op, "its condition is computed at run time")
        return bool(value.reshape(-1)[0])

    def _now(self, tensor: Tensor) -> Tensor:
        return self.now.get(tensor.index, tensor)

    def _op(self, op: Op, opened: bool) -> Op | None:
        """``op`` on its operands so far; None if its output is constant."""
        if op.kind == DECODE:
            self._decode(op)
            return None
        inputs = tuple(None if t is None else self._now(t) for t in op.inputs)
        view = View(op, inputs)
        shapes = self._shapes(view) if opened else [t.shape for t in op.outputs]
        value = self._value(view, shapes)
        for tensor, shape in zip(op.outputs, shapes, strict=True):
            if value is not None:
                self.now[tensor.index] = replace(tensor, shape=shape, data=value)
            elif shape != tensor.shape:
                self.now[tensor.index] = replace(tensor, shape=_bounded(op, tensor, shape))
        if value is not None:
            return None
        outputs = tuple(self._now(t) for t in op.outputs)
        same = inputs == op.inputs and outputs == op.outputs
        return op if same else replace(op, inputs=inputs, outputs=outputs)

    def _decode(self, op: Op) -> None:
        """The constants that ``op`` unpacks."""
        for i, tensor in enumerate(op.outputs):
            pair = [self._now(t) for t in op.inputs[2 * i : 2 * i + 2] if t is not None]
            values = [t.data for t in pair if t.data is not None]
            if len(values) != 2 or len(op.inputs) != 2 * len(op.outputs):
                raise _undecodable(op, tensor, "it is not of two constants")
            try:
                self.now[tensor.index] = replace(tensor, data=decoded(values[0], values[1], tensor))
            except ValueError as error:
                raise _undecodable(op, tensor, f"{error}") from None

    def _shapes(self, view: View) -> list[Shape]:
        """The outputs' shapes: by the op's rule, or those of the file if no shape before it has changed."""
        rule, op = RULES.get(view.op.kind), view.op
        if rule is None:
            moved = view.inputs != op.inputs
            for tensor in op.outputs:
                if tensor.is_variable or not (moved or tensor.is_open_inside):
                    continue
                raise _unknown(op, tensor, "its size follows from an open one")
            return [t.shape for t in op.outputs]
        try:
            found = rule(view)
        except (ValueError, IndexError, ZeroDivisionError, OverflowError) as error:
            raise _unknown(op, op.outputs[0] if op.outputs else None, f"{error}") from None
        if len(found) != len(op.outputs):
            raise _unknown(op, None, f"has {len(op.outputs)} outputs where {len(found)} are made")
        return [tuple(int(n) for n in shape) for shape in found]

    def _value(self, view: View, shapes: list[Shape]) -> Array | None:
        op = view.op
        if len(op.outputs) != 1 or op.outputs[0].is_variable or any(n < 0 for n in shapes[0]):
            return None
        try:
            return fold(view, op.outputs[0].dtype, shapes[0])
        except (ValueError, IndexError, ZeroDivisionError, OverflowError):
            return None  # the lowering reports it


def _undecodable(op: Op, tensor: Tensor, why: str) -> ModelError:
    return ModelError(f"op {op.index} {op.kind}", f"{label(tensor)} cannot be decoded ({why})")


def _bounded(op: Op, tensor: Tensor, shape: Shape) -> Shape:
    """``shape`` if a tensor may have it; else a ``ModelError``."""
    if any(n < 1 for n in shape) or prod(shape) * tensor.dtype.bytes > MAX_TENSOR_BYTES:
        raise _unknown(op, tensor, f"would have shape {list(shape)}")
    return shape


def _unknown(op: Op, tensor: Tensor | None, why: str) -> ModelError:
    found = f"{label(tensor)}: {why}" if tensor is not None else why
    return ModelError(f"op {op.index} {op.kind}", found, "sizes that follow from the input's", PIN)
