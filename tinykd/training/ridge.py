"""What a regression must beat to be worth a network: ridge regression of the inputs.

Hoerl and Kennard, Ridge Regression, 1970. The inputs are flattened and brought to mean 0 and deviation 1; the
penalty is chosen on validation.
"""

import numpy as np
from numpy.typing import NDArray

from tinykd.data.dataset import Dataset
from tinykd.data.types import SampleRows

PENALTIES = tuple(10.0**k for k in range(-3, 5))  # of the mean over the samples
_MOST_ROWS = 2000  # learnt from where there are as many inputs: the time grows with the cube
_MOST_VALUES = 50_000_000  # of the training samples: more are not looked at

Rows = NDArray[np.float64]


def ridge(data: Dataset) -> dict[str, NDArray[np.float32]] | None:
    """Outputs by split, (n, outputs); None where the samples are too large for it."""
    if data.train.x.size > _MOST_VALUES:
        return None
    x, y = _flat(data.train.x), data.train.y.astype(np.float64)
    if min(x.shape) > _MOST_ROWS:
        step = -(-len(x) // _MOST_ROWS)
        x, y = x[::step], y[::step]
    mean, deviation, middle = x.mean(axis=0), x.std(axis=0), y.mean(axis=0)
    scale = np.where(deviation > 1e-12, deviation, 1.0)
    asked = {name: (_flat(split.x) - mean) / scale for name, split in data.splits.items() if name != "train"}
    best = min(_weights((x - mean) / scale, y - middle), key=lambda w: _error(w, asked, data, middle))
    return {name: (rows @ best + middle).astype(np.float32) for name, rows in asked.items()}


def _weights(x: Rows, y: Rows) -> list[Rows]:
    """(inputs, outputs) for each penalty, of one decomposition x = u s v."""
    u, s, v = np.linalg.svd(x, full_matrices=False)
    turned = u.T @ y
    return [v.T @ ((s / (s**2 + penalty * len(x)))[:, np.newaxis] * turned) for penalty in PENALTIES]


def _error(weights: Rows, asked: dict[str, Rows], data: Dataset, middle: Rows) -> float:
    return float(np.square(asked["validation"] @ weights + middle - data.validation.y).mean())


def _flat(x: SampleRows) -> Rows:
    return np.asarray(x[:]).reshape(len(x), -1).astype(np.float64)
