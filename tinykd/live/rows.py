"""The rows of a model's input that a recording gives, as a device makes them of it: ``NAME_live.c``.

Rows follow one another without end: what a front end remembers (the micro frontend's noise) it remembers from
the beginning of the recording on, not of each window.
"""

from dataclasses import dataclass, replace
from typing import assert_never

import numpy as np
from numpy.typing import NDArray

from tinykd.data.features.frontend import (
    AudioFrontend,
    Frontend,
    ImageFrontend,
    SensorFrontend,
    TableFrontend,
    TextFrontend,
)
from tinykd.data.features.log_mel import LogMel, log_mel
from tinykd.data.features.micro_frontend import MicroFrontend, micro_stream
from tinykd.data.features.sensor_features import sensor_features
from tinykd.graph.quantize import quantize

Counts = NDArray[np.int16]  # (time, channels) as a converter gives them


@dataclass(frozen=True)
class InputQuantization:
    """Of the model's int8 input."""

    scale: float
    zero_point: int

    def of(self, real: NDArray[np.float32]) -> NDArray[np.int8]:
        """Rounded half away from zero."""
        return np.asarray(quantize(real, self.scale, self.zero_point), np.int8)


def rows_of(counts: Counts, scale: float, frontend: Frontend, to: InputQuantization) -> NDArray[np.int8]:
    """(time, channels) to (rows, bytes of a row); one count is ``scale`` in the sensor's unit."""
    match frontend:
        case SensorFrontend(mean=mean, deviation=deviation, features=features):
            measured = counts.astype(np.float32) * np.float32(scale)
            if features is not None:
                measured = sensor_features(measured[np.newaxis], features.over(len(measured)))[0]
            centred = np.subtract(measured, np.array(mean, np.float32), dtype=np.float32)
            return to.of(np.divide(centred, np.array(deviation, np.float32), dtype=np.float32))
        case AudioFrontend(how=how):
            found = _sound_rows(counts[:, 0], how)
            return to.of((found - np.float32(frontend.mean)) / np.float32(frontend.deviation))
        case ImageFrontend() | TableFrontend() | TextFrontend():
            raise TypeError("samples without time")
        case _:
            assert_never(frontend)


def _sound_rows(sound: NDArray[np.int16], how: LogMel | MicroFrontend) -> NDArray[np.float32]:
    """(time,) to (rows, bands)."""
    match how:
        case MicroFrontend():
            return micro_stream(sound, how).astype(np.float32)
        case LogMel():
            frames = np.lib.stride_tricks.sliding_window_view(sound, how.frame)[:: how.hop]
            real = frames.astype(np.float32) / np.float32(32768)
            return log_mel(real, replace(how, samples=how.frame))[:, 0]
        case _:
            assert_never(how)
