"""Fronts and rungs on hand-computed values, and properties of the order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinykd.search.halving import dominates, fronts, goes_on, rungs

LOSSES = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("epochs", "reduction", "wanted"), [(27, 3, (3, 9)), (9, 3, (3,)), (3, 3, ()), (40, 2, (2, 5, 10, 20))]
)
def test_rungs(epochs: int, reduction: int, wanted: tuple[int, ...]) -> None:
    assert rungs(epochs, reduction) == wanted


def test_fronts_by_hand() -> None:
    assert fronts([(1, 4), (2, 2), (4, 1), (3, 3), (5, 5), (2, 2)]) == [0, 0, 0, 1, 2, 0]


def test_equals_do_not_dominate_each_other() -> None:
    assert not dominates((1, 1), (1, 1)) and dominates((1, 1), (1, 2)) and not dominates((0, 3), (1, 2))


def test_who_goes_on() -> None:
    others = [(-0.9, 5.0), (-0.8, 5.0), (-0.7, 5.0), (-0.6, 5.0), (-0.5, 5.0)]
    assert goes_on((-0.95, 5.0), others, 3)
    assert goes_on((-0.85, 5.0), others, 3)  # second of six: two go on
    assert not goes_on((-0.75, 5.0), others, 3)
    assert goes_on((-0.1, 1.0), others, 3)  # cheaper than all of them
    assert goes_on((-0.1, 9.0), [], 3)  # the first at a rung


@given(LOSSES)
def test_nobody_in_a_front_beats_another_of_it(losses: list[tuple[int, int]]) -> None:
    ranks = fronts(losses)
    for a, rank in zip(losses, ranks, strict=True):
        better = [r for b, r in zip(losses, ranks, strict=True) if dominates(b, a)]
        assert rank == (max(better) + 1 if better else 0)


@given(LOSSES)
def test_the_first_front_always_goes_on(losses: list[tuple[int, int]]) -> None:
    for at, rank in enumerate(fronts(losses)):
        if rank == 0:
            assert goes_on(losses[at], losses[:at] + losses[at + 1 :], 3)
