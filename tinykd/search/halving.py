"""Which trials go on at a rung: successive halving for several objectives, as trials come.

Li et al., A System for Massively Parallel Hyperparameter Tuning (ASHA), arXiv 1810.05934, with the non-
dominated sorting of Schmucker et al., Multi-objective Asynchronous Successive Halving, arXiv 2106.12639:
of the n trials that have reached a rung, those go on that fewer than n / reduction others are in better
fronts than. Optuna's own pruners compare a single value.
"""

from collections.abc import Sequence

Losses = tuple[float, ...]  # of one trial, the smaller the better


def rungs(epochs: int, reduction: int) -> tuple[int, ...]:
    """The epochs after which is decided, the last not among them: 27 by 3 gives 3 and 9."""
    found, rung = [], epochs // reduction
    while rung >= reduction:
        found.append(rung)
        rung //= reduction
    return tuple(sorted(found))


def goes_on(mine: Losses, others: Sequence[Losses], reduction: int) -> bool:
    """Whether a trial of losses ``mine`` is among the best of those that reached its rung."""
    everyone = [mine, *others]
    ranks = fronts(everyone)
    better = sum(rank < ranks[0] for rank in ranks)
    return better < max(1, len(everyone) // reduction)


def fronts(losses: Sequence[Losses]) -> list[int]:
    """Of each the number of its front: 0 where nobody is better in all and worse in none."""
    ranks = [-1] * len(losses)
    rank = 0
    while -1 in ranks:
        left = [i for i, found in enumerate(ranks) if found == -1]
        for i in [i for i in left if not any(dominates(losses[j], losses[i]) for j in left)]:
            ranks[i] = rank
        rank += 1
    return ranks


def dominates(a: Losses, b: Losses) -> bool:
    """Whether ``a`` is no worse in anything, and better in something."""
    return all(x <= y for x, y in zip(a, b, strict=True)) and a != b
