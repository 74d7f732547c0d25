"""What a chain costs by rows, in the kernels' own estimates."""

from typing import Any

from tinykd.compiler.bands.chain import Chain
from tinykd.compiler.bands.reads import rows_of
from tinykd.compiler.kernel import Kernel
from tinykd.compiler.layer import Layer
from tinykd.compiler.lowering.choice import KernelChoice

CALL = 300  # what calling a kernel once more costs, about


class ChainCosts:
    """Costs of layers, of some of their rows and of chains; kernels are chosen once a layer."""

    def __init__(self, choice: KernelChoice) -> None:
        self.choice, self.target = choice, choice.target
        self._kernels: dict[int, tuple[Layer, Kernel[Any]]] = {}  # with the layer, whose id stays its own

    def of(self, layer: Layer, some: Layer | None = None) -> float:
        """Of ``layer``, or of ``some`` of its rows, by its kernel."""
        if id(layer) not in self._kernels:
            self._kernels[id(layer)] = (layer, self.choice.of(layer))
        return self._kernels[id(layer)][1].cost(some or layer, self.target)

    def of_chain(self, chain: Chain) -> float:
        """Of all bands: kernels of their rows, and rows that are carried over."""
        carried = sum(held.carry * chain.row_bytes()[t] for t, held in chain.held.items())
        return carried * chain.schedule.bands + sum(self._stage(chain, k) for k in range(len(chain.stages)))

    def _stage(self, chain: Chain, k: int) -> float:
        layer, stage = chain.layers[k], chain.stages[k]
        if chain.totals and k == len(chain.stages) - 1:
            return 5.0 * layer.inputs[0].elements
        pieces = [turn.piece(stage) for turn in chain.schedule.turns[k]]
        once = {piece: self.of(layer, rows_of(layer, piece)) for piece in set(pieces)}
        return sum(once[piece] + CALL for piece in pieces)
