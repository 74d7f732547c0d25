"""From measured values to features of a sensor, in integers: what ``firmware/features/tkd_filters.h`` has.

Measured values become counts of 16 bits (``steps``: one count of each channel, in its unit), with 12 bits of
fraction from then on. In this order, each only where it is wanted: gravity removed (what a low-pass leaves is
taken off), a high-pass, a low-pass, the magnitude of each three channels, the spectrum in bands.
"""

from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from tinykd.data.features.biquads import FRACTION_BITS, Biquad, Values, filtered, held, high_pass, low_pass
from tinykd.data.features.micro_frontend import micro_steps
from tinykd.data.features.spectrum import Spectrum

Magnitude = Literal["none", "added", "only"]
Steps = dict[str, NDArray[Any]]
VALUES_PER_COUNT = 1 << FRACTION_BITS
_BLOCK = 4096  # windows at a time: bounds the memory


@dataclass(frozen=True)
class SensorFeatures:
    """Cutoffs in Hz, None: no such filter."""

    steps: tuple[float, ...]  # float32, of each channel as it is measured
    rate_hz: float
    gravity_hz: float | None = None
    gravity_channels: tuple[int, ...] = ()
    high_pass_hz: float | None = None
    low_pass_hz: float | None = None
    magnitude: Magnitude = "none"
    spectrum: Spectrum | None = None

    def over(self, values: int) -> "SensorFeatures":
        """The same of so many values in place of a window."""
        spectrum = replace(self.spectrum, samples=values) if self.spectrum else None
        return replace(self, spectrum=spectrum)

    @property
    def measured(self) -> int:
        """Channels before the features."""
        return len(self.steps)

    @property
    def channels(self) -> int:
        """After the filters."""
        triples = self.measured // 3
        return {"none": self.measured, "added": self.measured + triples, "only": triples}[self.magnitude]

    @property
    def width(self) -> int:
        """Values of a row while it is computed."""
        return max(self.measured, self.channels)

    @property
    def row(self) -> int:
        """Features of one row of the model's input."""
        return self.channels * (1 if self.spectrum is None else self.spectrum.bands)

    @property
    def gravity(self) -> Biquad | None:
        """The low-pass whose output is taken off."""
        return None if self.gravity_hz is None else low_pass(self.gravity_hz, self.rate_hz)

    @property
    def high_pass(self) -> Biquad | None:
        """As a filter."""
        return None if self.high_pass_hz is None else high_pass(self.high_pass_hz, self.rate_hz)

    @property
    def low_pass(self) -> Biquad | None:
        """As a filter."""
        return None if self.low_pass_hz is None else low_pass(self.low_pass_hz, self.rate_hz)

    @property
    def units(self) -> tuple[float, ...]:
        """What a feature of 1 is: of filtered channels in the channel's unit, of spectra in nepers."""
        if self.spectrum is not None:
            return (1 / 32,) * self.row
        own = self.steps[: self.measured] if self.magnitude != "only" else ()
        lengths = self.steps[::3] if self.magnitude != "none" else ()
        return tuple(step / VALUES_PER_COUNT for step in (*own, *lengths))

    def to_json(self) -> dict[str, Any]:
        """All that a device needs to know."""
        return {**asdict(self), "spectrum": self.spectrum.to_json() if self.spectrum else None}


def sensor_features(x: NDArray[np.float32], how: SensorFeatures) -> NDArray[np.float32]:
    """(n, time, channels) as measured to (n, rows, features)."""
    return np.concatenate([_block(x[i : i + _BLOCK], how) for i in range(0, len(x), _BLOCK)])


def _block(x: NDArray[np.float32], how: SensorFeatures) -> NDArray[np.float32]:
    values = list(filter_steps(x, how).values())[-1]
    if how.spectrum is None:
        return values[:, :, : how.channels].astype(np.float32)
    found = spectrum_steps(values, how)["log"]
    return found.reshape(len(x), how.spectrum.frames, how.row).astype(np.float32)


def filter_steps(x: NDArray[np.float32], how: SensorFeatures) -> Steps:
    """(n, time, channels) to what each filter gives: (n, time, width) of int32, 0 beyond the channels."""
    counts = _counts(x, np.array(how.steps, np.float32))
    values = np.zeros((*x.shape[:2], how.width), np.int64)
    values[..., : how.measured] = counts * VALUES_PER_COUNT
    found = {"count": values}
    own = slice(0, how.measured)
    if how.gravity:
        taken = list(how.gravity_channels)
        values = values.copy()
        values[..., taken] = held(values[..., taken] - filtered(values[..., taken], how.gravity))
        found["gravity"] = values
    for name, filter in (("high_pass", how.high_pass), ("low_pass", how.low_pass)):
        if filter:
            values = values.copy()
            values[..., own] = filtered(values[..., own], filter)
            found[name] = values
    if how.magnitude != "none":
        found["magnitude"] = _with_magnitude(values, how)
    return {name: each.astype(np.int32) for name, each in found.items()}


def _counts(x: NDArray[np.float32], steps: NDArray[np.float32]) -> Values:
    """To the nearest, halves away from zero, held within 16 bits: ``tkd_quantize_s16``."""
    with np.errstate(over="ignore"):
        ratio = np.divide(x, steps, dtype=np.float32).astype(np.float64)
    whole = np.copysign(np.floor(np.abs(ratio) + 0.5), ratio)
    return np.asarray(np.clip(whole, -32768, 32767), np.int64)


def _with_magnitude(values: Values, how: SensorFeatures) -> Values:
    triples = values[..., : how.measured].reshape(*values.shape[:2], -1, 3)
    lengths = held(_root((triples * triples).sum(axis=3).astype(np.uint64)).astype(np.int64))
    found = np.zeros_like(values)
    start = 0 if how.magnitude == "only" else how.measured
    found[..., :start] = values[..., :start]
    found[..., start : start + lengths.shape[2]] = lengths
    return found


def _root(x: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The largest whole number whose square is no more than ``x``, below 2^62."""
    root = np.sqrt(x.astype(np.float64)).astype(np.uint64)
    root -= (root * root > x).astype(np.uint64)
    return np.asarray(root + ((root + np.uint64(1)) ** 2 <= x), np.uint64)


def spectrum_steps(values: NDArray[np.int32], how: SensorFeatures) -> Steps:
    """(n, time, width) to what each step gives: (n, frames * channels, ...), channels of a frame together."""
    assert how.spectrum is not None
    signals = signals_of(values[:, :, : how.channels])
    n, _, channels = signals.shape
    each = np.moveaxis(signals, 2, 1).reshape(n * channels, -1)
    frames = np.lib.stride_tricks.sliding_window_view(each, how.spectrum.frame, axis=1)[
        :, :: how.spectrum.hop
    ]
    found: Steps = {"frame": frames, **micro_steps(each, how.spectrum)}
    return {name: _by_frame(step, n, channels) for name, step in found.items()}


def signals_of(values: NDArray[np.int32]) -> NDArray[np.int16]:
    """Without their fraction, to the nearest, held within 16 bits."""
    whole = (values.astype(np.int64) + (VALUES_PER_COUNT >> 1)) >> FRACTION_BITS
    return np.asarray(np.clip(whole, -32768, 32767), np.int16)


def _by_frame(step: NDArray[Any], n: int, channels: int) -> NDArray[Any]:
    """(n * channels, frames, ...) to (n, frames * channels, ...)."""
    frames, rest = step.shape[1], step.shape[2:]
    moved = np.moveaxis(step.reshape(n, channels, frames, *rest), 1, 2)
    return np.ascontiguousarray(moved).reshape(n, frames * channels, *rest)
