"""Spectral features of vibration: the power of a signal in bands of equal width, as a logarithm, in integers.

Each frame of a channel goes the way of integer log-mel features (window, Fourier transform, energies, roots,
logarithms; ``firmware/features/tkd_micro_frontend.h`` without noise and gain), with other bands: each bin of
the transform counts in one band alone. With P as in ``log_mel.py``, of samples in counts of 16 bits:

    feature = 32 ln(sum of P + 1) + constant         to the next integer, within rounding
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from tinykd.data.features import micro_tables as tables
from tinykd.data.features.integer_log_mel import IntegerLogMel
from tinykd.errors import ConfigError

_OFFSET = 2.0**-30  # one count of 16 bits, squared: about what rounding to counts adds
_KEYS = "[features] spectrum_"


@dataclass(frozen=True)
class Spectrum(IntegerLogMel):
    """``samples``: of a window, per channel; ``bands`` of equal width from ``f_min`` to ``f_max``."""

    rate: float  # type: ignore[assignment]  # values per second, which need not be whole
    offset: float = _OFFSET

    def check(self) -> None:
        """Refuse parameters that leave a band empty, or that the formats have no room for."""
        if self.frame > self.samples:
            found = f"{self.frame} values in a window of {self.samples}"
            raise ConfigError(f"{_KEYS}window", found, f"at most {self.samples}")
        if not 1 <= self.hop <= self.frame:
            raise ConfigError(f"{_KEYS}hop", f"{self.hop}", f"1 to {self.frame}, as long as a frame")
        if not 0 <= self.f_min < self.f_max <= self.rate / 2:
            found = f"bands from {self.f_min:g} to {self.f_max:g} Hz at {self.rate:g} values per second"
            raise ConfigError(f"{_KEYS}f_max", found, f"f_min < f_max <= {self.rate / 2:g}")
        empty = np.flatnonzero(self.filter_bank().widths[1:] == 0)
        if len(empty):
            found = f"band {empty[0]} of {self.bands} holds none of {self.fft // 2 + 1} frequencies"
            raise ConfigError(
                f"{_KEYS}bands", found, "a frequency in each", "Use fewer bands or longer frames"
            )

    def filter_bank(self) -> tables.FilterBank:
        """Rectangles: the first channel, which only gives to the next, has no bins."""
        return _rectangles(self)

    def to_json(self) -> dict[str, Any]:
        """All that a device needs to know."""
        return {**super().to_json(), "bank": "rectangles"}


@lru_cache(maxsize=4)
def _rectangles(how: Spectrum) -> tables.FilterBank:
    hertz = np.arange(how.fft // 2 + 1) * how.rate / how.fft
    edges = how.f_min + (how.f_max - how.f_min) * np.arange(how.bands + 1) / how.bands
    starts = np.searchsorted(hertz, edges - 1e-9 * how.rate, side="left")
    starts[-1] = np.searchsorted(hertz, how.f_max * (1 + 1e-9), side="right")  # the last one is inside
    widths = np.concatenate([[0], np.diff(starts)])
    used = int(starts[-1] - starts[0])
    weights = np.full(used, 1 << tables.WINDOW_BITS, np.int16)
    begins = np.concatenate([starts[:1], starts[:-1]])
    return tables.FilterBank(
        begins.astype(np.int16), widths.astype(np.int16), weights, np.zeros(used, np.int16)
    )
