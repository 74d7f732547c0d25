"""Layers with their kernels and calls, and what memory and time they take."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import Call, Kernel
from tinykd.compiler.lowering.lower import Lowering
from tinykd.compiler.memory.allocation import Allocation
from tinykd.compiler.memory.plan import ALIGN


@dataclass(frozen=True, eq=False)
class Code:
    """For each layer of ``lowering`` its kernel and its call."""

    lowering: Lowering
    target: Target
    kernels: tuple[Kernel[Any], ...]
    calls: list[Call]

    @property
    def align(self) -> int:
        """Of every buffer, in bytes."""
        return max((kernel.align for kernel in self.kernels), default=ALIGN)

    def by_layer(self) -> dict[int, tuple[Kernel[Any], Call]]:
        """By the layer's id."""
        return dict(
            zip(map(id, self.lowering.layers), zip(self.kernels, self.calls, strict=True), strict=True)
        )

    @cached_property
    def memory(self) -> Allocation:
        return Allocation(self.lowering, self.calls, self.align)

    @property
    def arena_bytes(self) -> int:
        return self.memory.plan.arena_bytes

    @cached_property
    def cost(self) -> float:
        """Of all layers, as their kernels estimate it."""
        pairs = zip(self.kernels, self.lowering.layers, strict=True)
        return sum(kernel.cost(layer, self.target) for kernel, layer in pairs)

    @cached_property
    def needs(self) -> list[int]:
        """Bytes of each step."""
        return self.memory.needed_bytes()[: len(self.lowering.layers)]

    @property
    def peak(self) -> int:
        return max(self.needs, default=0)
