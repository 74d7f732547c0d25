"""One way of changing samples a little for each kind of set: arrays (n, H, W, C), draws from ``rng``."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from tinykd.data.dataset import Samples
from tinykd.data.views import Augmentation, make_view

Change = Callable[[Samples, np.random.Generator], Samples]


def image(x: Samples, rng: np.random.Generator) -> Samples:
    """Shifted by up to 10 %, turned by up to 12 degrees, scaled by up to 10 %."""
    return make_view(x, int(rng.integers(2**31)), 0, Augmentation())


def signal(x: Samples, rng: np.random.Generator) -> Samples:
    """Rolled by up to 3 samples, scaled by up to 15 %, noise of a tenth of the deviation."""
    rolled = _rolled(x, rng.integers(-3, 4, len(x)))
    return _noisy(rolled * _factors(rng, len(x), 0.15), rng, 0.1)


def sound(x: Samples, rng: np.random.Generator) -> Samples:
    """Rolled by up to 5 frames, louder or softer, 5 frames and 3 bands masked (SpecAugment, 1904.08779)."""
    x = _rolled(x, rng.integers(-5, 6, len(x)))
    x = x + rng.uniform(-0.3, 0.3, (len(x), 1, 1, 1)).astype(np.float32)
    least = x.min(axis=(1, 2, 3), keepdims=True)
    return np.where(_band(x, rng, 1, 5) | _band(x, rng, 3, 3), least, x)


def motion(x: Samples, rng: np.random.Generator) -> Samples:
    """Both sensors turned alike by up to 15 degrees about a random axis, scaled by 10 %, a little noise."""
    turn = _rotations(rng, len(x), np.deg2rad(15))
    parts = [np.einsum("nij,ntwj->ntwi", turn, x[..., i : i + 3]) for i in (0, 3)]
    return _noisy(np.concatenate(parts, axis=-1) * _factors(rng, len(x), 0.1), rng, 0.05)


KINDS: dict[str, Change] = {"image": image, "signal": signal, "sound": sound, "motion": motion}


def _rolled(x: Samples, steps: NDArray[np.int64]) -> Samples:
    rows = (np.arange(x.shape[1]) - steps[:, np.newaxis]) % x.shape[1]
    return np.take_along_axis(x, rows[:, :, np.newaxis, np.newaxis], axis=1)


def _factors(rng: np.random.Generator, count: int, most: float) -> NDArray[np.float32]:
    return rng.uniform(1 - most, 1 + most, (count, 1, 1, 1)).astype(np.float32)


def _noisy(x: Samples, rng: np.random.Generator, deviation: float) -> Samples:
    return x + np.float32(deviation) * rng.standard_normal(x.shape, np.float32)


def _band(x: Samples, rng: np.random.Generator, axis: int, widest: int) -> NDArray[np.bool_]:
    """True in one band of 0 to ``widest`` places along ``axis``, elsewhere False; broadcasts to x."""
    length = x.shape[axis]
    width = rng.integers(0, widest + 1, len(x))
    start = rng.integers(0, length - widest, len(x))
    places = np.arange(length)
    inside = (places >= start[:, np.newaxis]) & (places < (start + width)[:, np.newaxis])
    shape = [len(x), 1, 1, 1]
    shape[axis] = length
    return inside.reshape(shape)


def _rotations(rng: np.random.Generator, count: int, most: float) -> NDArray[np.float32]:
    """(n, 3, 3) by Rodrigues' formula: I + sin K + (1 - cos) K^2."""
    axis = rng.standard_normal((count, 3))
    axis /= np.linalg.norm(axis, axis=1, keepdims=True)
    angle = rng.uniform(0, most, (count, 1, 1))
    a, b, c = axis.T
    zero = np.zeros(count)
    k = np.stack([zero, -c, b, c, zero, -a, -b, a, zero], axis=1).reshape(count, 3, 3)
    return (np.eye(3) + np.sin(angle) * k + (1 - np.cos(angle)) * k @ k).astype(np.float32)
