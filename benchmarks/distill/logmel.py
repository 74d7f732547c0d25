"""Log-mel features of sounds of one second at 8 kHz."""

import numpy as np
from numpy.typing import NDArray

RATE_HZ, FRAME, HOP, BANDS = 8000, 256, 160, 24
LOW_HZ, HIGH_HZ = 60.0, 3800.0
_FLOOR = 1e-6


def log_mel(sound: NDArray[np.float32]) -> NDArray[np.float32]:
    """(n, 8000) in [-1, 1] to (n, 49, 24): log of the energy in triangular bands, Hann windows of 32 ms."""
    starts = np.arange(0, sound.shape[1] - FRAME + 1, HOP)
    window = np.hanning(FRAME + 1)[:-1].astype(np.float32)
    weights = _triangles()
    frames = [np.abs(np.fft.rfft(sound[:, s : s + FRAME] * window)) ** 2 @ weights for s in starts]
    return np.log(np.stack(frames, axis=1) + _FLOOR).astype(np.float32)


def _triangles() -> NDArray[np.float64]:
    """(bins, bands); bands equally wide on the mel scale of O'Shaughnessy, 2595 log10(1 + f / 700)."""
    low, high = (2595 * np.log10(1 + f / 700) for f in (LOW_HZ, HIGH_HZ))
    edges = 700 * (10 ** (np.linspace(low, high, BANDS + 2) / 2595) - 1)
    bins = np.fft.rfftfreq(FRAME, 1 / RATE_HZ)[:, np.newaxis]
    left, centre, right = edges[:-2], edges[1:-1], edges[2:]
    return np.maximum(0, np.minimum((bins - left) / (centre - left), (right - bins) / (right - centre)))
