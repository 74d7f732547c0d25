"""Mean 0 and deviation 1 over the training samples, and how samples of a kind may be changed.

Sensors: each channel by itself; tables: each column. Features of sound: all together, so that loudness and
colour of a sound stay. Images are in [0, 1] already.
"""

from dataclasses import replace
from typing import assert_never

import numpy as np
from numpy.typing import NDArray

from tinykd.data.augmentation.options import (
    AudioAugmentation,
    Augmentation,
    Augmenting,
    SceneAugmentation,
    SensorAugmentation,
    TableAugmentation,
    TextAugmentation,
)
from tinykd.data.features.frontend import (
    AudioFrontend,
    ImageFrontend,
    SensorFrontend,
    TableFrontend,
    TextFrontend,
)
from tinykd.data.features.integer_log_mel import STEPS_PER_NEPER, IntegerLogMel
from tinykd.data.features.log_mel import LogMel
from tinykd.data.kinds import Kinds
from tinykd.data.raw import Raw
from tinykd.data.stored.figures import channel_extremes, moments
from tinykd.data.stored.lazy_rows import changed, chosen
from tinykd.data.types import SampleRows
from tinykd.errors import ConfigError, DataError
from tinykd.project.samples import AudioSection

RATE_TOLERANCE = 0.1  # by how much a device may be slower or faster than the recordings


def normalised(raw: Raw, train: NDArray[np.int64], kinds: Kinds) -> Raw:
    """``raw`` with its front end completed and applied; ``train``: the rows that are measured."""
    match raw.frontend:
        case ImageFrontend() | TextFrontend():
            return raw
        case SensorFrontend():
            mean, deviation = _of_sensor(raw, raw.frontend, train, kinds)
            rate_hz = _rate_hz(raw.frontend.rate_hz, kinds.sensor.rate, raw.name)
            statistics = tuple(mean.tolist()), tuple(deviation.tolist())
            sensor = SensorFrontend(*statistics, rate_hz, raw.frontend.columns, raw.frontend.features)
            return _applied(raw, sensor, mean, deviation)
        case TableFrontend():
            return _normalised_table(raw, raw.frontend, train)
        case AudioFrontend():
            mean, deviation = _statistics(chosen(raw.x, train), None, True, raw)
            audio = replace(raw.frontend, mean=float(mean), deviation=float(deviation))
            return _applied(raw, audio, mean, deviation)
        case _:
            assert_never(raw.frontend)


