"""Ranges of activations from samples: extremes, percentiles, or where the squared error is least."""

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

LEVELS = 255.0
_FRACTIONS = np.geomspace(1.0, 0.05, 24)
_MOST = 200_000  # values that a range is found from

Array = NDArray[np.float32]
RangeRule = Callable[[Array], tuple[float, float]]  # values -> (low, high), 0 among them


def extremes(values: Array) -> tuple[float, float]:
    """From the least to the largest."""
    return min(float(values.min()), 0.0), max(float(values.max()), 0.0)


def percentile(values: Array, percent: float) -> tuple[float, float]:
    """All but the outermost ``100 - percent`` %, half on either side."""
    few = _some(values)
    low, high = np.percentile(few, [(100 - percent) / 2, (100 + percent) / 2])
    return min(float(low), 0.0), max(float(high), 0.0)


def least_error(values: Array) -> tuple[float, float]:
    """The fraction of the extremes at which rounding and clipping cost least together."""
    (low, high), few = extremes(values), _some(values)
    errors = [float(np.square(rounded(few, f * low, f * high) - few).mean()) for f in _FRACTIONS]
    best = float(_FRACTIONS[int(np.argmin(errors))])
    return best * low, best * high


def rounded(values: Array, low: float, high: float, levels: float = LEVELS) -> Array:
    """``values`` as integers stand for them in a range of ``levels`` steps, of which one is 0."""
    if high <= low:
        return np.zeros_like(values)
    scale = (high - low) / levels
    zero = np.round(-low / scale)
    steps = np.clip(np.round(values / scale) + zero, 0, levels)
    return np.asarray((steps - zero) * scale, np.float32)


def _some(values: Array) -> Array:
    flat = values.reshape(-1)
    return flat[:: max(1, len(flat) // _MOST)]


RULES: dict[str, RangeRule] = {
    "extremes": extremes,
    "99.99 % of values": partial(percentile, percent=99.99),
    "99.9 % of values": partial(percentile, percent=99.9),
    "least squared error": least_error,
}
