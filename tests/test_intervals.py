"""Intervals and tests against published examples, hand computations and their own symmetries."""

from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from tinykd.intervals import Z95, mcnemar, newcombe, paired_difference, wilson

counts = st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    ("correct", "total", "low", "high"),
    # Newcombe (1998), Statistics in Medicine 17:857, table I, method 3 (score, no continuity correction).
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_gives_the_published_examples(correct: int, total: int, low: float, high: float) -> None:
    assert wilson(correct, total) == pytest.approx((low, high), abs=5e-5)


def test_wilson_of_nothing_is_everything() -> None:
    assert wilson(0, 0) == (0.0, 1.0)


def test_wilson_refuses_impossible_counts() -> None:
    with pytest.raises(ValueError, match="5 of 4"):
        wilson(5, 4)


@given(counts)
def test_wilson_holds_the_estimate_and_mirrors(count: tuple[int, int]) -> None:
    correct, total = count
    low, high = wilson(correct, total)
    assert 0 <= low <= correct / total <= high <= 1
    assert wilson(total - correct, total) == pytest.approx((1 - high, 1 - low), abs=1e-12)


def test_newcombe_gives_the_published_example() -> None:
    # Newcombe (1998), Statistics in Medicine 17:873, table II, example (a), method 10: 56/70 - 48/80.
    assert newcombe(56, 70, 48, 80) == pytest.approx((0.0524, 0.3339), abs=5e-5)


@given(counts, counts)
def test_newcombe_changes_sign_with_its_arguments(a: tuple[int, int], b: tuple[int, int]) -> None:
    low, high = newcombe(*a, *b)
    assert newcombe(*b, *a) == pytest.approx((-high, -low), abs=1e-12)
    assert low <= a[0] / a[1] - b[0] / b[1] <= high


def test_paired_difference_by_hand() -> None:
    # 9 and 2 disagreements among 360: cells 9.5 and 2.5 of 362.
    centre = 7 / 362
    half = Z95 * sqrt(12 - 49 / 362) / 362
    assert paired_difference(9, 2, 360) == pytest.approx((centre - half, centre + half), rel=1e-12)


@given(st.integers(0, 200), st.integers(0, 200), st.integers(1, 1000))
def test_paired_difference_changes_sign_with_its_arguments(a: int, b: int, both: int) -> None:
    low, high = paired_difference(a, b, a + b + both)
    assert paired_difference(b, a, a + b + both) == pytest.approx((-high, -low), abs=1e-12)
    assert -1 <= low <= high <= 1


def test_mcnemar_by_hand() -> None:
    assert mcnemar(9, 2) == pytest.approx(2 * (1 + 11 + 55) / 2**11)
    assert mcnemar(0, 0) == 1.0
    assert mcnemar(4, 4) == 1.0
    assert mcnemar(6, 0) == pytest.approx(2 / 64)


@given(st.integers(0, 300), st.integers(0, 300))
def test_mcnemar_is_scipys_binomial_test(a: int, b: int) -> None:
    expected = binomtest(a, a + b).pvalue if a + b else 1.0
    assert mcnemar(a, b) == pytest.approx(expected, rel=1e-9)
