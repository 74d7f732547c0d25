"""Samples as they were measured: kept for verification from raw samples on, and made features of.

Sensors' windows and tables are float32 in their own units; pixels are bytes, found again where a source
brought them to [0, 1].
"""

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.features.frontend import ImageFrontend, SensorFrontend, TableFrontend
from tinykd.data.features.sensor_features import SensorFeatures, sensor_features
from tinykd.data.kinds import Kinds
from tinykd.data.raw import Raw
from tinykd.data.sensor_settings import sensor_settings
from tinykd.data.stored.kept import kept
from tinykd.data.stored.lazy_rows import changed
from tinykd.data.types import SampleRows, Samples
from tinykd.errors import ConfigError


def with_measured(raw: Raw) -> Raw:
    """``raw`` with what its samples are before any front end; sounds have their own."""
    match raw.frontend:
        case SensorFrontend() | TableFrontend():
            return replace(raw, measured=partial(_taken, raw.x))
        case ImageFrontend(camera=None) as image:
            return replace(raw, measured=partial(_pixels, raw.x, image))
        case _:
            return raw


def _taken(x: SampleRows, rows: NDArray[np.int64]) -> NDArray[Any]:
    found: NDArray[Any] = x[rows]
    return found


def _pixels(x: SampleRows, image: ImageFrontend, rows: NDArray[np.int64]) -> NDArray[np.uint8]:
    """The bytes that became ``x``; ``ConfigError`` where it was others."""
    black, divisor, given = np.float32(image.black), np.float32(image.divisor), x[rows]
    found = np.rint(given.astype(np.float64) * float(divisor) + float(black))
    again = (found.astype(np.float32) - black) / divisor
    if not ((found >= 0) & (found <= 255)).all() or not np.array_equal(again, given):
        what = f"pixels that are no bytes: from {image.black:g} to {image.black + image.divisor:g}"
        raise ConfigError('[verify] start = "raw"', what, "images of 8 bits a channel, 0 to 255")
    return np.asarray(found, np.uint8)


def with_features(raw: Raw, train: NDArray[np.int64], kinds: Kinds) -> Raw:
    """A sensor's windows as ``[features]`` has them; ``train``: rows whose largest values set the counts."""
    how = sensor_settings(raw, train, kinds)
    if how is None:
        return raw
    assert isinstance(raw.frontend, SensorFrontend)

    def made(x: SampleRows) -> SampleRows:
        return kept(changed(x, lambda rows: _features(rows, how)), raw.name)

    more = None if raw.unlabelled is None else made(raw.unlabelled)
    frontend = replace(raw.frontend, features=how, rate_hz=how.rate_hz)
    return replace(raw, x=made(raw.x), unlabelled=more, frontend=frontend)


def _features(x: Samples, how: SensorFeatures) -> Samples:
    """(n, time, 1, channels) to (n, rows, 1, features)."""
    return sensor_features(x[:, :, 0, :], how)[:, :, np.newaxis, :]
