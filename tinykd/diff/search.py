"""Which layer is the first to differ, by bisection: few layers are fetched, whatever the depth. No I/O.

A difference may be hidden again by later layers, and branches differ on their own, so that halving alone may
stop at a layer that only passes on what it was given. Therefore the layer that halving finds is only taken
when all that it reads is exact; else the search goes on below the first of those that are not. What is found
in the end is guilty by itself: right inputs, wrong output.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Probe:
    """One layer that was looked at."""

    layer: int
    differs: bool


@dataclass
class _Seen:
    """Asks for each layer at most once."""

    ask: Callable[[int], bool]
    known: dict[int, bool] = field(default_factory=dict)  # in the order of asking

    def differs(self, layer: int) -> bool:
        if layer not in self.known:
            self.known[layer] = self.ask(layer)
        return self.known[layer]


@dataclass(frozen=True)
class Search:
    """The outcome: the first layer that differs (None: none does), and what was looked at for it."""

    layer: int | None
    probes: tuple[Probe, ...]


def first_wrong(count: int, differs: Callable[[int], bool], feeds: Sequence[Sequence[int]]) -> Search:
    """Search layers 0 .. count-1; ``feeds[i]``: the layers before i whose outputs layer i reads."""
    seen = _Seen(differs)
    layer = _search(count, seen, feeds)
    return Search(layer, tuple(Probe(i, found) for i, found in seen.known.items()))


def _search(count: int, seen: _Seen, feeds: Sequence[Sequence[int]]) -> int | None:
    end = _last_wrong(count, seen)
    while end is not None:
        end = _halve(end, seen)
        wrong = [layer for layer in feeds[end] if seen.differs(layer)]
        if not wrong:
            return end
        end = min(wrong)
    return None


def _last_wrong(count: int, seen: _Seen) -> int | None:
    """The last layer that differs; mostly the last of all, else the difference was hidden again."""
    return next((layer for layer in reversed(range(count)) if seen.differs(layer)), None)


def _halve(wrong: int, seen: _Seen) -> int:
    """A layer up to ``wrong`` that differs and stands behind one that does not, or is the first."""
    right = -1
    while wrong - right > 1:
        middle = (right + wrong) // 2
        if seen.differs(middle):
            wrong = middle
        else:
            right = middle
    return wrong
