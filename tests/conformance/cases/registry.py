"""The table that case functions enter themselves into."""

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.conformance.builder import Op, Tensor, build, graph_io
from tests.conformance.choose import Choose


@dataclass(frozen=True)
class Case:
    """One model. ``input_ranges`` narrows the values of an input (by name) to (low, high)."""

    ops: list[Op]
    inputs: list[Tensor] | None = None
    outputs: list[Tensor] | None = None
    other_subgraphs: list[list[Op]] = field(default_factory=list)
    input_ranges: dict[str, tuple[int, int]] = field(default_factory=dict)

    def model(self) -> bytes:
        return build(self.ops, self.inputs, self.outputs, self.other_subgraphs)

    def graph_inputs(self) -> list[Tensor]:
        return graph_io(self.ops, self.inputs, self.outputs)[0]

    def graph_outputs(self) -> list[Tensor]:
        return graph_io(self.ops, self.inputs, self.outputs)[1]


CASES: dict[str, Callable[[Choose], Case]] = {}


def case(*ops: str) -> Callable[[Callable[[Choose, str], Case]], Callable[[Choose, str], Case]]:
    """Enters the function for each of ``ops``; it gets the op's name."""

    def enter(function: Callable[[Choose, str], Case]) -> Callable[[Choose, str], Case]:
        for op in ops:
            CASES[op] = lambda choose, op=op: function(choose, op)
        return function

    return enter
