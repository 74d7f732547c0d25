"""Where every buffer lies in the arena: lifetimes, overlaps that the kernels allow, and a lower bound.

A buffer lives from the step that writes it to the last step that reads it. Two buffers that live at one
step must not share bytes, except the output of that step and an input that dies there: as far as the
kernel's ``Overlap`` allows.

The search places buffers one by one at the lowest address that fits, in several orders (by size, by time,
by the crowdedness of their steps, then seeded random ones), and keeps the smallest arena. The lower bound
is the most that must be alive at one step, with the output allowed to overlap as much as its kernel can;
the gap is what planning may have lost.
"""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from tinykd.compiler.kernel import Overlap

ALIGN = 4  # bytes, of every buffer unless a kernel requires more: kernels load words
ROUNDS = 800  # random orders that are tried
EFFORT = 2_000_000  # pairs of buffers looked at in all; bounds the time on graphs of any size


@dataclass(frozen=True)
class Buffer:
    """``size`` bytes that live from step ``first`` to step ``last``, both included."""

    name: str
    size: int
    first: int
    last: int


@dataclass(frozen=True)
class Sharing:
    """Buffers ``source`` (an input that dies) and ``target`` (the output) of one step, and how they may
    overlap."""

    source: int
    target: int
    overlap: Overlap


@dataclass(frozen=True)
class Plan:
    buffers: tuple[Buffer, ...]
    offsets: tuple[int, ...]
    arena_bytes: int
    lower_bound: int


@dataclass(frozen=True)
class _Problem:
    buffers: tuple[Buffer, ...]
    rules: dict[tuple[int, int], Overlap]  # (source, target)
    clashes: tuple[tuple[int, ...], ...]  # per buffer: those alive together with it
    align: int

    def forbidden(self, placed: int, at: int, new: int) -> list[tuple[int, int]]:
        """Open intervals of offsets at which ``new`` would clash with ``placed``, which lies at ``at``."""
        a, b = self.buffers[placed].size, self.buffers[new].size
        low, high = at - b, at + a  # disjoint at or outside of these
        if (rule := self.rules.get((placed, new))) is not None:  # placed is the input, new the output
            return _without(
                low,
                high,
                self.floor(at - rule.min_input_offset) if rule.min_input_offset is not None else None,
                at,
                rule.in_place,
                True,
            )
        if (rule := self.rules.get((new, placed))) is not None:
            return _without(
                low,
                high,
                self.ceil(at + rule.min_input_offset) if rule.min_input_offset is not None else None,
                at,
                rule.in_place,
                False,
            )
        return [(low, high)]

    def floor(self, x: int) -> int:
        return x // self.align * self.align

    def ceil(self, x: int) -> int:
        return _ceil(x, self.align)


def _without(
    low: int, high: int, limit: int | None, at: int, in_place: bool, below: bool
) -> list[tuple[int, int]]:
    """(low, high) less what is safe: up to ``limit`` (``below``) or from it on, and the point ``at``."""
    if limit is not None:
        low, high = (max(low, limit), high) if below else (low, min(high, limit))
    if low >= high:
        return []
    if in_place and low < at < high:
        return [(low, at), (at, high)]
    return [(low, high)]


