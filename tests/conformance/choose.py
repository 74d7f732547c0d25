"""Where a generated model's parameters come from: a seeded generator, or hypothesis, which shrinks.

A case function takes a ``Choose`` and asks it for integers and picks; everything else here is made of those
two, so the same case runs in both worlds.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.conformance.builder import Tensor

T = TypeVar("T")
LARGEST_REAL = 1 << 18  # with scales of 2**-12 and more, fewer than 2**31 steps


class Choose(ABC):
    """Draws of one model."""

    @abstractmethod
    def integer(self, low: int, high: int) -> int:
        """In [low, high]."""

    def pick(self, options: Sequence[T]) -> T:
        return options[self.integer(0, len(options) - 1)]

    def chance(self, percent: int) -> bool:
        return self.integer(1, 100) <= percent

    def scale(self, low: float = 1e-3, high: float = 0.5) -> float:
        """A float32, logarithmic between the limits; one in eight a power of two."""
        exponent = np.log2(low) + (np.log2(high) - np.log2(low)) * self.integer(0, 10_000) / 10_000
        exponent = round(exponent) if self.chance(12) else exponent
        return float(np.float32(2.0**exponent))

    def zero_point(self) -> int:
        """An int8, often one of the extremes or zero."""
        return self.pick((-128, 127, 0)) if self.chance(40) else self.integer(-128, 127)

    def quantized(self, name: str, shape: tuple[int, ...], **changes: Any) -> Tensor:
        """An int8 activation with a scale and a zero point of its own."""
        fields: dict[str, Any] = {"scale": self.scale(), "zero_point": self.zero_point(), **changes}
        return Tensor(name, shape, **fields)

    def shape(self, ranks: tuple[int, int] = (1, 4), limit: int = 7) -> tuple[int, ...]:
        rank = self.integer(*ranks)
        return tuple(self.integer(1, limit) for _ in range(rank))

    def array(self, shape: tuple[int, ...], low: int, high: int, dtype: str = "int8") -> NDArray[Any]:
        """Values in [low, high], a fifth of them at the limits."""
        rng = np.random.default_rng(self.integer(0, 2**32 - 1))
        values = rng.integers(low, high, shape, endpoint=True)
        extreme = rng.random(shape) < 0.2
        values = np.where(extreme, rng.choice([low, high], shape), values)
        return np.asarray(values, dtype=dtype)

    def constant(self, name: str, shape: tuple[int, ...], **changes: Any) -> Tensor:
        """A quantized int8 constant."""
        return self.quantized(name, shape, data=self.array(shape, -128, 127), **changes)


class Seeded(Choose):
    """Draws from numpy's generator."""

    def __init__(self, *seed: int) -> None:
        self._rng = np.random.default_rng(seed)

    def integer(self, low: int, high: int) -> int:
        return int(self._rng.integers(low, high, endpoint=True))


class Ends(Seeded):
    """Draws from numpy's generator whose constants and zero points lie at the ends of their ranges.

    Sums of such products are the largest that there are: what a type that is too narrow loses, shows.
    """

    def zero_point(self) -> int:
        return self.pick((-128, 127))

    def array(self, shape: tuple[int, ...], low: int, high: int, dtype: str = "int8") -> NDArray[Any]:
        """All at one limit, or each at one of the two."""
        rng = np.random.default_rng(self.integer(0, 2**32 - 1))
        one = self.pick(([low], [high], [low, high]))
        return np.asarray(rng.choice(one, shape), dtype=dtype)


class Drawn(Choose):
    """Draws from hypothesis, so a failing model shrinks."""

    def __init__(self, draw: Any) -> None:
        self._draw = draw

    def integer(self, low: int, high: int) -> int:
        return int(self._draw(st.integers(low, high)))


def samples(inputs: Sequence[Tensor], count: int, seed: int) -> list[list[NDArray[Any]]]:
    """``count`` samples for the graph's inputs: uniform, the limits alone, near the zero point, a ramp."""
    rng = np.random.default_rng(seed)
    return [[_values(t, kind % 4, rng) for t in inputs] for kind in range(count)]


def samples_at_ends(inputs: Sequence[Tensor], count: int, seed: int) -> list[list[NDArray[Any]]]:
    """As ``samples``: all at the lower limit, all at the upper one, then each at one of the two."""
    rng = np.random.default_rng(seed)
    drawn = []
    for kind in range(count):
        sample = []
        for tensor in inputs:
            ends = limits(tensor)
            chosen = ends[kind : kind + 1] if kind < 2 else ends
            sample.append(rng.choice(chosen, tensor.shape).astype(np.dtype(tensor.dtype)))
        drawn.append(sample)
    return drawn


def limits(tensor: Tensor) -> tuple[int, int]:
    """The ends of an input's range."""
    dtype = np.dtype(tensor.dtype)
    if dtype == np.bool_:
        return 0, 1
    if dtype == np.float32:
        return -LARGEST_REAL, LARGEST_REAL
    if dtype == np.uint64:
        return 0, 1 << 62  # numpy's generators count in int64
    return int(np.iinfo(dtype).min), int(np.iinfo(dtype).max)


def _values(tensor: Tensor, kind: int, rng: np.random.Generator) -> NDArray[Any]:
    dtype = np.dtype(tensor.dtype)
    if dtype == np.bool_:
        return rng.integers(0, 2, tensor.shape).astype(np.bool_)
    if dtype == np.float32:
        return _reals(tensor, kind, rng)
    low, high = limits(tensor)
    zero = tensor.zero_points()[0] if tensor.zero_points() else 0
    size = int(np.prod(tensor.shape))
    if kind == 0:
        flat = rng.integers(low, high, size, endpoint=True)
    elif kind == 1:
        flat = rng.choice([low, high], size)
    elif kind == 2:
        flat = np.clip(zero + rng.integers(-3, 4, size), low, high)
    else:
        flat = (np.arange(size) * 37 + int(rng.integers(0, 256))) % min(high - low + 1, 1 << 32) + low
    return flat.reshape(tensor.shape).astype(dtype)


def _reals(tensor: Tensor, kind: int, rng: np.random.Generator) -> NDArray[Any]:
    """Around zero, at the limits, multiples of a power of two (ties of some scales), a ramp."""
    drawn = (
        rng.normal(0, 20, tensor.shape),
        rng.choice([-LARGEST_REAL, LARGEST_REAL, -0.0], tensor.shape),
        rng.integers(-2000, 2000, tensor.shape) / 64,
        np.linspace(-70, 70, int(np.prod(tensor.shape))).reshape(tensor.shape),
    )
    return np.asarray(drawn[kind], np.float32)
