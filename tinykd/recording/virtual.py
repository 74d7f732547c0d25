"""What a virtual sensor measures: a WAV file of 16 bits, or a table of numbers with a column of time.

Read as ``[data]`` reads them.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tinykd.data.sources.csv.file import CsvFile
from tinykd.data.sources.folder.sounds import read_samples
from tinykd.errors import DataError
from tinykd.link.sensor_stream import SensorSource
from tinykd.recording.stored import Signal

MOST_BYTES = 256 << 20
MOST_CHANNELS = 16
_TIMES = ("time", "timestamp", "t", "seconds", "time (s)", "time_s")


@dataclass(frozen=True)
class VirtualSensor:
    """``source`` in counts; what they mean says ``signal``."""

    source: SensorSource
    signal: Signal


def read_virtual(path: Path, rate_hz: float | None) -> VirtualSensor:
    """The file at ``path``; ``rate_hz`` is that of a table without a column of time."""
    try:
        size = path.stat().st_size
    except OSError as error:
        raise DataError(path, f"cannot be read ({error.strerror})", "a WAV or CSV file") from None
    if size > MOST_BYTES:
        raise DataError(path, f"is {size} bytes", f"at most {MOST_BYTES}")
    match path.suffix.lower():
        case ".wav":
            return _sound(path)
        case ".csv":
            return _table(path, rate_hz)
        case other:
            raise DataError(path, f"a file {other or 'without a suffix'}", ".wav or .csv")


def _sound(path: Path) -> VirtualSensor:
    rate, values = read_samples(path)
    samples = values.reshape(len(values), -1)
    channels = samples.shape[1]
    if samples.dtype != np.int16 or channels > MOST_CHANNELS:
        found = f"{samples.dtype}, {channels} channels"
        raise DataError(path, found, f"16 bits (int16), 1 to {MOST_CHANNELS} channels")
    names = ("sound",) if channels == 1 else tuple(f"sound{i}" for i in range(channels))
    return _checked(path, samples, Signal(float(rate), names, is_sound=True))


def _table(path: Path, rate_hz: float | None) -> VirtualSensor:
    file = CsvFile.read(path)
    names, values = file.names, np.stack([_numbers(file, name) for name in file.names], axis=1)
    if names[0].casefold() in _TIMES:
        span = float(values[-1, 0] - values[0, 0])
        if span <= 0:
            raise DataError(path, f"column {names[0]} does not rise", "seconds")
        rate_hz = rate_hz or round((len(values) - 1) / span, 3)
        names, values = names[1:], values[:, 1:]
    if rate_hz is None:
        raise DataError(path, "no column of time", "time (s) as the first one", "Or say --rate")
    if not 1 <= len(names) <= MOST_CHANNELS:
        raise DataError(path, f"{len(names)} channels", f"1 to {MOST_CHANNELS}")
    counts, scale = _counts(values)
    return _checked(path, counts, Signal(rate_hz, names, scale))


def _numbers(file: CsvFile, name: str) -> NDArray[np.float64]:
    """A sensor measures without gaps."""
    values = file.numbers(name)
    missing = np.flatnonzero(np.isnan(values))
    if len(missing):
        raise file.wrong(name, int(missing[0]), "a number", "")
    return values


def _counts(values: NDArray[np.float64]) -> tuple[NDArray[np.int16], float]:
    """Whole numbers of int16 as they are, others in steps of 1/32767 of the largest."""
    most = float(np.abs(values).max())
    scale = 1.0 if most < 2**15 and not np.any(values % 1) else most / (2**15 - 1)
    return np.rint(values / scale).astype(np.int16), scale


def _checked(path: Path, samples: NDArray[np.int16], signal: Signal) -> VirtualSensor:
    if not len(samples):
        raise DataError(path, "no samples")
    if not 0 < signal.rate_hz <= 1e6:
        raise DataError(path, f"{signal.rate_hz:g} samples per second", "at most 1,000,000")
    return VirtualSensor(SensorSource(samples, round(1000 * signal.rate_hz)), signal)