def _ceil(x: int, align: int) -> int:
    return -(-x // align) * align


def plan(buffers: Sequence[Buffer], sharings: Iterable[Sharing], align: int = ALIGN) -> Plan:
    """Offsets for ``buffers``, multiples of ``align`` (and sizes are rounded up to it)."""
    rounded = tuple(Buffer(b.name, _ceil(b.size, align), b.first, b.last) for b in buffers)
    problem = _problem(rounded, sharings, align)
    bound = lower_bound(problem)
    best: tuple[int, ...] = ()
    best_bytes = 1 << 62
    rounds = min(ROUNDS, EFFORT // (1 + sum(map(len, problem.clashes))))
    for order in islice(_orders(problem), 3 + rounds):
        offsets = _place(problem, order)
        total = max((o + b.size for o, b in zip(offsets, rounded, strict=True)), default=0)
        if total < best_bytes:
            best, best_bytes = offsets, total
        if best_bytes <= bound:
            break
    return Plan(tuple(buffers), best, best_bytes if buffers else 0, bound)


def _problem(buffers: tuple[Buffer, ...], sharings: Iterable[Sharing], align: int) -> _Problem:
    clashes = tuple(
        tuple(j for j, b in enumerate(buffers) if i != j and a.first <= b.last and b.first <= a.last)
        for i, a in enumerate(buffers)
    )
    rules = {
        (s.source, s.target): s.overlap
        for s in sharings
        # Only at the one step where the input dies and the output is born.
        if buffers[s.source].last == buffers[s.target].first
    }
    return _Problem(buffers, rules, clashes, align)


def _place(problem: _Problem, order: Sequence[int]) -> tuple[int, ...]:
    offsets: dict[int, int] = {}
    for new in order:
        walls = [
            w for p in problem.clashes[new] if p in offsets for w in problem.forbidden(p, offsets[p], new)
        ]
        offsets[new] = _lowest(sorted(walls))
    return tuple(offsets[i] for i in range(len(problem.buffers)))


def _lowest(walls: list[tuple[int, int]]) -> int:
    """The lowest offset >= 0 that is strictly inside of none of the sorted open intervals."""
    at = 0
    for low, high in walls:
        if low < at < high or (at == 0 and low < 0 < high):
            at = high
    # One pass may step into an interval that starts earlier in the list; repeat until it rests.
    while any(low < at < high for low, high in walls):
        at = min(high for low, high in walls if low < at < high)
    return at


def _orders(problem: _Problem) -> Iterator[list[int]]:
    buffers = problem.buffers
    indices = list(range(len(buffers)))
    load = _loads(problem)
    crowd = [max(load[b.first : b.last + 1], default=0) for b in buffers]
    yield sorted(indices, key=lambda i: (-buffers[i].size, buffers[i].first))
    yield sorted(indices, key=lambda i: (buffers[i].first, -buffers[i].size))
    yield sorted(indices, key=lambda i: (-buffers[i].last, -buffers[i].size))
    yield sorted(indices, key=lambda i: (-crowd[i], -buffers[i].size))
    yield sorted(indices, key=lambda i: (-(buffers[i].last - buffers[i].first) * buffers[i].size, i))
    source = random.Random(0)
    base = sorted(indices, key=lambda i: (-crowd[i], -buffers[i].size))
    while True:
        jitter = {i: -crowd[i] * source.uniform(0.5, 1.0) - buffers[i].size * source.random() for i in base}
        yield sorted(indices, key=jitter.__getitem__)
        yield source.sample(indices, len(indices))


def _loads(problem: _Problem) -> list[int]:
    steps = max((b.last for b in problem.buffers), default=-1) + 1
    load = [0] * steps
    for b in problem.buffers:
        for step in range(b.first, b.last + 1):
            load[step] += b.size
    return load


def lower_bound(problem: _Problem) -> int:
    """No arena is smaller: per step, all that is alive, less the most that its output can share with its
    inputs.

    The inputs are disjoint, so what the output shares with all of them is at most its own size.
    """
    load = _loads(problem)
    shared: dict[int, int] = {}
    for (source, target), rule in problem.rules.items():
        a, b = problem.buffers[source], problem.buffers[target]
        shared[target] = min(shared.get(target, 0) + _saving(a.size, b.size, rule, problem.align), b.size)
    for target, saving in shared.items():
        load[problem.buffers[target].first] -= saving
    largest = max((b.size for b in problem.buffers), default=0)
    return max([largest, *load], default=0)


def _saving(a: int, b: int, rule: Overlap, align: int) -> int:
    """The most bytes that an input of ``a`` and an output of ``b`` bytes can have in common."""
    shared = 0
    if rule.in_place:
        shared = min(a, b)
    if rule.min_input_offset is not None:
        min_input_offset = max(_ceil(rule.min_input_offset, align), -a)
        shared = max(shared, min(a, b - min_input_offset) if min_input_offset > 0 else min(a, b))
    return max(shared, 0)
