"""Augmented views of log-mel features: what is done to sound, done where it is cheap.

A gain of g dB adds g * ln(10) / 10 to every log power, exactly but for the offset. Powers of independent
signals add in the mean, so noise is added to the powers, with the spread that an estimate from a few
frequencies has. Masks: Park et al., SpecAugment, arXiv 1904.08779.
"""

import numpy as np
from numpy.typing import NDArray

from tinykd.data.augmentation.options import AudioAugmentation

Samples = NDArray[np.float32]  # (n, time, bands, 1) or (n, time, 1, bands)
_NEPERS_PER_DB = np.log(10.0) / 10.0  # of power
_QUIETEST_NOISE_DB = 40.0  # above ``snr_db``: not to be heard
_DEGREES = 4.0  # of freedom, half: each power is estimated from about this many frequencies


def audio_view(x: Samples, rng: np.random.Generator, how: AudioAugmentation) -> Samples:
    """Another view of ``x``, the same shape."""
    count, time = x.shape[:2]
    flat = x.reshape(count, time, -1).astype(np.float32)
    moved = _shifted(flat, rng, how.shift)
    log_power = moved * how.deviation + how.mean
    log_power += (rng.uniform(-1, 1, (count, 1, 1)) * how.gain_db * _NEPERS_PER_DB).astype(np.float32)
    if how.snr_db is not None:
        log_power = _noisy(log_power, rng, how, how.snr_db)
    view = (log_power - np.float32(how.mean)) / np.float32(how.deviation)
    _mask(view, rng, how.time_mask, axis=1)
    _mask(view, rng, how.band_mask, axis=2)
    return np.ascontiguousarray(view, np.float32).reshape(x.shape)


def _shifted(x: Samples, rng: np.random.Generator, shift: float) -> Samples:
    """Each of ``x`` (n, time, bands) moved by whole frames."""
    count, time = x.shape[:2]
    frames = np.rint(rng.uniform(-1, 1, (count, 1)) * shift * time).astype(np.int64)
    source = np.clip(np.arange(time)[np.newaxis] - frames, 0, time - 1)
    return np.take_along_axis(x, source[..., np.newaxis], axis=1)


def _noisy(log_power: Samples, rng: np.random.Generator, how: AudioAugmentation, snr_db: float) -> Samples:
    """log(exp(log_power) + noise); noise is drawn for every frame and band."""
    count = len(log_power)
    loudness = np.log(np.exp(log_power.astype(np.float64)).mean(axis=(1, 2), keepdims=True))
    bands = np.asarray(how.noise) - np.log(np.exp(how.noise).mean())
    snr = snr_db + rng.uniform(0, 1, (count, 1, 1)) * _QUIETEST_NOISE_DB
    level = loudness - snr * _NEPERS_PER_DB + bands
    spread = rng.standard_gamma(_DEGREES, log_power.shape, np.float32) / _DEGREES
    noise = level + np.log(np.maximum(spread, 1e-6))
    return np.asarray(np.logaddexp(log_power, noise), np.float32)


def _mask(view: Samples, rng: np.random.Generator, longest: float, axis: int) -> None:
    """A stretch of ``axis`` of each sample becomes the sample's mean, in place."""
    count, size = len(view), view.shape[axis]
    length = np.rint(rng.uniform(0, 1, (count, 1)) * longest * size)
    start = np.floor(rng.uniform(0, 1, (count, 1)) * (size - length + 1))
    places = np.arange(size)[np.newaxis]
    hidden = (places >= start) & (places < start + length)
    hidden = hidden[:, :, np.newaxis] if axis == 1 else hidden[:, np.newaxis, :]
    np.copyto(view, view.mean(axis=(1, 2), keepdims=True), where=hidden)
