"""Which layers go by rows, and how many at a time.

The step that needs the most memory is looked for, and every chain of layers around it is tried: what the
arena would need at least, and what it would cost in the kernels' own estimates. The best is taken, until
nothing is gained or the memory that there is suffices. Needs are lower bounds of a plan and estimates of a
chain's scratch memory, so a few of the best are not told apart; the plan that is made in the end is what
counts.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from tinykd.compiler.bands.chain import Chain, chain_of
from tinykd.compiler.bands.cost import ChainCosts
from tinykd.compiler.bands.layer import ByRows, overlaps, replaced
from tinykd.compiler.bands.reads import reads_of
from tinykd.compiler.kernel import Call
from tinykd.compiler.layer import Layer
from tinykd.compiler.lowering.choice import KernelChoice
from tinykd.compiler.lowering.lower import Lowering
from tinykd.compiler.memory.allocation import Allocation
from tinykd.compiler.memory.plan import ALIGN

ROWS = (1, 2, 3, 4, 6, 8)  # of the last layer of a chain, in one band
REACH = 14  # layers before and after the one that needs the most
TRIED = 8  # chains that are tried with more rows than one


@dataclass(frozen=True, eq=False)
class Offer:
    """Chains that could go by rows: the most that a step needs then, in bytes, and the cost of all layers."""

    chains: tuple[Chain, ...]
    need: int
    cost: float

    def rank(self, enough: int) -> tuple[int, float]:
        """The smaller the better; below ``enough`` memory does not count."""
        return max(self.need, enough), self.cost


@dataclass(eq=False)
class BandPlanner:
    """``calls``: of ``lowering.layers`` as they are. ``enough``: bytes of arena that need not be saved."""

    lowering: Lowering
    calls: Sequence[Call]
    choice: KernelChoice
    most_cost: float  # of the program
    enough: int = 0
    whole: dict[int, Call] = field(init=False)
    costs: dict[int, float] = field(init=False)
    estimate: ChainCosts = field(init=False)

    def __post_init__(self) -> None:
        layers = self.lowering.layers
        self.whole = {id(layer): call for layer, call in zip(layers, self.calls, strict=True)}
        self.estimate = ChainCosts(self.choice)
        self.costs = {id(layer): self.estimate.of(layer) for layer in layers}

    def best(self) -> tuple[Chain, ...]:
        """The chains; none where nothing is gained."""
        found = self._offer(())
        while found.need > self.enough:
            offers = [o for o in self._around(found) if o.cost <= self.most_cost and o.need < found.need]
            if not offers:
                break
            found = min(offers, key=lambda offer: offer.rank(self.enough))
        return self._cheaper(found).chains

    def _cheaper(self, found: Offer) -> Offer:
        """The same chains with as many rows as the memory bears that is needed anyway."""
        for place, chain in enumerate(found.chains):
            others = [chain_of(chain.layers, rows) for rows in ROWS if rows > chain.rows]
            for other in filter(None, others):
                offer = self._offer((*found.chains[:place], other, *found.chains[place + 1 :]))
                if offer.need <= max(found.need, self.enough) and offer.cost < found.cost:
                    found = offer
        return found

    def _around(self, found: Offer) -> Iterator[Offer]:
        """Offers with one more chain, or a longer one, around the step that needs the most."""
        single = [offer for span in self._spans(found) if (offer := self._with(found, span, 1))]
        gaining = sorted((o for o in single if o.need < found.need), key=lambda o: o.rank(0))
        yield from gaining
        for offer in gaining[:TRIED]:
            new = next(chain for chain in offer.chains if chain not in found.chains)
            for rows in ROWS[1:]:
                if more := self._with(found, new.layers, rows):
                    yield more

    def _spans(self, found: Offer) -> Iterator[tuple[Layer, ...]]:
        """Runs of layers around the step that needs the most, that hold chains whole or not at all."""
        layers = self.lowering.layers
        low, high = self._peak(found)
        for first in range(low, max(low - REACH, 0) - 1, -1):
            for last in range(max(high, first + 1), min(high + REACH, len(layers))):
                span = tuple(layers[first : last + 1])
                if self.is_chain(first, last) and all(self._holds(span, chain) for chain in found.chains):
                    yield span

    def _peak(self, found: Offer) -> tuple[int, int]:
        """The first and the last layer of the step that needs the most."""
        layers = replaced(self.lowering.layers, found.chains)
        needed = self._needed(found.chains)[: len(layers)]
        layer = layers[needed.index(max(needed))]
        place = {id(layer): i for i, layer in enumerate(self.lowering.layers)}
        if isinstance(layer, ByRows):
            return place[id(layer.chain.layers[0])], place[id(layer.chain.layers[-1])]
        return place[id(layer)], place[id(layer)]

    def _holds(self, span: tuple[Layer, ...], chain: Chain) -> bool:
        inside = [layer in span for layer in chain.layers]
        return all(inside) or not any(inside)

    def is_chain(self, first: int, last: int) -> bool:
        """Whether only layers from ``first`` to ``last`` read what those before ``last`` make."""
        inside = self.lowering.layers[first:last]
        if any(reads_of(layer) is None for layer in inside):
            return False
        return all(self.last_reader.get(layer.outputs[0].index, 1 << 30) <= last for layer in inside)

    @cached_property
    def last_reader(self) -> Mapping[int, int]:
        """Of each tensor that layers alone read, and under its own name: the place of the last one."""
        layers, lowering = self.lowering.layers, self.lowering
        found = {t.index: i for i, layer in enumerate(layers) for t in layer.inputs}
        shared = {lowering.root(t)[0] for t in lowering.graph.main.outputs}
        shared |= {index for pair in lowering.aliases.items() for index in (pair[0], pair[1][0])}
        return {index: place for index, place in found.items() if index not in shared}

    def _with(self, found: Offer, span: tuple[Layer, ...], rows: int) -> Offer | None:
        chain = chain_of(span, rows)
        if chain is None:
            return None
        kept = tuple(other for other in found.chains if other.layers[0] not in span)
        return self._offer((*kept, chain))

    def _offer(self, chains: tuple[Chain, ...]) -> Offer:
        inside = {id(layer) for chain in chains for layer in chain.layers}
        cost = sum(value for key, value in self.costs.items() if key not in inside)
        cost += sum(self.estimate.of_chain(chain) for chain in chains)
        return Offer(chains, max(self._needed(chains), default=0), cost)

    def _needed(self, chains: tuple[Chain, ...]) -> list[int]:
        """Of each step of the program with ``chains``."""
        layers = replaced(self.lowering.layers, chains)
        calls = [self._call(layer) for layer in layers]
        return Allocation(replace(self.lowering, layers=layers), calls, ALIGN).needed_bytes()

    def _call(self, layer: Layer) -> Call:
        if isinstance(layer, ByRows):
            return Call("bands", scratch_bytes=layer.chain.memory(self.whole), overlaps=overlaps(layer.chain))
        return self.whole[id(layer)]
