"""What a shape rule sees of an op: the inferred shapes of its operands, and their values if constant.

A rule is ``rule(view) -> shapes of the outputs``. For operands that do not fit it raises ``ValueError`` or
``IndexError``; the caller turns that into a ``ModelError``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tinykd.graph.ir import Array, Op, Options, Tensor

Shape = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class View:
    """``op`` with its operands as inferred so far."""

    op: Op
    inputs: tuple[Tensor | None, ...]

    @property
    def options(self) -> Options:
        return self.op.options

    def tensor(self, i: int) -> Tensor:
        found = self.inputs[i] if i < len(self.inputs) else None
        if found is None:
            raise ValueError(f"operand {i} is absent")
        return found

    def shape(self, i: int) -> Shape:
        return self.tensor(i).shape

    def shapes(self) -> list[Shape]:
        """The shapes of all operands that are present."""
        return [t.shape for t in self.inputs if t is not None]

    def value(self, i: int) -> Array:
        """The value of an operand that must be constant."""
        found = self.tensor(i).data
        if found is None:
            raise ValueError(f"operand {i} is computed at run time")
        return found

    def numbers(self, i: int) -> list[int]:
        """A constant operand as a flat list."""
        return [int(v) for v in self.value(i).reshape(-1)]

    def known(self) -> list[Array] | None:
        """The values of all operands; None if one is absent or computed at run time."""
        values = [t.data for t in self.inputs if t is not None and t.data is not None]
        return values if len(values) == len(self.inputs) else None


Rule = Callable[[View], list[Shape]]
Rules = Mapping[str, Rule]


def axis_of(axis: int, rank: int) -> int:
    """``axis``, counted from the end where negative."""
    if not -rank <= axis < rank:
        raise ValueError(f"axis {axis} of {rank}")
    return axis % rank
