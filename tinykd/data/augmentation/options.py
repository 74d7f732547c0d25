"""How training samples may be changed, by their kind: largest changes, each drawn uniformly per sample.

The changes themselves are in ``views``. Published defaults are nowhere near one another; these are small
enough to leave a label true.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Augmentation:
    """Of images: largest change in either direction; each sample draws its own, uniformly."""

    shift: float = 0.1  # of the image's height and width
    rotation_degrees: float = 12.0
    scale: float = 0.1  # 0.1: from 90 % to 110 %
    flip: bool = False  # left and right, half of the samples
    flip_rows: bool = False  # above and below, half of the samples


@dataclass(frozen=True)
class AudioAugmentation:
    """Of features of sound (time, bands), value = (feature - mean) / deviation.

    Gain and noise are for log-mel features, log(power + offset).
    """

    mean: float
    deviation: float
    noise: tuple[float, ...]  # log power of white noise of power 1 in each band
    shift: float = 0.1  # of the time, either way; what is moved in repeats the edge
    gain_db: float = 6.0  # either way
    snr_db: float | None = 10.0  # white noise, from this signal-to-noise ratio up to 40 dB above it
    time_mask: float = 0.1  # longest, of the time; its values become the sample's mean
    band_mask: float = 0.1  # widest, of the bands


@dataclass(frozen=True)
class SensorAugmentation:
    """Of windows (time, channels), value = (measured - mean) / deviation of its channel."""

    mean: tuple[float, ...]
    deviation: tuple[float, ...]
    shift: float = 0.05  # of the window, either way; what is moved in repeats the edge
    warp: float = 0.1  # of the speed, either way, changing smoothly over the window
    scale: float = 0.1  # of the measured values
    jitter: float = 0.03  # standard deviation of added noise, in units of the channel's
    rotation_degrees: float = 0.0  # of the sensor about any axis; channels are triples x, y, z


@dataclass(frozen=True)
class TableAugmentation:
    """Of rows of a table, value = (measured - mean) / deviation of its column."""

    jitter: float = 0.03  # standard deviation of added noise, in units of the column's


@dataclass(frozen=True)
class SceneAugmentation:
    """Of images with boxes, which go along: largest change in either direction."""

    shift: float = 0.1  # of the image's height and width
    scale: float = 0.1
    flip: bool = False  # left and right, half of the images
    mosaic: float = 0.25  # share of images that are made of four
    flip_rows: bool = False  # above and below, half of the images


@dataclass(frozen=True)
class TextAugmentation:
    """Of texts: shares of their words."""

    word_drop: float = 0.1  # left out
    typo: float = 0.05  # with a letter dropped, doubled or swapped with the next


IMAGE = Augmentation()  # the default
Augmenting = (
    Augmentation
    | SceneAugmentation
    | AudioAugmentation
    | SensorAugmentation
    | TableAugmentation
    | TextAugmentation
)
_KINDS: dict[str, type[Augmenting]] = {
    "image": Augmentation,
    "scene": SceneAugmentation,
    "audio": AudioAugmentation,
    "sensor": SensorAugmentation,
    "table": TableAugmentation,
    "text": TextAugmentation,
}


def augmentation_json(how: Augmenting | None) -> dict[str, Any] | None:
    """``how`` as JSON; ``augmentation_of`` reads it back."""
    if how is None:
        return None
    kind = next(name for name, each in _KINDS.items() if type(how) is each)
    return {"kind": kind, **asdict(how)}


def augmentation_of(value: Mapping[str, Any] | None) -> Augmenting | None:
    """What ``augmentation_json`` wrote."""
    if value is None:
        return None
    fields: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in value.items()}
    return _KINDS[fields.pop("kind")](**fields)
