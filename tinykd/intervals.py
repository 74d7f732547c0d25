"""Intervals and tests for counts of right answers; nothing here knows what was counted.

Sources: Wilson (1927) score interval; Newcombe (1998) hybrid score interval for two independent
proportions (his method 10), for any two estimates Zou and Donner (2008); Agresti and Min (2005)
adjusted Wald interval for matched pairs; McNemar's test in its exact, two-sided binomial form; Garwood (1936)
exact interval of a Poisson rate.
"""

from math import comb, sqrt
from typing import NamedTuple

Z95 = 1.959963984540054  # the 0.975 quantile of the standard normal distribution


class Interval(NamedTuple):
    """A 95 % interval of a proportion in [0, 1], or of a difference in [-1, 1]."""

    low: float
    high: float


def wilson(correct: int, total: int) -> Interval:
    """The 95 % score interval of ``correct / total``; (0, 1) when nothing was counted."""
    if not 0 <= correct <= total:
        raise ValueError(f"{correct} of {total}")
    if total == 0:
        return Interval(0.0, 1.0)
    p, z2 = correct / total, Z95 * Z95
    centre = (p + z2 / (2 * total)) / (1 + z2 / total)
    half = Z95 / (1 + z2 / total) * sqrt(p * (1 - p) / total + z2 / (4 * total * total))
    # At 0 and at total the formula gives 0 and 1 exactly; floating point may miss them by an ulp.
    return Interval(0.0 if correct == 0 else centre - half, 1.0 if correct == total else centre + half)


def newcombe(correct_a: int, total_a: int, correct_b: int, total_b: int) -> Interval:
    """The 95 % interval of ``a - b`` for proportions of independent samples."""
    a, b = wilson(correct_a, total_a), wilson(correct_b, total_b)
    return difference(correct_a / total_a, a, correct_b / total_b, b)


def difference(a: float, of_a: Interval, b: float, of_b: Interval) -> Interval:
    """The 95 % interval of ``a - b`` from those of two independent estimates of any kind."""
    below = sqrt((a - of_a.low) ** 2 + (of_b.high - b) ** 2)
    above = sqrt((of_a.high - a) ** 2 + (b - of_b.low) ** 2)
    return Interval(a - b - below, a - b + above)


def paired_difference(only_a: int, only_b: int, total: int) -> Interval:
    """The 95 % interval of ``a - b`` on the same samples; ``only_a``: right in a, wrong in b."""
    n = total + 2  # half a sample is added to each of the four cells
    a, b = only_a + 0.5, only_b + 0.5
    half = Z95 * sqrt(a + b - (a - b) ** 2 / n) / n
    return Interval(max(-1.0, (a - b) / n - half), min(1.0, (a - b) / n + half))


def mcnemar(only_a: int, only_b: int) -> float:
    """The exact two-sided p-value that a and b are right equally often; 1 when they never disagree."""
    n, k = only_a + only_b, min(only_a, only_b)
    tail = sum(comb(n, i) for i in range(k + 1))
    return float(min(1.0, 2 * tail / 2**n))


def poisson(count: int) -> tuple[float, float]:
    """The exact 95 % interval of the mean of a Poisson variable that was ``count`` (Garwood, 1936)."""
    from scipy.special import gammaincinv

    low = float(gammaincinv(count, 0.025)) if count else 0.0
    return low, float(gammaincinv(count + 1, 0.975))
