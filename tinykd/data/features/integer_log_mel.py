"""Integer log-mel features of 16-bit sound: the micro frontend's arithmetic without its noise and its gain.

Each frame is computed by itself, so that a window that slides gives the same features as whole sounds do. Of
a frame: window, Fourier transform, energies and bands as ``micro_frontend.py`` has them; then, with E as in
``log_mel.py`` (the power of sound in [-1, 1] under a triangle, divided by the window's):

    feature = 32 ln(E + offset) + constant         to the next integer, within rounding

So the features mean what the float ones mean, in steps of 1/32 of a neper; loudness and noise can be changed
in augmentation alike. The root is of E 2^16, which keeps what is quiet.
"""

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tinykd.data.features import micro_tables as tables
from tinykd.data.features.micro_frontend import LOG_SCALE, MicroFrontend, sizes_of
from tinykd.errors import ConfigError
from tinykd.project.samples import AudioSection

STEPS_PER_NEPER = LOG_SCALE / 2  # of power: a root is taken first
_FRACTION_BITS = 16  # of energies


@dataclass(frozen=True)
class IntegerLogMel(MicroFrontend):
    """``offset``: added to a power before its logarithm, as of ``LogMel``."""

    offset: float = 1e-6
    is_plain: ClassVar[bool] = True

    @classmethod
    def of(cls, section: AudioSection) -> "IntegerLogMel":
        """As ``[audio]`` says, or one line why it cannot be."""
        found = cls(*sizes_of(section), section.log_offset)
        found.check()
        if not 0 < found.energy_offset < 1 << 32:
            most = section.log_offset * ((1 << 32) - 1) / found._exact_offset
            least = section.log_offset / found._exact_offset
            wanted = f"{least:.3g} to {most:.3g} for frames of {found.frame} samples"
            fix = 'Say features = "log_mel" for others'
            raise ConfigError("[audio] log_offset", f"{section.log_offset:g}", wanted, fix)
        return found

    @property
    def correction_bits(self) -> int:
        """None: roots have their fraction."""
        return 0

    @property
    def energy_offset(self) -> int:  # type: ignore[override]
        """``offset`` in the unit of the bands' energies."""
        return round(self._exact_offset)

    @property
    def neper_offset(self) -> float:
        """ln(E + offset) = feature / STEPS_PER_NEPER - this."""
        return math.log(self._exact_offset / self.offset)

    def noise(self) -> tuple[float, ...]:
        """Log power of white noise of power 1 in each band."""
        bank = self.filter_bank()
        ends = np.cumsum(bank.widths.astype(np.int64))
        taken = [bank.weights[e - w : e].sum() for e, w in zip(ends, bank.widths, strict=True)]
        given = [bank.unweights[e - w : e].sum() for e, w in zip(ends, bank.widths, strict=True)]
        sums = np.array(taken[1:], np.float64) + np.array(given[:-1], np.float64)
        return tuple(float(v) for v in np.log(sums / (1 << tables.WINDOW_BITS)))

    def to_json(self) -> dict[str, Any]:
        """All that a device needs to know."""
        return {**super().to_json(), "energy_offset": self.energy_offset}

    @property
    def _exact_offset(self) -> float:
        power = float(((self.window().astype(np.float64) / (1 << tables.WINDOW_BITS)) ** 2).sum())
        scale = (32768 / self.fft) ** 2 * (1 << tables.WINDOW_BITS) * (1 << _FRACTION_BITS)
        return scale * power * self.offset
