"""Which kernel a layer has: the fastest, or one of less scratch memory where that was asked for."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import Kernel
from tinykd.compiler.layer import Layer
from tinykd.compiler.lowering.portable import is_own
from tinykd.compiler.lowering.registry import able, choose

MOST_COST = 1.25  # of the fastest kernel's: what less scratch memory may cost a layer


@dataclass(eq=False)
class KernelChoice:
    """``lean``: the layers, by id, whose kernel is to need little scratch memory."""

    target: Target
    lean: set[int] = field(default_factory=set)
    _leanest: dict[tuple[int, int], tuple[Layer, Kernel[Any]]] = field(
        default_factory=dict
    )  # by id and align

    def of(self, layer: Layer, align: int = 4) -> Kernel[Any]:
        """The kernel of ``layer``, whose operands can be placed at multiples of ``align`` bytes."""
        if id(layer) in self.lean:
            return self.leanest(layer, align)
        return choose(layer, self.target, align)

    def lean_parts(self, steps: Iterable[Layer]) -> list[Layer]:
        """Those of ``steps``, and of chains among them, that have a kernel of less scratch memory."""
        return [part for step in steps for part in step.members or (step,) if self.is_leaner(part)]

    def is_leaner(self, layer: Layer) -> bool:
        """Whether there is a kernel of less scratch memory than the fastest's. Layers of replaceable weights
        keep theirs, which are two."""
        return not self.target.replaceable and self.leanest(layer) is not choose(layer, self.target)

    def leanest(self, layer: Layer, align: int = 4) -> Kernel[Any]:
        """As ``_found``, once a layer."""
        key = id(layer), align
        if key not in self._leanest:
            self._leanest[key] = layer, self._found(layer, align)
        return self._leanest[key][1]

    def _found(self, layer: Layer, align: int) -> Kernel[Any]:
        """That of the least scratch memory among those that cost little more than the fastest; estimates of a
        core's own kernels are not to be held against those of portable ones."""
        fastest = choose(layer, self.target, align)
        most = MOST_COST * fastest.cost(layer, self.target)
        alike = [k for k in able(layer, self.target, align) if is_own(k) == is_own(fastest)]
        near = [kernel for kernel in alike if kernel.cost(layer, self.target) <= most]
        if len(near) == 1:
            return near[0]
        return min(near, key=lambda k: (self._scratch(k, layer), k.cost(layer, self.target)))

    def _scratch(self, kernel: Kernel[Any], layer: Layer) -> int:
        return kernel.emit_call(layer, self.target).scratch_bytes
