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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise

from tinykd.compiler.kernel import Overlap

ALIGN = 4  # bytes, of every buffer unless a kernel requires more: kernels load words
ROUNDS = 800  # random orders that are tried
EFFORT = 2_000_000  # pairs of buffers looked at in all; bounds the time on graphs of any size


@dataclass(frozen=True)
class Buffer:
    """``size`` bytes that live from step ``first`` to step ``last``, both included.

    ``again``: the step from which on they live once more, to the end; what they held is lost between.
    """

    name: str
    size: int
    first: int
    last: int
    again: int | None = None

    def meets(self, other: "Buffer") -> bool:
        """Whether both live at one step."""
        return any(a <= d and c <= b for a, b in self.lives() for c, d in other.lives())

    def lives(self) -> tuple[tuple[int, int], ...]:
        """From which step to which."""
        once = (self.first, self.last)
        return (once,) if self.again is None else (once, (self.again, 1 << 30))

    def starts(self) -> tuple[int, ...]:
        """The steps that write it anew."""
        return (self.first,) if self.again is None else (self.first, self.again)


@dataclass(frozen=True)
class Sharing:
    """Buffers ``source`` (an input that dies) and ``target`` (the output) of one step, and how they may
    overlap. ``throughout``: at every step at which both live."""

    source: int
    target: int
    overlap: Overlap
    throughout: bool = False


@dataclass(frozen=True)
class Plan:
    """``needed``: of each step, what is alive less what can overlap."""

    buffers: tuple[Buffer, ...]
    offsets: tuple[int, ...]
    arena_bytes: int
    lower_bound: int
    needed: tuple[int, ...] = ()


@dataclass(frozen=True)
class Peak:
    """The step that decides how large the arena is; (name, bytes) of what lives at it, the largest first."""

    step: int
    needed_bytes: int
    buffers: tuple[tuple[str, int], ...]


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
            least = rule.min_input_offset
            limit = None if least is None else self.floor(at - least)
            return _without(low, high, limit, sorted(at - d for d in rule.deltas), True)
        if (rule := self.rules.get((new, placed))) is not None:
            least = rule.min_input_offset
            limit = None if least is None else self.ceil(at + least)
            return _without(low, high, limit, sorted(at + d for d in rule.deltas), False)
        return [(low, high)]

    def floor(self, x: int) -> int:
        return x // self.align * self.align

    def ceil(self, x: int) -> int:
        return _ceil(x, self.align)


def _without(low: int, high: int, limit: int | None, points: list[int], below: bool) -> list[tuple[int, int]]:
    """(low, high) less what is safe: up to ``limit`` (``below``) or from it on, and ``points``."""
    if limit is not None:
        low, high = (max(low, limit), high) if below else (low, min(high, limit))
    if low >= high:
        return []
    walls = [low, *(p for p in points if low < p < high), high]
    return list(pairwise(walls))


def _ceil(x: int, align: int) -> int:
    return -(-x // align) * align


def plan(
    buffers: Sequence[Buffer], sharings: Iterable[Sharing], align: int = ALIGN, rounds: int = ROUNDS
) -> Plan:
    """Offsets for ``buffers``, multiples of ``align`` (and sizes are rounded up to it). ``rounds``: random
    orders that are tried at most."""
    rounded = _rounded(buffers, align)
    problem = _problem(rounded, sharings, align)
    needed = _needed(rounded, problem.rules, align)
    bound = _lower_bound(rounded, needed)
    best: tuple[int, ...] = ()
    best_bytes = 1 << 62
    rounds = min(rounds, EFFORT // (1 + sum(map(len, problem.clashes))))
    for order in islice(_orders(problem), 3 + rounds):
        offsets = _place(problem, order)
        total = max((o + b.size for o, b in zip(offsets, rounded, strict=True)), default=0)
        if total < best_bytes:
            best, best_bytes = offsets, total
        if best_bytes <= bound:
            break
    return Plan(tuple(buffers), best, best_bytes if buffers else 0, bound, tuple(needed))


def peak_of(plan: Plan) -> Peak:
    """Why the arena of ``plan`` is not smaller."""
    most = max(plan.needed, default=0)
    step = plan.needed.index(most) if plan.needed else 0
    alive = [(b.name, b.size) for b in plan.buffers if any(f <= step <= last for f, last in b.lives())]
    return Peak(step, most, tuple(sorted(alive, key=lambda pair: (-pair[1], pair[0]))))


def needed_bytes(buffers: Sequence[Buffer], sharings: Iterable[Sharing], align: int = ALIGN) -> list[int]:
    """Of each step: bytes that are alive at it, less the most that its output can share with its inputs."""
    rounded = _rounded(buffers, align)
    return _needed(rounded, _rules(rounded, sharings), align)


def _rounded(buffers: Sequence[Buffer], align: int) -> tuple[Buffer, ...]:
    return tuple(replace(b, size=_ceil(b.size, align)) for b in buffers)


def _problem(buffers: tuple[Buffer, ...], sharings: Iterable[Sharing], align: int) -> _Problem:
    clashes = tuple(
        tuple(j for j, b in enumerate(buffers) if i != j and a.meets(b)) for i, a in enumerate(buffers)
    )
    return _Problem(buffers, _rules(buffers, sharings), clashes, align)


def _rules(buffers: Sequence[Buffer], sharings: Iterable[Sharing]) -> dict[tuple[int, int], Overlap]:
    return {
        (s.source, s.target): s.overlap
        for s in sharings
        # Only at the one step where the input dies and the output is born.
        if s.throughout or buffers[s.source].last in buffers[s.target].starts()
    }


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
    load = _loads(buffers)
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


def _loads(buffers: Sequence[Buffer]) -> list[int]:
    steps = max((max(b.last, b.again or 0) for b in buffers), default=-1) + 1
    load = [0] * steps
    for b in buffers:
        for first, last in b.lives():
            for step in range(first, min(last + 1, steps)):
                load[step] += b.size
    return load


def _lower_bound(buffers: Sequence[Buffer], needed: Sequence[int]) -> int:
    """No arena is smaller."""
    return max([*(b.size for b in buffers), *needed], default=0)


def _needed(buffers: Sequence[Buffer], rules: Mapping[tuple[int, int], Overlap], align: int) -> list[int]:
    """The inputs are disjoint, so what the output shares with all of them is at most its own size."""
    load = _loads(buffers)
    shared: dict[tuple[int, int], int] = {}
    for (source, target), rule in rules.items():
        a, b = buffers[source], buffers[target]
        saving = _saving(a.size, b.size, rule, align)
        for step in _meetings(a, b, len(load)):
            shared[target, step] = min(shared.get((target, step), 0) + saving, b.size)
    for (_, step), saving in shared.items():
        load[step] -= saving
    return load


def _meetings(a: Buffer, b: Buffer, steps: int) -> set[int]:
    """The steps at which both live."""
    spans = [(max(f, g), min(u, v)) for f, u in a.lives() for g, v in b.lives()]
    return {step for first, last in spans for step in range(first, min(last + 1, steps))}


def _saving(a: int, b: int, rule: Overlap, align: int) -> int:
    """The most bytes that an input of ``a`` and an output of ``b`` bytes can have in common."""
    shared = max((min(a, b - d) if d > 0 else min(a + d, b) for d in rule.deltas), default=0)
    if rule.min_input_offset is not None:
        min_input_offset = max(_ceil(rule.min_input_offset, align), -a)
        shared = max(shared, min(a, b - min_input_offset) if min_input_offset > 0 else min(a, b))
    return max(shared, 0)
