"""Outputs of the board beside the oracle's: counts. No I/O."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tinykd.training.counts import Counts
from tinykd.verify.result import AccuracyCount


@dataclass(frozen=True)
class SampleAgreement:
    """How many of the samples agree, and by how much the worst value differs."""

    exact: int
    within_one: int
    same_class: int
    max_difference: int
    differing: tuple[int, ...]  # positions of the samples that are not exact


def agreement(expected: NDArray[np.int8], received: NDArray[np.int8]) -> SampleAgreement:
    """Compare (n, *output shape) with the same."""
    worst = np.abs(_flat(expected).astype(np.int16) - _flat(received)).max(axis=1, initial=0)
    (differing,) = np.nonzero(worst)
    return SampleAgreement(
        exact=int(np.count_nonzero(worst == 0)),
        within_one=int(np.count_nonzero(worst <= 1)),
        same_class=int(np.count_nonzero(classes(expected) == classes(received))),
        max_difference=int(worst.max(initial=0)),
        differing=tuple(differing.tolist()),
    )


def accuracy(outputs: NDArray[np.int8], labels: NDArray[np.int64]) -> AccuracyCount:
    """How often the class is the label."""
    counts = Counts.of(_flat(outputs), labels)
    return AccuracyCount(counts.correct, counts.total, counts.by_class)


def classes(outputs: NDArray[np.int8]) -> NDArray[np.intp]:
    """(n, *output shape) to (n,): where the first largest value stands."""
    return np.asarray(_flat(outputs).argmax(axis=1))


def _flat(outputs: NDArray[np.int8]) -> NDArray[np.int8]:
    return outputs.reshape(len(outputs), int(np.prod(outputs.shape[1:])))
