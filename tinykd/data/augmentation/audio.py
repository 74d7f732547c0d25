"""Augmented views of log-mel features: what is done to sound, done where it is cheap.

A gain of g dB adds g * ln(10) / 10 to every log power, exactly but for the offset. Powers of independent
signals add in the mean, so noise is added to the powers, with the spread that an estimate from a few
frequencies has. Masks: Park et al., SpecAugment, arXiv 1904.08779.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tinykd.data.augmentation.noise import DrawNoise, at_once
from tinykd.data.augmentation.options import AudioAugmentation
from tinykd.data.types import SampleRows

Samples = NDArray[np.float32]  # (n, time, bands, 1) or (n, time, 1, bands)
Reals = NDArray[np.float64]
_NEPERS_PER_DB = np.log(10.0) / 10.0  # of power
_QUIETEST_NOISE_DB = 40.0  # above ``snr_db``: not to be heard
_DEGREES = 4.0  # of freedom, half: each power is estimated from about this many frequencies


@dataclass(frozen=True)
class AudioMoves:
    """What happens to each of n samples, in the order that it is drawn in."""

    frames: NDArray[np.int64]  # (n, 1) by which it is moved
    gain: Samples  # (n, 1, 1) log power
    snr_db: Reals | None  # (n, 1, 1); None: no noise
    spread: SampleRows | None  # (n, time, bands) of the noise's powers
    masks: tuple[tuple[Reals, Reals], ...]  # (n, 1) length and start, of time and of bands

    def take(self, rows: NDArray[np.int64]) -> "AudioMoves":
        """Of these samples."""
        snr_db = None if self.snr_db is None else self.snr_db[rows]
        spread = None if self.spread is None else self.spread[rows]
        masks = tuple((length[rows], start[rows]) for length, start in self.masks)
        return AudioMoves(self.frames[rows], self.gain[rows], snr_db, spread, masks)


def audio_view(x: Samples, rng: np.random.Generator, how: AudioAugmentation) -> Samples:
    """Another view of ``x``, the same shape."""
    return moved_sounds(x, audio_moves(rng, x.shape, how), how)


def audio_moves(
    rng: np.random.Generator, shape: tuple[int, ...], how: AudioAugmentation, noise: DrawNoise = at_once
) -> AudioMoves:
    """Of a view of ``shape``; ``noise`` keeps what is drawn for every value."""
    count, time, bands = shape[0], shape[1], shape[2] * shape[3]
    frames = np.rint(rng.uniform(-1, 1, (count, 1)) * how.shift * time).astype(np.int64)
    gain = (rng.uniform(-1, 1, (count, 1, 1)) * how.gain_db * _NEPERS_PER_DB).astype(np.float32)
    snr_db, spread = None, None
    if how.snr_db is not None:
        snr_db = how.snr_db + rng.uniform(0, 1, (count, 1, 1)) * _QUIETEST_NOISE_DB
        spread = noise(lambda some: rng.standard_gamma(_DEGREES, some, np.float32), (count, time, bands))
    sides = ((how.time_mask, time), (how.band_mask, bands))
    return AudioMoves(frames, gain, snr_db, spread, tuple(_mask(rng, count, *side) for side in sides))


def moved_sounds(x: Samples, moves: AudioMoves, how: AudioAugmentation) -> Samples:
    """``x`` with ``moves`` of as many samples."""
    count, time = x.shape[:2]
    log_power = _shifted(x.reshape(count, time, -1).astype(np.float32), moves.frames)
    log_power = log_power * how.deviation + how.mean
    log_power += moves.gain
    if moves.snr_db is not None:
        log_power = _noisy(log_power, moves, how)
    view = (log_power - np.float32(how.mean)) / np.float32(how.deviation)
    for axis, mask in enumerate(moves.masks, start=1):
        _hide(view, mask, axis)
    return np.ascontiguousarray(view, np.float32).reshape(x.shape)


def _shifted(x: Samples, frames: NDArray[np.int64]) -> Samples:
    """Each of ``x`` (n, time, bands) moved by whole ``frames`` (n, 1)."""
    time = x.shape[1]
    source = np.clip(np.arange(time)[np.newaxis] - frames, 0, time - 1)
    return np.take_along_axis(x, source[..., np.newaxis], axis=1)


def _noisy(log_power: Samples, moves: AudioMoves, how: AudioAugmentation) -> Samples:
    """log(exp(log_power) + noise); noise is drawn for every frame and band."""
    assert moves.snr_db is not None and moves.spread is not None
    loudness = np.log(np.exp(log_power.astype(np.float64)).mean(axis=(1, 2), keepdims=True))
    bands = np.asarray(how.noise) - np.log(np.exp(how.noise).mean())
    level = loudness - moves.snr_db * _NEPERS_PER_DB + bands
    spread = moves.spread[:] / _DEGREES
    noise = level + np.log(np.maximum(spread, 1e-6))
    return np.asarray(np.logaddexp(log_power, noise), np.float32)


def _mask(rng: np.random.Generator, count: int, longest: float, size: int) -> tuple[Reals, Reals]:
    """(n, 1) length and start of a stretch of ``size`` values."""
    length = np.rint(rng.uniform(0, 1, (count, 1)) * longest * size)
    return length, np.floor(rng.uniform(0, 1, (count, 1)) * (size - length + 1))


def _hide(view: Samples, mask: tuple[Reals, Reals], axis: int) -> None:
    """A stretch of ``axis`` of each sample becomes the sample's mean, in place."""
    length, start = mask
    places = np.arange(view.shape[axis])[np.newaxis]
    hidden = (places >= start) & (places < start + length)
    hidden = hidden[:, :, np.newaxis] if axis == 1 else hidden[:, np.newaxis, :]
    np.copyto(view, view.mean(axis=(1, 2), keepdims=True), where=hidden)
