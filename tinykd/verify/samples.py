"""Which samples are sent: all of a split, the first ones, or some at random from a seed."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tinykd.errors import DataError
from tinykd.files import sha256_bytes


@dataclass(frozen=True, eq=False)
class Samples:
    """Quantized inputs; ``numbers`` are their places in the split that they are from."""

    inputs: NDArray[np.int8]  # (n, *input shape)
    labels: NDArray[np.int64] | None  # (n,)
    numbers: NDArray[np.int64]  # (n,)

    @classmethod
    def of(cls, inputs: NDArray[np.int8], labels: NDArray[np.int64] | None) -> "Samples":
        """A whole split, held against what can be sent and compared."""
        if inputs.dtype != np.int8 or len(inputs) == 0:
            raise DataError("samples", f"{len(inputs)} of {inputs.dtype}", "at least one sample of int8")
        if labels is not None and labels.shape != (len(inputs),):
            raise DataError("labels", f"shape {labels.shape}", f"one for each of {len(inputs)} samples")
        return cls(inputs, labels, np.arange(len(inputs)))

    def __len__(self) -> int:
        return len(self.inputs)

    @property
    def sha256(self) -> str:
        """Of the inputs and their numbers: two sets with one hash get the same answers."""
        return sha256_bytes(np.ascontiguousarray(self.inputs).tobytes() + self.numbers.tobytes())

    def take(self, which: NDArray[np.int64]) -> "Samples":
        """Those at the positions ``which``."""
        labels = None if self.labels is None else self.labels[which]
        return Samples(self.inputs[which], labels, self.numbers[which])


def choose(samples: Samples, count: int | None, seed: int | None) -> Samples:
    """``count`` of them (None: all): the first ones, or with a ``seed`` random ones, each at most once."""
    total = len(samples)
    if count is not None and count > total:
        raise DataError("--samples", f"{count} are wanted", f"at most the {total} that there are")
    if count is None or count == total:
        return samples
    if seed is None:
        return samples.take(np.arange(count))
    picked = np.random.default_rng(seed).choice(total, count, replace=False)
    return samples.take(np.sort(picked))
