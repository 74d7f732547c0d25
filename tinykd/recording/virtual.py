"""What a virtual sensor measures: a WAV file of 16 bits, or a table of numbers with a column of time."""

import csv
import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tinykd.errors import DataError, one_line
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
    try:
        with wave.open(str(path), "rb") as file:
            rate, channels, width = file.getframerate(), file.getnchannels(), file.getsampwidth()
            raw = file.readframes(file.getnframes())
    except (wave.Error, EOFError, OSError) as error:
        found = f"cannot be read ({one_line(str(error), 120)})"
        raise DataError(path, found, "a whole WAV file of PCM") from None
    if width != 2 or not 1 <= channels <= MOST_CHANNELS:
        raise DataError(path, f"{8 * width} bits, {channels} channels", "16 bits, 1 to 16 channels")
    samples = np.frombuffer(raw[: len(raw) // (2 * channels) * 2 * channels], "<i2").reshape(-1, channels)
    names = ("sound",) if channels == 1 else tuple(f"sound{i}" for i in range(channels))
    return _checked(path, samples.astype(np.int16), Signal(float(rate), names, is_sound=True))


def _table(path: Path, rate_hz: float | None) -> VirtualSensor:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = [row for row in csv.reader(file) if row]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(path, f"cannot be read ({one_line(str(error), 120)})", "a table in UTF-8") from None
    if len(rows) < 3:
        raise DataError(path, f"{len(rows)} lines", "a line of names, and rows of numbers")
    names, values = [name.strip() for name in rows[0]], _numbers(path, rows)
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
    return _checked(path, counts, Signal(rate_hz, tuple(names), scale))


def _numbers(path: Path, rows: list[list[str]]) -> NDArray[np.float64]:
    for number, row in enumerate(rows[1:], 2):
        if len(row) != len(rows[0]):
            raise DataError(path, f"row {number} has {len(row)} cells", f"{len(rows[0])} as the first one")
        for cell in row:
            if not _is_number(cell):
                raise DataError(path, f"{cell!r} in row {number}", "a number")
    return np.array(rows[1:], np.float64)


def _is_number(cell: str) -> bool:
    try:
        return bool(np.isfinite(float(cell)))
    except ValueError:
        return False


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