def _of_sensor(
    raw: Raw, front: SensorFrontend, train: NDArray[np.int64], kinds: Kinds
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Mean and deviation of each channel; features that are not normalised are in their unit."""
    mean, deviation = _statistics(chosen(raw.x, train), (0, 1, 2), kinds.sensor.normalise, raw)
    if front.features is not None and not kinds.sensor.normalise:
        deviation = np.asarray(1 / np.array(front.features.units), np.float32)
    return mean, deviation


def _normalised_table(raw: Raw, table: TableFrontend, train: NDArray[np.int64]) -> Raw:
    """A column that never changes becomes 0; a note names it."""
    rows = chosen(raw.x, train)
    low, high = channel_extremes(rows)
    found, constant = moments(rows, (0, 1, 2)), low == high
    mean = np.where(constant, low, found.mean).astype(np.float32)
    deviation = np.where(constant, 1.0, found.deviation).astype(np.float32)
    measured = replace(table, mean=tuple(mean.tolist()), deviation=tuple(deviation.tolist()))
    names = [table.columns[i] if table.columns else str(i) for i in np.flatnonzero(constant)]
    notes = (*raw.notes, *_constant_note(names))
    return replace(_applied(raw, measured, mean, deviation), notes=notes)


def _constant_note(names: list[str]) -> tuple[str, ...]:
    if not names:
        return ()
    which = f"column {names[0]} has" if len(names) == 1 else f"columns {', '.join(names[:20])} have"
    return (f"{which} one value in all training samples and can tell nothing",)


def augmentation_of_kind(raw: Raw, kinds: Kinds) -> Augmenting:
    """What may be done to the normalised samples of ``raw``."""
    match raw.frontend:
        case ImageFrontend():
            image = kinds.image
            if raw.boxes is not None:
                scene = (image.shift, image.scale, image.flip, kinds.detection.mosaic)
                return SceneAugmentation(*scene, image.flip_rows)
            flips = (image.flip, image.flip_rows)
            return Augmentation(image.shift, image.rotation_degrees, image.scale, *flips)
        case SensorFrontend(mean=mean, deviation=deviation, features=features):
            how = kinds.sensor
            if features is not None and features.spectrum is not None:
                return SensorAugmentation(mean, deviation, how.shift, 0.0, 0.0, how.jitter, 0.0)
            _check_triples(len(mean), features is not None and features.magnitude != "none", kinds)
            changes = (how.shift, how.warp, how.scale, how.jitter, how.rotation_degrees)
            return SensorAugmentation(mean, deviation, *changes)
        case TableFrontend():
            return TableAugmentation(kinds.sensor.jitter)
        case AudioFrontend() as front:
            return _sound_augmentation(front, kinds.audio)
        case TextFrontend():
            return TextAugmentation(kinds.text.word_drop, kinds.text.typo)
        case _:
            assert_never(raw.frontend)


def _sound_augmentation(front: AudioFrontend, sound: AudioSection) -> AudioAugmentation:
    """The micro frontend takes gain and noise off again: its features are shifted and masked alone."""
    masks = (sound.time_mask, sound.band_mask)
    if isinstance(front.how, LogMel):
        noise, loudness = front.how.noise(), (sound.gain_db, sound.snr_db)
        return AudioAugmentation(front.mean, front.deviation, noise, sound.shift, *loudness, *masks)
    if isinstance(front.how, IntegerLogMel):
        mean = front.mean / STEPS_PER_NEPER - front.how.neper_offset
        found = (mean, front.deviation / STEPS_PER_NEPER, front.how.noise())
        return AudioAugmentation(*found, sound.shift, sound.gain_db, sound.snr_db, *masks)
    return AudioAugmentation(front.mean, front.deviation, (), sound.shift, 0.0, None, *masks)


def _rate_hz(found: float | None, wanted: float | None, name: str) -> float | None:
    """Of the recordings; ``wanted``: the rate on the device, from ``[sensor] rate``."""
    if found is None or wanted is None:
        return found if wanted is None else wanted
    if abs(found / wanted - 1) > RATE_TOLERANCE:
        fix = f"Say rate = {found:g} and measure so, or bring the recordings to {wanted:g}"
        raise ConfigError(
            f"[sensor] rate = {wanted:g}", f"{name} has {found:g} values per second", "the same rate", fix
        )
    return wanted


def _statistics(
    x: SampleRows, axes: tuple[int, ...] | None, wanted: bool, raw: Raw
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    if not wanted:
        channels = x.shape[-1]
        return np.zeros(channels, np.float32), np.ones(channels, np.float32)
    found_moments = moments(x, axes)
    mean, deviation = found_moments.mean, found_moments.deviation
    if not (deviation > 0).all():
        where = "" if deviation.ndim == 0 else f" of channel {_channel(raw, int(np.argmin(deviation)))}"
        found = f"every value{where} is the same in all training samples"
        fix = "A scale of 0 cannot be quantized"
        if isinstance(raw.frontend, SensorFrontend) and raw.frontend.columns:
            fix += ": name the other columns with [sensor] columns"
        raise DataError(raw.name, found, "values that differ", fix)
    return np.asarray(mean, np.float32), np.asarray(deviation, np.float32)


def _channel(raw: Raw, index: int) -> str:
    """Its number, and its name where it has one."""
    is_plain = isinstance(raw.frontend, SensorFrontend) and raw.frontend.features is None
    names = raw.frontend.columns if isinstance(raw.frontend, SensorFrontend) and is_plain else ()
    return f"{index} ({names[index]})" if names else str(index)


def _applied(
    raw: Raw,
    frontend: SensorFrontend | TableFrontend | AudioFrontend,
    mean: NDArray[np.float32],
    deviation: NDArray[np.float32],
) -> Raw:

    def scaled(x: SampleRows) -> SampleRows:
        return changed(x, lambda rows: (rows - mean) / deviation)

    more = None if raw.unlabelled is None else scaled(raw.unlabelled)
    return replace(raw, x=scaled(raw.x), unlabelled=more, frontend=frontend)


def _check_triples(channels: int, lengths: bool, kinds: Kinds) -> None:
    if kinds.sensor.rotation_degrees and lengths:
        found = "magnitudes cannot be turned"
        raise ConfigError("[sensor] rotation_degrees", found, "x, y, z", "Say rotation_degrees = 0")
    if kinds.sensor.rotation_degrees and channels % 3:
        found = f"{channels} channels cannot be turned"
        fix = "Say rotation_degrees = 0"
        raise ConfigError("[sensor] rotation_degrees", found, "triples of x, y, z", fix)
