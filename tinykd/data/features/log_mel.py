"""Log-mel features of sound, defined so that a device can compute the same.

A frame of ``frame`` samples (amplitude in [-1, 1]) starts every ``hop`` samples, the first at sample 0; what
does not fill a frame is left out. With the periodic Hann window w (DFT length: the next power of two N):

    P[k] = |DFT(w x)[k]|^2 / sum(w^2)              k = 0 .. N / 2
    E[b] = sum over k of weight[b, k] * P[k]        triangles of height 1 on the mel scale
    feature[b] = ln(E[b] + offset)

Mel scale: mel(f) = 2595 log10(1 + f / 700) (O'Shaughnessy, 1987; HTK's). The model's input is
(feature - mean) / deviation, both one number, measured on the training samples.

All is float32, each operation in the order of ``firmware/features/tkd_log_mel.h``: radix 2, sums one after
another, a logarithm of its own. So both give the same bytes.
"""

from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.features.float_dft import float_dft, turns
from tinykd.data.features.float_log import SMALLEST, float_log
from tinykd.errors import ConfigError
from tinykd.project.samples import AudioSection

_BLOCK_FRAMES = 500  # at a time: what a processor's cache holds


@dataclass(frozen=True)
class LogMel:
    """The parameters, in samples and hertz."""

    rate: int  # samples per second
    samples: int  # of one sound
    frame: int
    hop: int
    bands: int
    f_min: float
    f_max: float
    offset: float

    @classmethod
    def of(cls, section: AudioSection) -> "LogMel":
        """As ``[audio]`` says, or one line why it cannot be."""
        rate = section.rate
        found = cls(
            rate,
            round(section.seconds * rate),
            round(section.frame_ms * rate / 1000),
            round(section.hop_ms * rate / 1000),
            section.n_mels,
            section.f_min,
            section.f_max or rate / 2,
            section.log_offset,
        )
        found.check()
        return found

    @property
    def fft(self) -> int:
        """Length of the DFT."""
        return 1 << (self.frame - 1).bit_length()

    @property
    def frames(self) -> int:
        """Of one sound."""
        return 1 + (self.samples - self.frame) // self.hop

    def check(self) -> None:
        """Refuse parameters that leave a band or a frame empty."""
        if not 2 <= self.frame <= self.samples or self.hop < 1:
            found = f"frames of {self.frame} samples every {self.hop} in a sound of {self.samples}"
            raise ConfigError("[audio] frame_ms", found, "at least one whole frame")
        if not 0 <= self.f_min < self.f_max <= self.rate / 2:
            found = f"bands from {self.f_min:g} to {self.f_max:g} Hz at {self.rate} samples per second"
            raise ConfigError("[audio] f_max", found, f"f_min < f_max <= {self.rate / 2:g}")
        if self.offset < SMALLEST:
            raise ConfigError("[audio] log_offset", f"{self.offset:g}", f"at least {SMALLEST:.3g}")
        empty = np.flatnonzero(self.weights().sum(axis=1) == 0)
        if len(empty):
            found = f"band {empty[0]} of {self.bands} holds none of {self.fft // 2 + 1} frequencies"
            fix = "Use fewer bands or longer frames"
            raise ConfigError("[audio] n_mels", found, "a frequency in each", fix)

    def window(self) -> NDArray[np.float32]:
        """(frame,) periodic Hann."""
        return _window(self.frame)

    def weights(self) -> NDArray[np.float32]:
        """(bands, fft / 2 + 1)."""
        return _weights(self)

    @property
    def power_scale(self) -> np.float32:
        """1 / sum(w^2)."""
        return np.float32(1.0 / float((self.window().astype(np.float64) ** 2).sum()))

    def to_json(self) -> dict[str, Any]:
        """All that a device needs to know; tables follow from it."""
        return {**asdict(self), "fft": self.fft, "frames": self.frames, "window": "hann, periodic"}

    def noise(self) -> tuple[float, ...]:
        """Log power of white noise of power 1 in each band."""
        return tuple(float(v) for v in np.log(self.weights().sum(axis=1)))


def log_mel(sounds: NDArray[np.float32], how: LogMel) -> NDArray[np.float32]:
    """(n, samples) in [-1, 1] to (n, frames, bands)."""
    size = max(1, _BLOCK_FRAMES // how.frames)
    blocks = [log_mel_steps(sounds[i : i + size], how)["log"] for i in range(0, len(sounds), size)]
    return np.concatenate(blocks)


def log_mel_steps(sounds: NDArray[np.float32], how: LogMel) -> dict[str, NDArray[np.float32]]:
    """What each step gives, (n, frames, ...), in order, as ``tkd_log_mel_step`` leaves it."""
    frames = np.lib.stride_tricks.sliding_window_view(sounds, how.frame, axis=1)[:, :: how.hop]
    windowed = np.zeros((len(sounds), how.frames, how.fft, 2), np.float32)
    windowed[..., : how.frame, 0] = frames * how.window()
    spectrum = float_dft(windowed.reshape(-1, how.fft, 2), turns(how.fft)).reshape(windowed.shape)
    bands = _bands(spectrum, how) * how.power_scale + np.float32(how.offset)
    return {"window": windowed, "fft": spectrum, "bands": bands, "log": float_log(bands)}


def _bands(spectrum: NDArray[np.float32], how: LogMel) -> NDArray[np.float32]:
    """(..., fft, 2) to (..., bands): of each band one power after another."""
    real, imaginary = (spectrum[..., : how.fft // 2 + 1, part] for part in (0, 1))
    power = real * real + imaginary * imaginary
    energy = np.zeros((*power.shape[:-1], how.bands), np.float32)
    for band, row in enumerate(how.weights()):
        used = np.flatnonzero(row)
        for k in range(used[0], used[-1] + 1):
            energy[..., band] += row[k] * power[..., k]
    return energy


@lru_cache(maxsize=4)
def _window(frame: int) -> NDArray[np.float32]:
    return np.asarray(0.5 - 0.5 * np.cos(2 * np.pi * np.arange(frame) / frame), np.float32)


@lru_cache(maxsize=4)
def _weights(how: LogMel) -> NDArray[np.float32]:
    mels = np.linspace(_mel(how.f_min), _mel(how.f_max), how.bands + 2)
    edges = 700 * (10 ** (mels / 2595) - 1)  # hertz
    frequency = np.arange(how.fft // 2 + 1) * how.rate / how.fft
    low, peak, high = (edges[i : i + how.bands, np.newaxis] for i in range(3))
    rising, falling = (frequency - low) / (peak - low), (high - frequency) / (high - peak)
    return np.asarray(np.maximum(0, np.minimum(rising, falling)), np.float32)


def _mel(hertz: float) -> float:
    return float(2595 * np.log10(1 + hertz / 700))
