"""Less scratch memory where the arena's size hangs on it.

The steps that need the most memory get kernels of less scratch memory, as long as the most that a step needs
becomes less, and the program's cost stays below a bound. The layers that gain nothing by it have their
fastest kernel again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tinykd.compiler.bands.layer import ByRows
from tinykd.compiler.code import Code
from tinykd.compiler.layer import Layer
from tinykd.compiler.lowering.choice import KernelChoice


@dataclass(eq=False)
class Leaner:
    """``choice``: what the code's kernels are chosen by, and its chains'; ``most_cost``: of the program;
    ``enough``: bytes of arena that need not be saved."""

    choice: KernelChoice
    most_cost: float
    enough: int = 0

    def best(self, code: Code) -> Code:
        """``code``, or one that needs less memory."""
        while code.peak > self.enough:
            layers = self._to_change(code)
            tried = self.changed(code, layers, lean=True)
            if not layers or tried.peak >= code.peak or tried.cost > self.most_cost:
                return self.changed(code, layers, lean=False)
            code = self.without_needless(tried, layers)
        return code

    def without_needless(self, code: Code, layers: Sequence[Layer]) -> Code:
        """``code`` with the fastest kernels for those of ``layers`` whose others save nothing."""
        for layer in layers:
            tried = self.changed(code, [layer], lean=False)
            if tried.peak <= max(code.peak, self.enough):
                code = tried
            else:
                self.choice.lean.add(id(layer))
        return code

    def changed(self, code: Code, layers: Sequence[Layer], lean: bool) -> Code:
        """``code`` with other kernels for ``layers``."""
        keys = {id(layer) for layer in layers}
        self.choice.lean = self.choice.lean | keys if lean else self.choice.lean - keys
        kernels, calls = list(code.kernels), list(code.calls)
        for i, layer in enumerate(code.lowering.layers):
            if not keys.isdisjoint(map(id, layer.members or (layer,))):
                if not isinstance(layer, ByRows):
                    kernels[i] = self.choice.of(layer, kernels[i].align)
                calls[i] = kernels[i].emit_call(layer, code.target)
        return replace(code, kernels=tuple(kernels), calls=calls)

    def _to_change(self, code: Code) -> list[Layer]:
        """The layers of the steps that need the most, that could have a kernel of less scratch memory."""
        pairs = zip(code.lowering.layers, code.needs, strict=True)
        layers = self.choice.lean_parts([step for step, need in pairs if need == code.peak])
        return [layer for layer in layers if id(layer) not in self.choice.lean]
