"""Which samples are sent: all of a split, or some that stand for it.

Splits lie in class order often, so that the first ones would be of one class. What is drawn is spread evenly
over classes, anomalies or targets (a systematic sample of the samples sorted by these, at random among equal
ones): each class has its share of them, to one sample, and from one seed come the same ones each time.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.stored.lazy_rows import blocks, chosen
from tinykd.data.types import SampleRows
from tinykd.errors import DataError


@dataclass(frozen=True, eq=False)
class VerificationSamples:
    """Quantized inputs; ``numbers`` are their places in the split that they are from."""

    inputs: SampleRows  # (n, *input shape) int8; those of a large split are made when they are asked for
    labels: NDArray[np.int64] | None  # (n,)
    numbers: NDArray[np.int64]  # (n,)
    strata: NDArray[Any] | None = None  # (n,) class, anomaly or target, where it is known: what is drawn over

    @classmethod
    def of(
        cls,
        inputs: SampleRows,
        labels: NDArray[np.int64] | None,
        strata: NDArray[Any] | None = None,
    ) -> "VerificationSamples":
        """A whole split, held against what can be sent and compared."""
        if inputs.dtype != np.int8 or len(inputs) == 0:
            raise DataError("samples", f"{len(inputs)} of {inputs.dtype}", "at least one sample of int8")
        if labels is not None and labels.shape != (len(inputs),):
            raise DataError("labels", f"shape {labels.shape}", f"one for each of {len(inputs)} samples")
        return cls(inputs, labels, np.arange(len(inputs)), labels if strata is None else strata)

    def __len__(self) -> int:
        return len(self.inputs)

    @property
    def sha256(self) -> str:
        """Of the inputs and their numbers: two sets with one hash get the same answers."""
        found = hashlib.sha256()
        for block in blocks(self.inputs):
            found.update(np.ascontiguousarray(block).tobytes())
        found.update(self.numbers.tobytes())
        return found.hexdigest()

    def take(self, which: NDArray[np.int64]) -> "VerificationSamples":
        """Those at the positions ``which``."""
        labels = None if self.labels is None else self.labels[which]
        strata = None if self.strata is None else self.strata[which]
        return VerificationSamples(chosen(self.inputs, which), labels, self.numbers[which], strata)


def choose(samples: VerificationSamples, count: int | None, seed: int) -> VerificationSamples:
    """``count`` of them (None: all), drawn by ``seed``, each at most once and in their own order."""
    total = len(samples)
    if count is not None and count > total:
        raise DataError("--samples", f"{count} are wanted", f"at most the {total} that there are")
    if count is None or count == total:
        return samples
    strata = np.zeros(total) if samples.strata is None else samples.strata
    return samples.take(np.sort(spread(strata, count, seed)))


def covering(samples: VerificationSamples, count: int, seed: int) -> VerificationSamples:
    """``count`` of them (all, if there are fewer): one of each stratum first, then as ``choose`` draws."""
    strata = np.zeros(len(samples)) if samples.strata is None else samples.strata
    shuffled = np.random.default_rng(seed).permutation(len(strata))
    firsts = shuffled[np.sort(np.unique(strata[shuffled], return_index=True)[1])][:count]
    others = np.setdiff1d(np.arange(len(strata)), firsts)
    more = spread(strata[others], min(count, len(strata)) - len(firsts), seed)
    return samples.take(np.sort(np.concatenate([firsts, others[more]])))


def spread(strata: NDArray[Any], count: int, seed: int) -> NDArray[np.int64]:
    """``count`` different positions in ``strata`` (n,), of each stratum its share; ``count`` is at most n."""
    if count == 0:
        return np.zeros(0, np.int64)
    rng = np.random.default_rng(seed)
    shuffled = rng.permutation(len(strata))
    ordered = shuffled[np.argsort(strata[shuffled], kind="stable")]
    return ordered[((np.arange(count) + rng.random()) * len(strata) / count).astype(np.int64)]
