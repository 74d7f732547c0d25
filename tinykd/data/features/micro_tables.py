"""The constants of the micro frontend, as integers: window, filter bank, gains.

Source: tensorflow/lite/experimental/microfrontend/lib of TensorFlow (window_util, filterbank_util,
pcan_gain_control_util) as pymicro-features has them: computed in float32, each function rounded to it.
TensorFlow's own copy takes some of them in double, which moves a few weights by 1. Mel scale:
mel(f) = 1127 ln(1 + f / 700).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tinykd.data.features.log1p import log1p

Table = NDArray[np.int16]
WINDOW_BITS = 12  # 4096 is 1, of window and filter bank
_ONE = 1 << WINDOW_BITS
_GAIN_BITS, _GAIN_STRENGTH, _GAIN_OFFSET = 21, np.float32(0.95), np.float32(80.0)
_PLACES = 32  # of the noise's highest bit
_f = np.float32


@dataclass(frozen=True)
class FilterBank:
    """What a bin does not give to its channel it gives to the next. The first of bands + 1 gives only."""

    starts: Table  # (bands + 1,) the first bin of each
    widths: Table  # (bands + 1,) bins of each
    weights: Table  # of every bin, one channel after another: for its channel
    unweights: Table  # and for the next one

    @property
    def offsets(self) -> Table:
        """(bands + 1,) where the weights of each begin."""
        return np.asarray(np.cumsum(self.widths) - self.widths, np.int16)

    @property
    def stop(self) -> int:
        """Behind the last bin that is used."""
        return int(self.starts[-1] + self.widths[-1])


def window(frame: int) -> Table:
    """(frame,) Hann, its samples half way between the points of the periodic one."""
    angle = _f(np.pi) * _f(2) / _f(frame) * (np.arange(frame).astype(np.float32) + _f(0.5))
    value = _f(0.5) - _f(0.5) * np.cos(angle.astype(np.float64)).astype(np.float32)
    return np.asarray(np.floor(value * _f(_ONE) + _f(0.5)), np.int16)


def filter_bank(rate: int, fft: int, bands: int, f_min: float, f_max: float) -> FilterBank:
    """Triangles of bands + 1 channels on the mel scale; bins above fft / 2 do not exist."""
    hz_per_bin = _f(0.5) * _f(rate) / _f(fft // 2)
    low, high = _mel(np.array([f_min, f_max], np.float32))
    spacing = (high - low) / _f(bands + 1)
    centers = low + spacing * np.arange(1, bands + 2).astype(np.float32)
    first = int(_f(1.5) + _f(f_min) / hz_per_bin)  # never the mean
    mels = _mel(np.arange(fft // 2 + 1).astype(np.float32) * hz_per_bin)
    ends = np.maximum(np.searchsorted(mels, centers, side="right"), first)  # a channel's go up to its center
    starts = np.concatenate([[first], ends[:-1]])
    widths = ends - starts
    own = np.repeat(np.arange(bands + 1), widths)  # the channel of each bin
    below = np.concatenate([[low], centers[:-1]])
    weight = (centers[own] - mels[first : ends[-1]]) / (centers[own] - below[own])
    taken, given = (np.floor(w * _f(_ONE) + _f(0.5)).astype(np.int16) for w in (weight, _f(1) - weight))
    return FilterBank(starts.astype(np.int16), widths.astype(np.int16), taken, given)


def gains(correction_bits: int) -> Table:
    """(125,) of the noise: its gain at 0 and 1, then value, slope and curvature from each power of two on."""
    input_bits = 10 - correction_bits
    found = np.zeros(4 * _PLACES - 3, np.int16)
    found[:2] = _gain(0, input_bits), _gain(1, input_bits)
    for place in range(2, _PLACES + 1):
        x0 = 1 << (place - 1)
        x2 = 2 * x0 - (place == _PLACES)
        y0, y1, y2 = (_gain(x, input_bits) for x in (x0, x0 + (x0 >> 1), x2))
        slope = 4 * (y1 - y0) - (y2 - y0)
        at = 4 * place - 6
        found[at : at + 3] = np.array([y0, slope, y2 - y0 - slope]).astype(np.int16)
    return found


def _mel(hertz: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(_f(1127) * log1p(hertz / _f(700)), np.float32)


def _gain(x: int, input_bits: int) -> int:
    """(noise + offset) ^ -strength, in units of 2^-21."""
    noise = _f(x) / _f(1 << input_bits) + _GAIN_OFFSET
    power = _f(float(noise) ** -float(_GAIN_STRENGTH))
    gain = _f(1 << _GAIN_BITS) * power
    return 32767 if gain > 32767 else int(gain + _f(0.5))
