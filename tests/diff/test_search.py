"""Bisection on made-up programs: chains, branches, differences that are hidden again."""

import random

import pytest

from tinykd.diff.search import first_wrong


def chain(count: int) -> list[tuple[int, ...]]:
    return [(i - 1,) if i else () for i in range(count)]


@pytest.mark.parametrize("count", [1, 2, 3, 9, 100])
def test_each_layer_of_a_chain_is_found_with_few_probes(count: int) -> None:
    for guilty in range(count):
        found = first_wrong(count, lambda i, guilty=guilty: i >= guilty, chain(count))
        assert found.layer == guilty
        assert len(found.probes) <= count.bit_length() + 2
        assert len({probe.layer for probe in found.probes}) == len(found.probes)  # none is asked for twice


def test_a_difference_that_is_hidden_again_is_found() -> None:
    assert first_wrong(6, lambda i: i == 2, chain(6)).layer == 2


def test_nothing_differs() -> None:
    found = first_wrong(4, lambda i: False, chain(4))
    assert found.layer is None
    assert {probe.layer for probe in found.probes} == {0, 1, 2, 3}
    assert first_wrong(0, lambda i: True, []).layer is None


def test_a_branch_that_only_passes_on_is_not_blamed() -> None:
    """0 -> 1 -> 2 -> 5 and 0 -> 3 -> 4 -> 5: 1 is guilty; halving looks at 2, 3 (right), 4 (right) first."""
    feeds = [(), (0,), (1,), (0,), (3,), (2, 4)]
    assert first_wrong(6, lambda i: i in (1, 2, 5), feeds).layer == 1


def test_what_is_found_is_guilty_by_itself() -> None:
    """On random programs: its inputs are right, its output is wrong."""
    rng = random.Random(4)
    for _ in range(500):
        count = rng.randint(1, 30)
        feeds = [tuple(sorted(rng.sample(range(i), min(i, rng.randint(0, 3))))) for i in range(count)]
        guilty = set(rng.sample(range(count), rng.randint(1, min(3, count))))
        wrong: set[int] = set()
        for i in range(count):
            if i in guilty or (set(feeds[i]) & wrong and rng.random() < 0.8):
                wrong.add(i)
        found = first_wrong(count, lambda i, wrong=wrong: i in wrong, feeds)
        assert found.layer in guilty
        assert not set(feeds[found.layer]) & wrong
