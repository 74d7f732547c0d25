"""The discrete Fourier transform in float32, radix 2, in the order of operations of ``tkd_log_mel_dft``."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


def turns(length: int) -> Floats:
    """(length / 2, 2): cos and -sin of 2 pi k / length."""
    angle = 2 * np.pi * np.arange(length // 2) / length
    return np.stack([np.cos(angle), -np.sin(angle)], axis=1).astype(np.float32)


def float_dft(z: Floats, table: Floats) -> Floats:
    """(n, length, 2), real and imaginary parts; ``length`` is a power of two, ``table`` its ``turns``."""
    n, length, _ = z.shape
    order = _bits_reversed(length)
    re, im = z[:, order, 0], z[:, order, 1]
    half = 1
    while half < length:
        cos, sin = table[:: length // (2 * half)].T
        shape = (n, length // (2 * half), 2, half)
        re, im = _butterflies(re.reshape(shape), im.reshape(shape), cos, sin)
        half *= 2
    return np.stack([re.reshape(n, length), im.reshape(n, length)], axis=2)


def _butterflies(re: Floats, im: Floats, cos: Floats, sin: Floats) -> tuple[Floats, Floats]:
    a_re, b_re, a_im, b_im = re[:, :, 0], re[:, :, 1], im[:, :, 0], im[:, :, 1]
    turned_re = b_re * cos - b_im * sin
    turned_im = b_re * sin + b_im * cos
    return (
        np.stack([a_re + turned_re, a_re - turned_re], axis=2),
        np.stack([a_im + turned_im, a_im - turned_im], axis=2),
    )


def _bits_reversed(length: int) -> NDArray[np.int64]:
    places = np.zeros(1, np.int64)
    while len(places) < length:
        places = np.concatenate([2 * places, 2 * places + 1])
    return places
