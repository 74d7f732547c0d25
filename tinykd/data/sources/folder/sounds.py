"""A folder of WAV files, or arrays of samples, as features. Read and resampled by SciPy.

A sound is brought to one channel, one rate and one length: the middle of a longer one, silence around a
shorter one.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, assert_never

import numpy as np
from numpy.typing import NDArray

from tinykd.data.features.frontend import AudioFrontend, SoundFeatures
from tinykd.data.features.integer_log_mel import IntegerLogMel
from tinykd.data.features.log_mel import LogMel, log_mel
from tinykd.data.features.micro_frontend import MicroFrontend, micro_features, pcm
from tinykd.data.raw import Raw
from tinykd.data.sources.content import Content, bytes_of, size_of
from tinykd.data.sources.folder.files import entries, files_below
from tinykd.data.sources.folder.labelled import raw_of, stacked
from tinykd.data.sources.folder.wav_file import wav_of
from tinykd.data.sources.opened import note_file
from tinykd.data.stored.kept import in_array, kept
from tinykd.data.stored.lazy_rows import changed
from tinykd.data.types import SampleRows, Samples
from tinykd.errors import DataError, one_line
from tinykd.project.samples import AudioSection, DataSection

SUFFIXES = (".wav",)
MAX_FILE_BYTES = 256 << 20
_FEATURES: dict[str, type[LogMel] | type[MicroFrontend]] = {
    "log_mel": LogMel,
    "integer_log_mel": IntegerLogMel,
    "micro_frontend": MicroFrontend,
}
_FULL_SCALE = {"int16": 1 << 15, "int32": 1 << 31, "uint8": 1 << 7}


def load_sounds(folder: Path, section: DataSection, audio: AudioSection, unlabelled: Path | None) -> Raw:
    """The sounds of ``folder``, as features."""
    how = frontend_of(audio).how
    found = entries(folder, SUFFIXES, section)

    def samples(paths: Sequence[Path]) -> SampleRows:
        sounds = stacked(paths, lambda path: read_sound(path, how))
        return kept(changed(sounds, lambda rows: features(rows, how, audio)), str(folder))

    x = samples([entry.path for entry in found.entries])
    raw = raw_of(folder.name, found, x, frontend_of(audio), section.classes)
    raw = replace(raw, sounds=partial(_sounds_of, [entry.path for entry in found.entries], how))
    files = files_below(unlabelled, SUFFIXES) if unlabelled else []
    if not files:
        return raw
    return replace(raw, unlabelled=samples(files))


def _sounds_of(paths: Sequence[Path], how: SoundFeatures, rows: NDArray[np.int64]) -> NDArray[np.float32]:
    return in_array(stacked([paths[row] for row in rows], lambda path: read_sound(path, how)))


def frontend_of(audio: AudioSection) -> AudioFrontend:
    """Not yet normalised."""
    return AudioFrontend(_FEATURES[audio.features].of(audio), audio.layout)


def features(sounds: NDArray[np.float32], how: SoundFeatures, audio: AudioSection) -> NDArray[np.float32]:
    """(n, samples) to (n, frames, bands, 1), or (n, frames, 1, bands)."""
    found = _features(sounds, how)
    return found[:, :, np.newaxis, :] if audio.layout == "time" else found[..., np.newaxis]


def _features(sounds: NDArray[np.float32], how: SoundFeatures) -> NDArray[np.float32]:
    """(n, samples) in [-1, 1] to (n, frames, bands)."""
    match how:
        case LogMel():
            return log_mel(sounds, how)
        case MicroFrontend():
            return micro_features(pcm(sounds), how).astype(np.float32)
        case _:
            assert_never(how)


def inputs(sounds: NDArray[np.float32], frontend: AudioFrontend, audio: AudioSection) -> Samples:
    """(n, samples) in [-1, 1] as a model takes them."""
    found = features(sounds, frontend.how, audio)
    return np.asarray((found - np.float32(frontend.mean)) / np.float32(frontend.deviation), np.float32)


def fitted(sound: NDArray[np.float32], samples: int) -> NDArray[np.float32]:
    """The middle of ``sound`` (any length), or ``sound`` in the middle of silence."""
    if len(sound) >= samples:
        start = (len(sound) - samples) // 2
        return sound[start : start + samples]
    before = (samples - len(sound)) // 2
    return np.pad(sound, (before, samples - len(sound) - before))


def read_sound(path: Path | Content, how: SoundFeatures) -> NDArray[np.float32]:
    """(samples,) at ``how.rate``, in [-1, 1]."""
    rate, values = read_samples(path)
    sound = _one_channel(values, path)
    if rate != how.rate:
        from scipy.signal import resample_poly

        common = math.gcd(rate, how.rate)
        sound = np.asarray(resample_poly(sound, how.rate // common, rate // common), np.float32)
    return fitted(sound, how.samples)


def read_recording(path: Path, rate: int) -> NDArray[np.float32]:
    """(time,) of one channel in [-1, 1]; one of another rate is refused, not resampled."""
    found, values = read_samples(path)
    if values.ndim == 2 and values.shape[1] > 1:
        raise DataError(path, f"{values.shape[1]} channels", "one")
    if found != rate:
        raise DataError(path, f"{found:,} samples per second", f"{rate:,}, as [audio] rate says")
    return _one_channel(values, path)


def read_samples(path: Path | Content) -> tuple[int, NDArray[Any]]:
    """Samples per second, and samples (n) or (n, channels), finite, as the file has them."""
    where = str(path)
    if size_of(path) > MAX_FILE_BYTES:
        raise DataError(where, f"is {size_of(path)} bytes", f"at most {MAX_FILE_BYTES}")
    try:
        rate, values = wav_of(bytes_of(path))
    except Exception as error:  # noqa: BLE001 - a damaged file fails in struct, NumPy or SciPy
        found = f"cannot be read ({one_line(str(error), 120)})"
        raise DataError(where, found, "a whole WAV file of PCM or float samples") from None
    if not 1000 <= rate <= 768_000:
        raise DataError(where, f"{rate} samples per second", "1,000 to 768,000")
    if len(values) == 0:
        raise DataError(where, "no samples")
    if not np.isfinite(values).all():
        raise DataError(where, "NaN or infinite samples", "finite numbers")
    note_file(path)
    return rate, values


def _one_channel(values: NDArray[Any], path: Path | Content) -> NDArray[np.float32]:
    name = str(values.dtype)
    if name in _FULL_SCALE:
        shift = 128 if name == "uint8" else 0
        sound = (values.astype(np.float32) - shift) / np.float32(_FULL_SCALE[name])
    elif np.issubdtype(values.dtype, np.floating):
        sound = values.astype(np.float32)
        if 256 < np.abs(sound).max(initial=0.0) <= _FULL_SCALE["int16"]:  # some tools write 16 bits so
            sound = sound / np.float32(_FULL_SCALE["int16"])
    else:
        raise DataError(str(path), f"samples of type {name}", "8, 16, 24 or 32 bits, or float")
    return np.asarray(sound.mean(axis=1) if sound.ndim == 2 else sound, np.float32)
