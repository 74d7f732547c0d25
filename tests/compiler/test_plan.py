"""The memory plan: never a forbidden overlap, never below the bound, and optimal on small graphs by
exhaustive search."""

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from tinykd.compiler.kernel import DISJOINT, ELEMENTWISE, Overlap
from tinykd.compiler.memory.plan import ALIGN, Buffer, Plan, Sharing, plan


def check(result: Plan, sharings: list[Sharing]) -> None:
    """Every pair of buffers that live together is disjoint or overlaps as its kernel allows."""
    rules = {(s.source, s.target): s.overlap for s in sharings}
    placed = list(zip(result.buffers, result.offsets, strict=True))
    for i, (a, at) in enumerate(placed):
        assert at % ALIGN == 0 and at + a.size <= result.arena_bytes
        for j, (b, bt) in enumerate(placed):
            if i == j or a.last < b.first or b.last < a.first or at + a.size <= bt or bt + b.size <= at:
                continue
            rule = rules.get((i, j)) if a.last == b.first else None
            back = rules.get((j, i)) if b.last == a.first else None
            assert (rule and allowed(rule, at - bt)) or (back and allowed(back, bt - at)), (a, b)
    assert result.arena_bytes >= result.lower_bound


def allowed(rule: Overlap, delta: int) -> bool:
    return (rule.in_place and delta == 0) or (
        rule.min_input_offset is not None and delta >= rule.min_input_offset
    )


@st.composite
def problems(draw: st.DrawFn) -> tuple[list[Buffer], list[Sharing]]:
    """Chains with side branches: buffer i is written at step i and read until some later step."""
    count = draw(st.integers(1, 7))
    sizes = draw(st.lists(st.integers(1, 60), min_size=count, max_size=count))
    lives = draw(st.lists(st.integers(0, 3), min_size=count, max_size=count))
    buffers = [Buffer(f"b{i}", s, i, i + life) for i, (s, life) in enumerate(zip(sizes, lives, strict=True))]
    overlaps = st.sampled_from(
        [DISJOINT, ELEMENTWISE, Overlap(in_place=True), Overlap(9), Overlap(-5), Overlap(40)]
    )
    sharings = [
        Sharing(a, b, draw(overlaps))
        for a in range(count)
        for b in range(a + 1, count)
        if buffers[a].last == buffers[b].first
    ]
    return buffers, sharings


@examples(150)
@given(problems())
def test_plans_are_valid(problem: tuple[list[Buffer], list[Sharing]]) -> None:
    check(plan(*problem), problem[1])


@examples(50)
@given(problems())
def test_plans_align_as_they_are_asked_to(problem: tuple[list[Buffer], list[Sharing]]) -> None:
    result = plan(*problem, align=16)
    check(result, problem[1])
    assert all(offset % 16 == 0 for offset in result.offsets)


def test_chain_of_two_buffers() -> None:
    result = plan([Buffer("a", 100, 0, 0), Buffer("b", 60, 0, 1), Buffer("c", 100, 1, 1)], [])
    assert result.arena_bytes == result.lower_bound == 160


def test_in_place_and_min_input_offset() -> None:
    a, b = Buffer("a", 100, 0, 0), Buffer("b", 100, 0, 0)
    assert plan([a, b], [Sharing(0, 1, ELEMENTWISE)]).arena_bytes == 100
    moved = plan([a, b], [Sharing(0, 1, Overlap(min_input_offset=10))])
    assert moved.arena_bytes == moved.lower_bound == 112 and moved.offsets == (12, 0)


def test_only_one_input_can_be_in_place() -> None:
    a, b, c = (Buffer(n, 40, 0, 0) for n in "abc")
    both = [Sharing(0, 2, ELEMENTWISE), Sharing(1, 2, ELEMENTWISE)]
    result = plan([a, b, c], both)
    assert result.arena_bytes == result.lower_bound == 80


def test_an_input_that_lives_on_is_not_overwritten() -> None:
    result = plan([Buffer("a", 40, 0, 1), Buffer("b", 40, 0, 1)], [Sharing(0, 1, ELEMENTWISE)])
    assert result.arena_bytes == 80


def optimum(buffers: list[Buffer], sharings: list[Sharing]) -> int:
    """Branch and bound over every order of placing, each at every offset where it touches another or
    zero."""
    best = plan(buffers, sharings).arena_bytes
    rules = {
        (s.source, s.target): s.overlap for s in sharings if buffers[s.source].last == buffers[s.target].first
    }
    sizes = [-(-b.size // ALIGN) * ALIGN for b in buffers]

    def fits(i: int, at: int, done: dict[int, int]) -> bool:
        for j, bt in done.items():
            a, b = buffers[i], buffers[j]
            if a.last < b.first or b.last < a.first or at + sizes[i] <= bt or bt + sizes[j] <= at:
                continue
            rule, back = rules.get((i, j)), rules.get((j, i))
            if not ((rule and allowed(rule, at - bt)) or (back and allowed(back, bt - at))):
                return False
        return True

    def search(order: tuple[int, ...], done: dict[int, int]) -> None:
        nonlocal best
        if max((done[i] + sizes[i] for i in done), default=0) >= best:
            return
        if len(done) == len(order):
            best = max(done[i] + sizes[i] for i in done)
            return
        i = order[len(done)]
        for at in range(0, best - sizes[i], ALIGN):
            if fits(i, at, done):
                search(order, {**done, i: at})

    search(tuple(range(len(buffers))), {})
    return best


def test_small_graphs_are_optimal() -> None:
    """A residual block, an inverted bottleneck and a fork: nothing smaller exists at any alignment-sized
    step."""
    residual = [(24, 0, 3), (24, 0, 1), (24, 1, 2), (16, 2, 3), (24, 3, 4)]
    bottleneck = [(16, 0, 0), (48, 0, 1), (48, 1, 2), (16, 2, 2)]
    fork = [(20, 0, 2), (12, 0, 1), (8, 1, 3), (16, 2, 3), (4, 3, 3)]
    in_place = Overlap(in_place=True)
    graphs = [
        (residual, [(0, 4, ELEMENTWISE), (3, 4, DISJOINT)]),
        (bottleneck, [(0, 1, Overlap(12)), (1, 2, in_place), (2, 3, Overlap(8))]),
        (fork, [(0, 3, Overlap(4)), (1, 2, ELEMENTWISE)]),
    ]
    for sizes, rules in graphs:
        buffers = [Buffer(f"b{i}", *facts) for i, facts in enumerate(sizes)]
        sharings = [Sharing(*rule) for rule in rules]
        found = plan(buffers, sharings)
        check(found, sharings)
        assert found.arena_bytes == optimum(buffers, sharings)


def test_order_of_buffers_does_not_matter_to_validity() -> None:
    sizes = [(24, 0, 1), (40, 1, 2), (8, 2, 3)]
    for order in permutations(range(3)):
        check(plan([Buffer(str(i), *sizes[i]) for i in order], []), [])
