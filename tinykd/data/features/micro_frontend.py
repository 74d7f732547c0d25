"""The micro frontend: integer log-mel features of 16-bit sound, as wake-word models take them.

Source: tensorflow/lite/experimental/microfrontend/lib of TensorFlow, and signal/src of tflite-micro. Of each
frame, in integers alone: a Hann window, a Fourier transform in fixed point, the energies of the bins, their
sums in bands on the mel scale, square roots, what is above a running estimate of the noise in each band, a
gain that falls with that noise (PCAN), and 64 ln of it. The estimate is 0 where a sound begins.

At 16 kHz with frames of 30 ms, 40 bands and 125 to 7500 Hz it equals pymicro-features in every value, which
has no other parameters; here any rate will do. ``firmware/features/tkd_micro_frontend.c`` computes the same
on a device, in every byte.
"""

import zlib
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from tinykd.data.features import micro_tables as tables
from tinykd.data.features.fixed_fft import rfft
from tinykd.errors import ConfigError
from tinykd.project.samples import AudioSection

Integers = NDArray[np.uint64]
SHORTEST, LONGEST = 1 << 6, 1 << 15  # transforms that the fixed-point formats have room for
LOG_SCALE = 64  # a feature of 64 is e times one of 0
MOST = 1420  # the largest feature: 64 ln(2^32)
SMOOTHING = (409, 983)  # of even and odd bands, 0.025 and 0.06: the new frame's part of the noise's estimate
LEAST_SIGNAL = 819  # 0.05: what of a frame always remains
SMOOTHING_BITS, BITS = 10, 14  # the estimate's more than the signal's; of the constants above
_SNR_BITS = 12
_BLOCK_FRAMES = 200  # at a time: what a processor's cache holds
_WORD = np.uint64(0xFFFFFFFF)
_LN_2 = 45426  # in units of 2^-16


@dataclass(frozen=True)
class MicroFrontend:
    """The parameters, in samples and hertz; all else is fixed."""

    rate: int  # samples per second
    samples: int  # of one sound
    frame: int
    hop: int
    bands: int
    f_min: float
    f_max: float
    is_plain: ClassVar[bool] = False  # True: integer_log_mel.py
    energy_offset: ClassVar[int] = 0

    @classmethod
    def of(cls, section: AudioSection) -> "MicroFrontend":
        """As ``[audio]`` says, or one line why it cannot be."""
        found = cls(*sizes_of(section))
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

    @property
    def correction_bits(self) -> int:
        """By how much a band's root is smaller than with a DFT of 64."""
        return self.fft.bit_length() - 7

    @property
    def gain_shift(self) -> int:
        """Bits that a band times its gain is moved to the right."""
        return 21 - self.correction_bits - _SNR_BITS

    def check(self) -> None:
        """Refuse parameters that leave a band or a frame empty, or that the formats have no room for."""
        if not 2 <= self.frame <= self.samples or self.hop < 1:
            found = f"frames of {self.frame} samples every {self.hop} in a sound of {self.samples}"
            raise ConfigError("[audio] frame_ms", found, "at least one whole frame")
        if not SHORTEST <= self.fft <= LONGEST:
            found = f"frames of {self.frame} samples"
            name = "integer_log_mel" if self.is_plain else "micro_frontend"
            wanted = f'{SHORTEST // 2 + 1} to {LONGEST} for features = "{name}"'
            fix = 'Say features = "log_mel" for others' if self.is_plain else ""
            raise ConfigError("[audio] frame_ms", found, wanted, fix)
        if not 0 <= self.f_min < self.f_max <= self.rate / 2:
            found = f"bands from {self.f_min:g} to {self.f_max:g} Hz at {self.rate} samples per second"
            raise ConfigError("[audio] f_max", found, f"f_min < f_max <= {self.rate / 2:g}")
        widths = self.filter_bank().widths
        empty = np.flatnonzero(widths[:-1] + widths[1:] == 0)
        if len(empty):
            found = f"band {empty[0]} of {self.bands} holds none of {self.fft // 2 + 1} frequencies"
            fix = "Use fewer bands or longer frames"
            raise ConfigError("[audio] n_mels", found, "a frequency in each", fix)

    def window(self) -> tables.Table:
        """(frame,), 4096 is 1."""
        return tables.window(self.frame)

    def filter_bank(self) -> tables.FilterBank:
        """Of the bins of one frame."""
        return _filter_bank(self)

    def gains(self) -> tables.Table:
        """(125,) by the noise."""
        return _gains(self.correction_bits)

    def to_json(self) -> dict[str, Any]:
        """All that a device needs to know; tables follow from it, and have a checksum."""
        sizes = {"fft": self.fft, "frames": self.frames, "log_scale": LOG_SCALE}
        return {**asdict(self), **sizes, "tables": self._checksum()}

    def _checksum(self) -> str:
        """CRC-32 of window, filter bank and gains: other tables give other features."""
        bank = self.filter_bank()
        parts = (self.window(), bank.starts, bank.widths, bank.weights, bank.unweights, self.gains())
        return f"{zlib.crc32(b''.join(part.astype('<i2').tobytes() for part in parts)):08x}"


