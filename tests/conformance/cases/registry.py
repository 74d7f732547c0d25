"""The table that case functions enter themselves into."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.conformance.builder import Function, Op, Tensor, build, graph_io
from tests.conformance.choose import Choose


@dataclass(frozen=True)
class Case:
    """One model. ``input_ranges`` narrows the values of an input to (low, high)."""

    ops: list[Op]
    inputs: list[Tensor] | None = None
    outputs: list[Tensor] | None = None
    other_subgraphs: list[list[Op] | Function] = field(default_factory=list)
    input_ranges: dict[Tensor, tuple[int, int]] = field(default_factory=dict)

    def model(self) -> bytes:
        return build(self.ops, self.inputs, self.outputs, self.other_subgraphs)

    def graph_inputs(self) -> list[Tensor]:
        return graph_io(self.ops, self.inputs, self.outputs)[0]

    @property
    def mergeable(self) -> bool:
        """Whether it may share a model with others: no subgraphs, no variables with names."""
        return not self.other_subgraphs and all(op.kind != "VAR_HANDLE" for op in self.ops)

    def graph_outputs(self) -> list[Tensor]:
        return graph_io(self.ops, self.inputs, self.outputs)[1]


def merged(cases: Sequence[Case]) -> Case:
    """One model that holds all ``cases`` side by side, inputs and outputs in their order."""
    if len(cases) == 1:
        return cases[0]
    assert all(c.mergeable for c in cases)
    return Case(
        [op for c in cases for op in c.ops],
        [t for c in cases for t in c.graph_inputs()],
        [t for c in cases for t in c.graph_outputs()],
        input_ranges={t: r for c in cases for t, r in c.input_ranges.items()},
    )


CASES: dict[str, Callable[[Choose], Case]] = {}


def case(*ops: str) -> Callable[[Callable[[Choose, str], Case]], Callable[[Choose, str], Case]]:
    """Enters the function for each of ``ops``; it gets the op's name."""

    def enter(function: Callable[[Choose, str], Case]) -> Callable[[Choose, str], Case]:
        for op in ops:
            CASES[op] = lambda choose, op=op: function(choose, op)
        return function

    return enter
