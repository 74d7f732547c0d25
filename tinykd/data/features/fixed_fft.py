"""The real Fourier transform of 16-bit samples in fixed point, as ``firmware/kernels/signal`` has it.

That is KISS FFT's with FIXED_POINT 16: a complex transform of half the length in steps of 4 (the last of 2
where the power is odd), each step divided by its radix and rounded, then the halves untangled. Complex
numbers are pairs of int32 arrays that hold int16 values.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.int32]  # values of int16
_BITS = 15
_LARGEST = (1 << _BITS) - 1


@dataclass(frozen=True)
class Complex:
    """Two arrays of one shape."""

    re: Words
    im: Words

    def __getitem__(self, at: tuple[object, ...]) -> "Complex":
        return Complex(self.re[at], self.im[at])  # type: ignore[index]

    def __add__(self, other: "Complex") -> "Complex":
        return Complex(_wrapped(self.re + other.re), _wrapped(self.im + other.im))

    def __sub__(self, other: "Complex") -> "Complex":
        return Complex(_wrapped(self.re - other.re), _wrapped(self.im - other.im))

    def __mul__(self, other: "Complex") -> "Complex":
        re = self.re * other.re - self.im * other.im
        return Complex(_rounded(re), _rounded(self.re * other.im + self.im * other.re))

    def divided(self, radix: int) -> "Complex":
        """By the nearest fraction below 1 / ``radix``."""
        factor = _LARGEST // radix
        return Complex(_rounded(self.re * factor), _rounded(self.im * factor))

    def conjugate(self) -> "Complex":
        return Complex(self.re, _wrapped(-self.im))


def twiddles(half: int, word: type[Any] = np.int16, inverse: bool = False) -> NDArray[Any]:
    """(half, 2): exp(-2 pi i k / half), or its conjugate; the compiler's tables come from here too."""
    return _turns(np.arange(half) / half, word, inverse)


def untangles(half: int, word: type[Any] = np.int16, inverse: bool = False) -> NDArray[Any]:
    """(half / 2, 2): exp(-i pi ((k + 1) / half + 1 / 2)), or its conjugate."""
    return _turns(((np.arange(half // 2) + 1) / half + 0.5) / 2, word, inverse)


def rfft(x: NDArray[np.int16]) -> NDArray[np.int32]:
    """(n, length) to (n, length / 2 + 1, 2), real and imaginary part: the transform / length."""
    half = x.shape[1] // 2
    pairs = x.astype(np.int32).reshape(len(x), half, 2)[:, _order(half)]
    z = _transform(Complex(pairs[..., 0], pairs[..., 1]), half)
    first = z[:, 0].divided(2)
    output = np.zeros((len(x), half + 1, 2), np.int32)
    output[:, 0, 0], output[:, half, 0] = _wrapped(first.re + first.im), _wrapped(first.re - first.im)
    k = np.arange(1, half // 2 + 1)
    a, b = z[:, k].divided(2), z[:, half - k].conjugate().divided(2)
    even, odd = a + b, (a - b) * _constants(untangles(half))
    output[:, k, 0], output[:, k, 1] = (even.re + odd.re) >> 1, (even.im + odd.im) >> 1
    output[:, half - k, 0], output[:, half - k, 1] = (even.re - odd.re) >> 1, (odd.im - even.im) >> 1
    return output


def _transform(x: Complex, half: int) -> Complex:
    """The complex transform of (n, half) numbers in ``_order``."""
    n, turns = len(x.re), twiddles(half)
    m = 1
    if half.bit_length() % 2 == 0:  # an odd power of two
        pairs = _reshaped(x, (n, half // 2, 2))
        a, b = pairs[..., 0].divided(2), pairs[..., 1].divided(2) * _constants(turns[:1])
        x, m = _joined([a + b, a - b], axis=2, shape=(n, half)), 2
    while m < half:
        x, m = _fours(_reshaped(x, (n, half // (4 * m), 4, m)), turns, half // (4 * m)), 4 * m
    return x


def _fours(x: Complex, turns: NDArray[np.int16], step: int) -> Complex:
    """Butterflies of four numbers: (n, blocks, 4, m) to (n, half)."""
    n, blocks, _, m = x.re.shape
    index = np.arange(m) * step
    a = x[:, :, 0].divided(4)
    b, c, d = (x[:, :, i].divided(4) * _constants(turns[i * index]) for i in (1, 2, 3))
    even, both, odd, others = a - c, a + c, b - d, b + d
    quarter = Complex(odd.im, _wrapped(-odd.re))
    parts = [both + others, even + quarter, both - others, even - quarter]
    return _joined(parts, axis=2, shape=(n, 4 * blocks * m))


def _order(half: int) -> NDArray[np.int64]:
    """Which input stands at each place: digits to base 4 in reverse order, a single last bit behind them."""
    k, place = np.arange(half), np.zeros(half, np.int64)
    bits = half.bit_length() - 1
    for left in range(bits, 1, -2):
        place |= (k & 3) << (left - 2)
        k = k >> 2
    place |= (k & 1) if bits % 2 else 0
    return np.argsort(place)


def _turns(turns: NDArray[np.float64], word: type[Any], inverse: bool) -> NDArray[Any]:
    """exp(-2 pi i turn), rounded as KISS FFT does it: floor(1/2 + largest x)."""
    largest, sign = int(np.iinfo(word).max), 1.0 if inverse else -1.0
    angles = [sign * 2 * math.pi * float(turn) for turn in turns]
    found = [(math.cos(angle), math.sin(angle)) for angle in angles]
    return np.array([[math.floor(0.5 + largest * v) for v in pair] for pair in found], word)


def _constants(table: NDArray[np.int16]) -> Complex:
    return Complex(table[:, 0].astype(np.int32), table[:, 1].astype(np.int32))


def _reshaped(x: Complex, shape: tuple[int, ...]) -> Complex:
    return Complex(x.re.reshape(shape), x.im.reshape(shape))


def _joined(parts: list[Complex], axis: int, shape: tuple[int, ...]) -> Complex:
    re, im = (np.stack([getattr(p, name) for p in parts], axis).reshape(shape) for name in ("re", "im"))
    return Complex(re, im)


def _rounded(x: Words) -> Words:
    return (x + (1 << (_BITS - 1))) >> _BITS


def _wrapped(x: Words) -> Words:
    return x.astype(np.int16).astype(np.int32)
