"""The program of the smallest arena, or of one that is small enough: by rows, and by leaner kernels.

Which layers go by rows hangs on the scratch memory of their kernels, and what a chain may cost on the cost of
the others. So both are tried from three starts: the fastest kernels everywhere; leaner ones where the arena's
size hangs on them layer by layer; leaner ones everywhere. Leaner ones that the arena's size does not hang on
are taken back in the end, which makes room for more than the program may cost: chains are chosen within that,
and within what they would be allowed if the start's kernels were the fastest.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from tinykd.compiler.bands.choose import BandPlanner
from tinykd.compiler.bands.layer import BandKernel, ByRows, PieceCalls, replaced
from tinykd.compiler.code import Code
from tinykd.compiler.leaner import Leaner
from tinykd.compiler.lowering.choice import KernelChoice

MOST_COST = 1.15  # of a program that goes layer by layer


@dataclass(frozen=True, eq=False)
class LessMemory:
    """``code``: layer by layer, of the fastest kernels; ``enough``: bytes of arena that need not be saved."""

    code: Code
    enough: int = 0

    def best(self) -> Code:
        """Of the smallest arena at 15 % more cost at most."""
        tried = [found for lean in self._starts() for found in self._from(lean)]
        return min(
            [self.code, *tried],
            key=lambda c: (c.cost > self._most_cost, max(c.arena_bytes, self.enough), c.cost),
        )

    @property
    def _most_cost(self) -> float:
        return MOST_COST * self.code.cost

    def _leaner(self, choice: KernelChoice) -> Leaner:
        return Leaner(choice, self._most_cost, self.enough)

    def _starts(self) -> list[frozenset[int]]:
        """Layers, by id, whose kernels are lean at the beginning."""
        choice = KernelChoice(self.code.target)
        lean = frozenset(map(id, choice.lean_parts(self.code.lowering.layers)))
        self._leaner(choice).best(self.code)
        return list(dict.fromkeys((frozenset(), frozenset(choice.lean), lean)))

    def _from(self, lean: frozenset[int]) -> Iterator[Code]:
        layers = [layer for layer in self.code.lowering.layers if id(layer) in lean]
        start = self._leaner(KernelChoice(self.code.target)).changed(self.code, layers, lean=True)
        for most in dict.fromkeys((self._most_cost, MOST_COST * start.cost)):
            choice = KernelChoice(self.code.target, set(lean))
            leaner = self._leaner(choice)
            yield leaner.without_needless(leaner.best(self.by_rows(start, choice, most)), layers)

    def by_rows(self, code: Code, choice: KernelChoice, most_cost: float) -> Code:
        """``code`` with the chains that save the most memory, if any."""
        planner = BandPlanner(code.lowering, code.calls, choice, most_cost, self.enough)
        lowering = replace(code.lowering, layers=replaced(code.lowering.layers, planner.best()))
        bands, known = BandKernel(PieceCalls(choice)), code.by_layer()
        pairs = [
            (bands, bands.emit_call(layer, code.target)) if isinstance(layer, ByRows) else known[id(layer)]
            for layer in lowering.layers
        ]
        return Code(lowering, code.target, tuple(kernel for kernel, _ in pairs), [call for _, call in pairs])
