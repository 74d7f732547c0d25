"""What range a teacher takes its samples in.

Here samples are in [0, 1], or have mean 0 and deviation 1; a teacher of another hand may have been trained on
pixels from 0 to 255, from -1 to 1 (MobileNet), as ImageNet's networks take them, or on values as measured.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.dataset import Dataset
from tinykd.data.features.frontend import (
    AudioFrontend,
    Frontend,
    ImageFrontend,
    SensorFrontend,
    TableFrontend,
    TextFrontend,
)
from tinykd.data.stored.figures import extremes
from tinykd.data.types import Samples
from tinykd.errors import ConfigError
from tinykd.project.teacher_keys import Takes

_MEAN, _DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
_RANGES = ((0.0, 255.0), (-1.0, 1.0))  # that are tried where [teacher] range is not given
_OUTSIDE = 0.05  # of images in [0, 1]


@dataclass(frozen=True)
class InputRange:
    """given = sample * factor + offset, of each channel or of all; ``typed``: as in the project file."""

    typed: str
    factor: tuple[float, ...] = (1.0,)
    offset: tuple[float, ...] = (0.0,)

    def given(self, x: Samples) -> Samples:
        """``x`` (n, H, W, C) as the teacher takes it."""
        if self.is_nothing:
            return x
        return np.asarray(x * _row(self.factor) + _row(self.offset), np.float32)

    def taken_back(self, y: NDArray[np.float32], shape: Sequence[int]) -> NDArray[np.float32]:
        """A reconstruction (n, H * W * C) in the range of the samples."""
        if self.is_nothing:
            return y
        back = (y.reshape(len(y), *shape) - _row(self.offset)) / _row(self.factor)
        return np.asarray(back.reshape(len(y), -1), np.float32)

    @classmethod
    def of_json(cls, value: Mapping[str, Any]) -> "InputRange":
        """What ``dataclasses.asdict`` made of it."""
        return cls(str(value["typed"]), tuple(value["factor"]), tuple(value["offset"]))

    @property
    def is_nothing(self) -> bool:
        """Samples are given as they are."""
        return set(self.factor) == {1.0} and set(self.offset) == {0.0}

    @property
    def shown(self) -> str:
        """In a sentence."""
        if not self.typed.startswith("["):
            return f"samples {self.typed.strip(chr(34))}"
        return f"samples in {self.typed}"


AS_THEY_ARE = InputRange('"normalised"')


def usual(data: Dataset) -> InputRange:
    """As tinykd has them."""
    return InputRange("[0, 1]") if _in_unit(data) else AS_THEY_ARE


def taking(said: Takes, data: Dataset) -> InputRange:
    """What ``[teacher] range`` says."""
    where = f"[teacher] range = {_toml(said)}"
    if said == "normalised":
        return AS_THEY_ARE
    if said == "measured":
        return _measured(data.frontend)
    if not _in_unit(data):
        raise ConfigError(where, "is for images, and the samples are none", '"normalised" or "measured"')
    if isinstance(said, str):
        if data.input_shape[2] != len(_MEAN):
            raise ConfigError(where, f"is for 3 channels, and images have {data.input_shape[2]}", "a range")
        return _imagenet()
    return _between(*said)


def tried(data: Dataset, first: InputRange) -> tuple[InputRange, ...]:
    """All that a teacher may take beside ``first``, the likeliest first."""
    found = [usual(data), _measured(data.frontend)]
    if _in_unit(data):
        found += [_between(*each) for each in _RANGES]
        found += [_imagenet()] if data.input_shape[2] == len(_MEAN) else []
    seen = {(first.factor, first.offset)}
    others = []
    for each in found:
        if (each.factor, each.offset) not in seen:
            seen.add((each.factor, each.offset))
            others.append(each)
    return tuple(others)


def _between(low: float, high: float) -> InputRange:
    return InputRange(f"[{low:g}, {high:g}]", (high - low,), (low,))


def _imagenet() -> InputRange:
    """https://docs.pytorch.org/vision/stable/models.html: of red, green, blue in [0, 1]."""
    factor = tuple(1 / each for each in _DEVIATION)
    return InputRange('"imagenet"', factor, tuple(-m / d for m, d in zip(_MEAN, _DEVIATION, strict=True)))


def _measured(frontend: Frontend) -> InputRange:
    match frontend:
        case ImageFrontend(divisor=divisor, black=black):
            return InputRange(f"[{black:g}, {black + divisor:g}]", (divisor,), (black,))
        case SensorFrontend(mean=mean, deviation=deviation) | TableFrontend(mean=mean, deviation=deviation):
            return InputRange('"measured"', deviation, mean)
        case AudioFrontend(mean=middle, deviation=spread):
            return InputRange('"measured"', (spread,), (middle,))
        case TextFrontend():
            return AS_THEY_ARE


def _in_unit(data: Dataset) -> bool:
    """Images in [0, 1]."""
    if not isinstance(data.frontend, ImageFrontend):
        return False
    low, high = extremes(data.train.x)
    return low >= -_OUTSIDE and high <= 1 + _OUTSIDE


def _row(values: tuple[float, ...]) -> NDArray[np.float32]:
    return np.asarray(values, np.float32)


def _toml(said: Takes) -> str:
    return json.dumps(said if isinstance(said, str) else list(said))
