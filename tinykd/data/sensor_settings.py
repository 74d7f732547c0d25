"""``[features]`` for the channels that a source has: which are accelerations, how large a count is.

What does not fit the samples is refused with the key that has to change.
"""

import math
import re
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from tinykd.data.features.frontend import SensorFrontend
from tinykd.data.features.sensor_features import SensorFeatures
from tinykd.data.features.spectrum import Spectrum
from tinykd.data.kinds import Kinds
from tinykd.data.raw import Raw
from tinykd.data.stored.figures import channel_extremes
from tinykd.data.stored.lazy_rows import chosen
from tinykd.data.types import SampleRows
from tinykd.errors import ConfigError
from tinykd.project.features import FeaturesSection

_LEAST_SHARE = 1e-3  # of the rate: slower filters would need more digits
_COUNTS = 1 << 13  # of the largest value in training: four times as much still fits 16 bits
_MOST_CHANNELS = 60  # of a row; counted in a byte in C, with room for magnitudes
_ACCELERATION = re.compile(r"(total_|body_)?acc|a[ _.-]?[xyz]", re.IGNORECASE)


def sensor_settings(raw: Raw, train: NDArray[np.int64], kinds: Kinds) -> SensorFeatures | None:
    """None where ``[features]`` wants nothing."""
    section = kinds.features
    if not section.is_given:
        return None
    if not isinstance(raw.frontend, SensorFrontend) or raw.x.shape[2] != 1:
        found = f"samples of kind {raw.frontend.to_json()['kind']}"
        raise ConfigError("[features]", found, "windows of a sensor, (time, 1, channels)", "Leave it out")
    rate, channels = _rate(raw.frontend.rate_hz or kinds.sensor.rate), raw.x.shape[3]
    if channels > _MOST_CHANNELS:
        raise ConfigError("[features]", f"{channels} channels", f"at most {_MOST_CHANNELS}")
    _check_cutoffs(section, rate)
    if section.magnitude != "none" and channels % 3:
        raise ConfigError("[features] magnitude", f"{channels} channels", "triples of x, y, z")
    return SensorFeatures(
        tuple(_steps(chosen(raw.x, train))),
        rate,
        section.gravity_hz,
        _gravity_channels(section, raw.frontend.columns, channels),
        section.high_pass_hz,
        section.low_pass_hz,
        section.magnitude,
        _spectrum(section, rate, raw.x.shape[1]),
    )


def _rate(rate: float | None) -> float:
    if rate is None:
        fix = "Say rate in [sensor]"
        raise ConfigError("[features]", "the rate of the recordings is not known", "values per second", fix)
    return rate


def _check_cutoffs(section: FeaturesSection, rate: float) -> None:
    for key in ("gravity_hz", "high_pass_hz", "low_pass_hz"):
        cutoff = getattr(section, key)
        if cutoff is not None and not _LEAST_SHARE * rate <= cutoff < rate / 2:
            found = f"{cutoff:g} Hz at {rate:g} values per second"
            raise ConfigError(f"[features] {key}", found, f"{_LEAST_SHARE * rate:g} to below {rate / 2:g}")


def _gravity_channels(section: FeaturesSection, names: tuple[str, ...], channels: int) -> tuple[int, ...]:
    """Those that are named, else by their names; all where there are no more than three."""
    if section.gravity_hz is None:
        return ()
    given = section.gravity_channels
    if given and (max(given) >= channels or len(set(given)) < len(given)):
        raise ConfigError("[features] gravity_channels", str(list(given)), f"different ones below {channels}")
    named = tuple(i for i, name in enumerate(names) if _ACCELERATION.match(name.strip()))
    found = given or named or (tuple(range(channels)) if channels <= 3 else ())
    if not found:
        what = f"which of {channels} channels are accelerations is not known"
        fix = "Say gravity_channels = [0, 1, 2]"
        raise ConfigError("[features] gravity_hz", what, "their numbers", fix)
    return found


def _steps(x: SampleRows) -> Iterator[float]:
    """One count of each channel, a power of two; alike in each triple, whose magnitude may be taken."""
    low, high = channel_extremes(x)
    largest = np.maximum(np.abs(low), np.abs(high)).astype(np.float64)
    if len(largest) % 3 == 0:
        largest = np.repeat(largest.reshape(-1, 3).max(axis=1), 3)
    for each in largest:
        yield 2.0 ** math.ceil(math.log2(max(each, 1e-30) / _COUNTS))


def _spectrum(section: FeaturesSection, rate: float, window: int) -> Spectrum | None:
    if section.spectrum_bands is None:
        return None
    frame = section.spectrum_window or window
    fft = 1 << (frame - 1).bit_length()
    lowest = section.spectrum_f_min if section.spectrum_f_min is not None else 1.5 * rate / fft
    found = Spectrum(
        rate,
        window,
        frame,
        section.spectrum_hop or max(1, frame // 2),
        section.spectrum_bands,
        lowest,
        section.spectrum_f_max or rate / 2,
    )
    found.check()
    return found
