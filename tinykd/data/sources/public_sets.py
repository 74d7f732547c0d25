"""Public data sets that are known by name or by their files: handwritten digits, activities of people.

The digits (1,797 grey images of 8 x 8) come with scikit-learn, no download: E. Alpaydin, C. Kaynak, Optical
Recognition of Handwritten Digits, UCI (id 80), CC BY 4.0. The activities, of people with a phone at the
waist, are UCI's HAR (id 240) and HAPT (id 341).

HAR comes in windows of 128 at 50 Hz with a published split by subject; HAPT in recordings of accelerometer
and gyroscope with labelled stretches, which are cut into windows here. Six channels: acceleration in g,
angular velocity in rad/s. Of HAPT the six activities are taken, not the transitions between postures.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tinykd.data.features.frontend import SensorFrontend
from tinykd.data.raw import TEST, TRAIN, Raw
from tinykd.data.sources.csv.windows import Recording, cut
from tinykd.errors import DataError
from tinykd.project.samples import DataSection, SensorSection

ACTIVITIES = 6
_BRIGHTEST = 16.0  # of the digits' pixels, integers in [0, 16]
_HAR_SIGNALS = tuple(f"{kind}_{axis}" for kind in ("total_acc", "body_gyro") for axis in "xyz")
_RATE_HZ = 50.0
_HAPT_LABELS = Path("RawData", "labels.txt")
_HAR_SIGNAL_FOLDER = Path("train", "Inertial Signals")
_FRONTEND = SensorFrontend((), (), _RATE_HZ, _HAR_SIGNALS)


def load_digits() -> Raw:
    """The digits as float32 (n, 8, 8, 1) in [0, 1]."""
    from sklearn import datasets

    raw = datasets.load_digits()
    x = (raw.images / _BRIGHTEST).astype(np.float32)[..., np.newaxis]
    return Raw("digits", x, raw.target.astype(np.int64), tuple("0123456789"))


def is_uci(folder: Path) -> bool:
    """Whether ``folder`` is an unpacked HAR or HAPT."""
    return (folder / _HAPT_LABELS).is_file() or (folder / _HAR_SIGNAL_FOLDER).is_dir()


def load_uci(folder: Path, section: DataSection, sensor: SensorSection) -> Raw:
    """Windows of six activities; groups are the subjects."""
    if (folder / _HAPT_LABELS).is_file():
        raw = cut(folder.name, list(_hapt(folder)), section, sensor, "classification")
        return replace(raw, frontend=_FRONTEND)
    return _har(folder)


def _hapt(folder: Path) -> Iterator[Recording]:
    """``labels.txt``: experiment, user, activity, first and last sample (from 1, both included)."""
    names = _activities(folder)
    signals: dict[tuple[int, int], NDArray[np.float64]] = {}
    for experiment, user, activity, first, last in _numbers(folder / _HAPT_LABELS, 5).astype(int):
        if activity > ACTIVITIES:
            continue
        key = (experiment, user)
        if key not in signals:
            stem = f"exp{experiment:02}_user{user:02}.txt"
            both = [_numbers(folder / "RawData" / f"{kind}_{stem}", 3) for kind in ("acc", "gyro")]
            length = min(map(len, both))
            signals[key] = np.concatenate([each[:length] for each in both], axis=1)
        values = signals[key][first - 1 : last].astype(np.float32)
        yield Recording(values, np.full(len(values), names[activity - 1]), str(user))


def _har(folder: Path) -> Raw:
    xs, ys, subjects, parts = [], [], [], []
    for name, part in (("train", TRAIN), ("test", TEST)):
        signals = [
            _numbers(folder / name / "Inertial Signals" / f"{signal}_{name}.txt") for signal in _HAR_SIGNALS
        ]
        xs.append(np.stack(signals, axis=2)[:, :, np.newaxis, :].astype(np.float32))
        ys.append(_numbers(folder / name / f"y_{name}.txt", 1)[:, 0].astype(np.int64) - 1)
        subjects.append(_numbers(folder / name / f"subject_{name}.txt", 1)[:, 0].astype(int).astype(np.str_))
        parts.append(np.full(len(xs[-1]), part, np.int8))
        if not len(xs[-1]) == len(ys[-1]) == len(subjects[-1]):
            counts = f"{len(xs[-1])} windows, {len(ys[-1])} labels, {len(subjects[-1])} subjects"
            raise DataError(folder / name, counts, "as many of each")
    classes = _activities(folder)[:ACTIVITIES]
    x, y = np.concatenate(xs), np.concatenate(ys)
    groups, split = np.concatenate(subjects), np.concatenate(parts)
    return Raw(folder.name, x, y, classes, groups, split, frontend=_FRONTEND)


def _activities(folder: Path) -> tuple[str, ...]:
    path = folder / "activity_labels.txt"
    if not path.is_file():
        raise DataError(path, "no such file", "an unpacked HAR or HAPT")
    lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
    return tuple(line.split()[1] for line in lines if len(line.split()) > 1)


def _numbers(path: Path, columns: int | None = None) -> NDArray[np.float64]:
    """(lines, columns) of a file of numbers and blanks."""
    try:
        found = np.loadtxt(path, np.float64, ndmin=2)
    except (OSError, ValueError) as error:
        raise DataError(path, f"cannot be read ({error})", "lines of numbers, as UCI packs them") from None
    if not np.isfinite(found).all() or (columns is not None and found.shape[1] != columns):
        wanted = f"{columns} finite numbers in each line" if columns else "finite numbers"
        raise DataError(path, f"shape {list(found.shape)}, or NaN or infinity", wanted)
    return found
