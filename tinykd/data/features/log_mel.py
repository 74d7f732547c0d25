"""Log-mel features of sound, defined so that a device can compute the same.

A frame of ``frame`` samples (amplitude in [-1, 1]) starts every ``hop`` samples, the first at sample 0; what
does not fill a frame is left out. With the periodic Hann window w (DFT length: the next power of two N):

    P[k] = |DFT(w x)[k]|^2 / sum(w^2)              k = 0 .. N / 2
    E[b] = sum over k of weight[b, k] * P[k]        triangles of height 1 on the mel scale
    feature[b] = ln(E[b] + offset)

Mel scale: mel(f) = 2595 log10(1 + f / 700) (O'Shaughnessy, 1987; HTK's). The model's input is
(feature - mean) / deviation, both one number, measured on the training samples.
"""

from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.errors import ConfigError
from tinykd.project.samples import AudioSection

_BLOCK = 512  # sounds at a time: bounds the memory


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

    def to_json(self) -> dict[str, Any]:
        """All that a device needs to know; tables follow from it."""
        return {**asdict(self), "fft": self.fft, "frames": self.frames, "window": "hann, periodic"}

    def noise(self) -> tuple[float, ...]:
        """Log power of white noise of power 1 in each band."""
        return tuple(float(v) for v in np.log(self.weights().sum(axis=1)))


def log_mel(sounds: NDArray[np.float32], how: LogMel) -> NDArray[np.float32]:
    """(n, samples) to (n, frames, bands)."""
    blocks = [_block(sounds[i : i + _BLOCK], how) for i in range(0, len(sounds), _BLOCK)]
    return np.concatenate(blocks)


def _block(sounds: NDArray[np.float32], how: LogMel) -> NDArray[np.float32]:
    frames = np.lib.stride_tricks.sliding_window_view(sounds, how.frame, axis=1)[:, :: how.hop]
    spectrum = np.fft.rfft(frames * how.window(), how.fft, axis=2)
    power = (spectrum.real**2 + spectrum.imag**2) / float((how.window() ** 2).sum())
    return np.asarray(np.log(power @ how.weights().T + how.offset), np.float32)


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