def sizes_of(section: AudioSection) -> tuple[int, int, int, int, int, float, float]:
    """The fields of ``MicroFrontend``."""
    rate = section.rate
    return (
        rate,
        round(section.seconds * rate),
        round(section.frame_ms * rate / 1000),
        round(section.hop_ms * rate / 1000),
        section.n_mels,
        section.f_min,
        section.f_max or rate / 2,
    )


def micro_features(sounds: NDArray[np.int16], how: MicroFrontend) -> NDArray[np.int16]:
    """(n, samples) to (n, frames, bands), 0 to ``MOST``."""
    size = max(1, _BLOCK_FRAMES // how.frames)
    blocks = [micro_steps(sounds[i : i + size], how)["log"] for i in range(0, len(sounds), size)]
    return np.concatenate(blocks)


def micro_stream(sound: NDArray[np.int16], how: MicroFrontend) -> NDArray[np.int16]:
    """(time,) to (rows, bands): frames of a sound without end, whose noise is followed from its beginning."""
    frames = np.lib.stride_tricks.sliding_window_view(sound, how.frame)[:: how.hop]
    starts = range(0, len(frames), _BLOCK_FRAMES)
    pieces = [_bands(frames[i : i + _BLOCK_FRAMES], how)["root"] for i in starts]
    return np.asarray(_of_roots(np.concatenate(pieces)[np.newaxis], how)["log"][0], np.int16)


def pcm(sounds: NDArray[np.float32]) -> NDArray[np.int16]:
    """Samples in [-1, 1] as a converter of 16 bits gives them."""
    return np.asarray(np.clip(np.rint(sounds * np.float32(32768)), -32768, 32767), np.int16)


def micro_steps(sounds: NDArray[np.int16], how: MicroFrontend) -> dict[str, NDArray[Any]]:
    """What each step gives, (n, frames, ...), in order, as ``tkd_micro_frontend_step`` leaves it."""
    frames = np.lib.stride_tricks.sliding_window_view(sounds, how.frame, axis=1)[:, :: how.hop]
    found: dict[str, NDArray[Any]] = {
        name: values.reshape(len(sounds), how.frames, *values.shape[1:])
        for name, values in _bands(frames.reshape(-1, how.frame), how).items()
    }
    return {**found, **_of_roots(found["root"], how)}


def _of_roots(roots: Integers, how: MicroFrontend) -> dict[str, NDArray[Any]]:
    """(n, frames, bands) to the steps behind them."""
    if how.is_plain:
        return {"log": _logarithm(roots)}
    signal, noise = _without_noise(roots)
    gained = _gained(signal, noise, how)
    logarithm = _logarithm(gained << np.uint64(how.correction_bits) & _WORD)
    return {"noise": signal, "gain": gained, "log": logarithm}


def _bands(frames: NDArray[np.int16], how: MicroFrontend) -> dict[str, NDArray[Any]]:
    """(n, frame) to the steps as far as roots of the bands' energies, (n, ...) each."""
    bank = how.filter_bank()
    windowed = ((frames.astype(np.int32) * how.window()) >> tables.WINDOW_BITS).astype(np.int16)
    size = np.where(windowed == -32768, 0, np.abs(windowed.astype(np.int32)))
    scale = 15 - _bit_length(size.max(axis=1).astype(np.uint64))
    scale = np.where(scale == 15, 0, scale)  # silence stays
    scaled = (windowed.astype(np.int32) << scale[:, np.newaxis]).astype(np.int16)
    spectrum = rfft(np.pad(scaled, ((0, 0), (0, how.fft - how.frame))))
    energy = np.zeros(spectrum.shape[:2], np.int64)
    used = slice(bank.starts[0], bank.stop)
    energy[:, used] = (spectrum[:, used].astype(np.int64) ** 2).sum(axis=2)
    own = _per_channel(energy[:, used] * bank.weights, bank.widths)[:, 1:]
    sums = own + _per_channel(energy[:, used] * bank.unweights, bank.widths)[:, :-1]
    bits = scale[:, np.newaxis].astype(np.uint64)
    bands = sums.astype(np.uint64)
    if how.is_plain:
        bands = (bands << np.uint64(16)) + (np.uint64(how.energy_offset) << (np.uint64(2) * bits))
    root = _root(bands) >> bits
    steps: dict[str, NDArray[Any]] = {
        "window": windowed,
        "scale": scaled,
        "fft": spectrum.astype(np.int16),
        "energy": energy,
    }
    return {**steps, "bands": bands, "root": root}


def _per_channel(products: NDArray[np.int64], widths: tables.Table) -> NDArray[np.int64]:
    """(n, bins) summed over the bins of each channel: (n, channels)."""
    ends = np.cumsum(widths.astype(np.int64))
    sums = np.concatenate([np.zeros((len(products), 1), np.int64), products.cumsum(axis=1)], axis=1)
    return np.asarray(sums[:, ends] - sums[:, ends - widths], np.int64)


def _root(x: Integers) -> Integers:
    """To nearest; up to 32 bits no more than 16."""
    root = np.sqrt(x.astype(np.float64)).astype(np.uint64)
    root -= (root * root > x).astype(np.uint64)
    root += ((root + np.uint64(1)) ** 2 <= x).astype(np.uint64)
    is_largest = (x <= _WORD) & (root == 0xFFFF)
    return np.asarray(root + ((x - root * root > root) & ~is_largest), np.uint64)


def _without_noise(bands: Integers) -> tuple[Integers, Integers]:
    """(n, frames, bands): the signal above the noise, and the noise's estimate after each frame."""
    count = bands.shape[2]
    new = np.resize(np.array(SMOOTHING, np.uint64), count)
    old = np.uint64(1 << BITS) - new
    up = bands << np.uint64(SMOOTHING_BITS) & _WORD
    noise = np.zeros_like(bands)
    estimate = np.zeros((len(bands), count), np.uint64)
    for i in range(bands.shape[1]):
        estimate = (up[:, i] * new + estimate * old) >> np.uint64(BITS)
        noise[:, i] = estimate
    rest = (up - np.minimum(noise, up)) >> np.uint64(SMOOTHING_BITS)
    least = (bands * np.uint64(LEAST_SIGNAL)) >> np.uint64(BITS)
    return np.maximum(rest, least), noise


def _gained(signal: Integers, noise: Integers, how: MicroFrontend) -> Integers:
    """The signal times the noise's gain, in units of 1 / 64, small ones squared."""
    product = (signal * _gain(noise, how.gains())) >> np.uint64(how.gain_shift) & _WORD
    small = (product * product) >> np.uint64(20)
    return np.where(product < 8192, small, (product >> np.uint64(6)) - np.uint64(64))


def _gain(noise: Integers, table: tables.Table) -> Integers:
    """A parabola between powers of two."""
    lut = table.astype(np.int64)
    place = _bit_length(noise)
    at = np.maximum(4 * place - 6, 0)
    x = noise.astype(np.int64)
    fraction = np.where(place < 11, x << np.maximum(11 - place, 0), x >> np.maximum(place - 11, 0)) & 0x3FF
    slope = ((lut[at + 2] * fraction) >> 5) + (lut[at + 1] << 5)
    rise = (slope * fraction + (1 << 14)).astype(np.int32).astype(np.int64) >> 15
    gain = np.where(noise <= 2, lut[np.minimum(x, 2)], (rise + lut[at]).astype(np.int16))
    return gain.astype(np.int32).astype(np.uint32).astype(np.uint64)


def _logarithm(x: Integers) -> NDArray[np.int16]:
    """64 ln x, 0 for 0."""
    whole = np.maximum(_bit_length(x) - 1, 0)
    above = x.astype(np.int64) - (np.int64(1) << whole)
    linear = np.where(whole < 16, above << np.maximum(16 - whole, 0), above >> np.maximum(whole - 16, 0))
    bend = _bend()
    segment = np.where(x > 1, linear >> 9, 0)
    low, high = bend[segment], bend[segment + 1]
    fraction = linear + low + (((high - low) * (linear - (segment << 9))) >> 16)
    natural = (_LN_2 * ((whole << 16) + fraction) + (1 << 15)) >> 16
    return np.where(x > 1, (LOG_SCALE * natural + (1 << 15)) >> 16, 0).astype(np.int16)


@lru_cache(maxsize=1)
def _bend() -> NDArray[np.int64]:
    """(129,) log2(1 + i / 128) - i / 128 in units of 2^-16."""
    share = np.arange(129) / 128
    return np.rint(65536 * (np.log2(1 + share) - share)).astype(np.int64)


def _bit_length(x: Integers) -> NDArray[np.int64]:
    """1 for 1, 2 for 2 and 3; 0 for 0. Below 2^53."""
    return np.frexp(x.astype(np.float64))[1].astype(np.int64)


@lru_cache(maxsize=4)
def _gains(correction_bits: int) -> tables.Table:
    return tables.gains(correction_bits)


@lru_cache(maxsize=4)
def _filter_bank(how: MicroFrontend) -> tables.FilterBank:
    return tables.filter_bank(how.rate, how.fft, how.bands, how.f_min, how.f_max)
