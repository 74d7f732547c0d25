"""Several teachers as one: the mean of their log-probabilities.

Its softmax is the normalised geometric mean of theirs (Hinton, Vinyals, Dean, arXiv 1503.02531, section 1:
"an arithmetic or geometric mean of their individual predictive distributions"). The mean of logits differs
from it by a constant per row, which no softmax and no loss here sees, at any temperature; log-probabilities
are taken because a member that gives softmax has nothing else.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.lib.format import open_memmap
from numpy.typing import NDArray

from tinykd.errors import ModelError

_BLOCK = 4096  # rows at a time: bounds the memory


def combine(folders: Sequence[Path], out: Path, classes: bool = True) -> None:
    """Write the mean of every ``logits_*.npy`` of ``folders`` into ``out``; no ``classes``: of values."""
    mean_of = mean_logits if classes else mean_values
    for name in sorted(file.name for file in folders[0].glob("logits_*.npy")):
        parts = [np.load(folder / name, mmap_mode="r", allow_pickle=False) for folder in folders]
        shape = parts[0].shape
        if any(part.shape != shape for part in parts):
            raise ModelError(f"ensemble: {name}", f"shapes {[part.shape for part in parts]}", "equal shapes")
        rows = [part.reshape(-1, shape[-1]) for part in parts]
        mean = open_memmap(out / name, mode="w+", dtype=np.float32, shape=shape)
        flat = mean.reshape(-1, shape[-1])
        for start in range(0, len(flat), _BLOCK):
            flat[start : start + _BLOCK] = mean_of([part[start : start + _BLOCK] for part in rows])
        mean.flush()


def mean_logits(parts: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
    """mean over members of log softmax(z); each (n, classes)."""
    return np.asarray(np.mean([_log_softmax(part) for part in parts], axis=0), np.float32)


def mean_values(parts: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
    """The mean over members of a regression's values or of reconstructions; each (n, outputs)."""
    return np.asarray(np.mean(parts, axis=0, dtype=np.float64), np.float32)


def _log_softmax(z: NDArray[np.float32]) -> NDArray[np.float64]:
    shifted = z.astype(np.float64) - z.max(axis=1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)))
