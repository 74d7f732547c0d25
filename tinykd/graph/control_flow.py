"""IF and WHILE as the ops of their subgraphs: those of the branch taken, of a loop as often as it runs.

Where only the inference tells which branch of an IF is taken, both are computed, and SELECT_V2 takes the
results of one; a loop must know its rounds.

A subgraph's tensors become tensors of the main graph, behind those of the file; operands and results are
copied into them and out of them as TFLM does it, without a look at their scales, by RESHAPE, which costs
nothing. Variables of a loop are one for all its rounds.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from tinykd.errors import ModelError
from tinykd.graph.ir import DType, Graph, Op, Options, Tensor

KINDS = ("IF", "WHILE")
MOST_OPS, MOST_TENSORS = 2048, 8192  # of all subgraphs together
_ONCE = "a condition that is constant"
_KEEPING = (
    *("VAR_HANDLE", "READ_VARIABLE", "ASSIGN_VARIABLE", "CALL_ONCE", "CUSTOM CIRCULAR_BUFFER"),
    *(f"CUSTOM Signal{name}" for name in ("Framer", "Stacker", "Delay", "OverlapAdd")),
    "CUSTOM SignalFilterBankSpectralSubtraction",
)
_OUTSIDE = "Leave the condition out of the model: convert the branch that is meant, or unroll the loop"


@dataclass(frozen=True, eq=False)
class Copied:
    """A subgraph as ops of the main graph, and its results there."""

    ops: tuple[Op, ...]
    results: tuple[Tensor, ...]


@dataclass
class Inliner:
    """Copies subgraphs of ``graph``; ``tensors`` are those that it made."""

    graph: Graph
    tensors: list[Tensor] = field(default_factory=list)
    _ops: int = 0
    _variables: dict[tuple[int, int], Tensor] = field(default_factory=dict)

    def branch(self, op: Op, condition: bool) -> list[Op]:
        """IF: the ops of one branch, with its results in those of ``op``."""
        name = "then" if condition else "else"
        copied = self.copied(op, f"{name}_subgraph_index", op.inputs[1:])
        return [*copied.ops, *self.moved(op, copied.results, op.outputs)]

    def chosen(self, op: Op, condition: Tensor) -> list[Op]:
        """IF: the ops of both branches, then each result from the one that ``condition`` names."""
        there, other = (self.copied(op, f"{n}_subgraph_index", op.inputs[1:]) for n in ("then", "else"))
        _check_choice(op, condition, (*there.ops, *other.ops))
        scalar = replace(self._twin(0, condition), shape=())
        ops = [*there.ops, *other.ops]
        ops.append(Op(self._number(op), "RESHAPE", (condition,), (scalar,), Options({"new_shape": ()})))
        results = [tuple(self._twin(0, t) for t in op.outputs) for _ in range(2)]
        for copied, into in zip((there, other), results, strict=True):
            ops += self.moved(op, copied.results, into)
        for a, b, y in zip(*results, op.outputs, strict=True):
            ops.append(Op(self._number(op), "SELECT_V2", (scalar, a, b), (y,), Options({})))
        return ops

    def round(self, op: Op) -> list[Op]:
        """WHILE: the ops of the body, then the loop once more, on the body's results."""
        copied = self.copied(op, "body_subgraph_index", op.inputs)
        self._number(op)  # a body without ops is one, too
        return [*copied.ops, replace(op, inputs=copied.results)]

    def copied(self, op: Op, option: str, given: Sequence[Tensor | None]) -> Copied:
        """The subgraph that ``option`` of ``op`` names, on copies of ``given``."""
        number = op.options.integer(option)
        if not 0 < number < len(self.graph.subgraphs):
            raise refusal(op, f"subgraph {number}", f"one of 1..{len(self.graph.subgraphs) - 1}")
        source = self.graph.subgraphs[number]
        if len(source.inputs) != len(given):
            raise refusal(op, f"subgraph {number} has {len(source.inputs)} inputs", f"{len(given)}")
        twins = {t.index: self._twin(number, t) for t in source.tensors}
        into = self.moved(op, given, tuple(twins[t.index] for t in source.inputs))
        ops = [self._op(each, twins) for each in source.ops]
        return Copied((*into, *ops), tuple(twins[t.index] for t in source.outputs))

    def moved(self, op: Op, given: Sequence[Tensor | None], wanted: Sequence[Tensor]) -> Iterator[Op]:
        """Copies of ``given``, byte by byte, under other names."""
        if len(given) != len(wanted):
            raise refusal(op, f"{len(given)} results", f"{len(wanted)}")
        for source, target in zip(given, wanted, strict=True):
            if source is None or (source.shape, source.dtype) != (target.shape, target.dtype):
                raise refusal(op, f"an operand of another shape than '{target.name}'", "the same shape")
            yield Op(self._number(op), "RESHAPE", (source,), (target,), Options({"new_shape": target.shape}))

    def _twin(self, number: int, tensor: Tensor) -> Tensor:
        key = (number, tensor.index)
        if key in self._variables:
            return self._variables[key]
        if len(self.tensors) == MOST_TENSORS:
            raise ModelError(
                f"subgraph {number}", f"more than {MOST_TENSORS} tensors when written out", "fewer"
            )
        made = replace(tensor, index=len(self.graph.main.tensors) + len(self.tensors))
        self.tensors.append(made)
        if tensor.is_variable:
            self._variables[key] = made
        return made

    def _op(self, op: Op, twins: dict[int, Tensor]) -> Op:
        inputs = tuple(None if t is None else twins[t.index] for t in op.inputs)
        outputs = tuple(twins[t.index] for t in op.outputs)
        if any(t.is_variable for t in outputs):
            raise refusal(op, "writes a variable in a subgraph", "it in the main graph")
        return replace(op, index=self._number(op), inputs=inputs, outputs=outputs)

    def _number(self, op: Op) -> int:
        """The index of another op of the main graph."""
        self._ops += 1
        if self._ops > MOST_OPS:
            raise refusal(op, f"its subgraphs give more than {MOST_OPS} ops", "fewer")
        return len(self.graph.main.ops) + self._ops - 1


def _check_choice(op: Op, condition: Tensor, ops: Sequence[Op]) -> None:
    """Only what keeps nothing may be computed for a branch that is not taken."""
    if condition.dtype is not DType.BOOL or condition.elements != 1:
        raise refusal(op, f"its condition is {condition.dtype.value} {list(condition.shape)}", "one bool")
    wide = next((t for t in op.outputs if t.dtype not in (DType.INT8, DType.INT16)), None)
    if wide is not None:
        raise refusal(op, f"its condition is computed at run time, and '{wide.name}' is {wide.dtype.value}")
    if any(each.kind in _KEEPING or any(t and t.is_variable for t in each.inputs) for each in ops):
        raise refusal(op, "its condition is computed at run time, and a branch keeps a state")


def refusal(op: Op, found: str, expected: str = _ONCE) -> ModelError:
    """Of an IF or a WHILE."""
    return ModelError(f"op {op.index} {op.kind}", found, expected, _OUTSIDE if expected == _ONCE else "")
