"""Recordings of sensors in CSV files, cut into windows of (time, 1, channels).

A file has a line of column names. One file, or a folder of them, with the label in a column; or a folder for
each class. A window's label is the commonest in it; of a regression, its targets are the means over it. A
window never reaches over two files, nor over two groups.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tinykd.data.dataset import Samples
from tinykd.data.folders import entries, files_below
from tinykd.data.frontend import SensorFrontend
from tinykd.data.raw import Raw
from tinykd.errors import DataError, one_line
from tinykd.project.schema import DataSection, SensorSection, TaskName

SUFFIXES = (".csv",)
MAX_FILE_BYTES = 1 << 30


@dataclass(frozen=True)
class Recording:
    """One stretch of values that windows may be cut from."""

    values: NDArray[np.float32]  # (time, channels)
    labels: NDArray[np.str_] | NDArray[np.float32]  # (time,), or (time, targets)
    group: str


def load_windows(path: Path, section: DataSection, sensor: SensorSection, task: TaskName) -> Raw:
    """The file or folder ``path``."""
    recordings = list(_recordings(path, section, sensor, task))
    return cut(path.stem, recordings, section, sensor, task)


def cut(
    name: str,
    recordings: Sequence[Recording],
    section: DataSection,
    sensor: SensorSection,
    task: TaskName,
) -> Raw:
    """Every window of ``recordings``; classes in the order of ``[data] classes``, or of their names."""
    windows = [window for recording in recordings for window in _windows(recording, sensor)]
    if not windows:
        longest = max((len(each.values) for each in recordings), default=0)
        found = f"the longest recording has {longest} values, a window {sensor.window}"
        raise DataError(f"[sensor] window: {name}", found, "recordings of a window or more")
    x = np.stack([values for values, _, _ in windows])[:, :, np.newaxis, :]
    groups = np.array([group for _, _, group in windows], np.str_)
    known = groups if len(np.unique(groups)) > 1 else None
    if task == "regression":
        y = np.array([_mean(labels) for _, labels, _ in windows], np.float32)
        return Raw(name, x, y, sensor.label, known, frontend=SensorFrontend((), ()))
    named = np.array([_commonest(labels) for _, labels, _ in windows], np.str_)
    return _labelled(name, x, named, known, section)


def _labelled(
    name: str, x: Samples, named: NDArray[np.str_], groups: NDArray[np.str_] | None, section: DataSection
) -> Raw:
    classes = section.classes or tuple(sorted(set(named.tolist())))
    missing = [each for each in classes if each not in named]
    if missing:
        known = ", ".join(sorted(set(named.tolist()))[:20])
        raise DataError("[data] classes", f"no {missing[0]} in {name}", f"of {known}")
    kept = np.isin(named, classes)
    y = np.array([classes.index(each) for each in named[kept].tolist()], np.int64)
    frontend = SensorFrontend((), ())
    return Raw(name, x[kept], y, classes, groups[kept] if groups is not None else None, frontend=frontend)


def _windows(
    recording: Recording, sensor: SensorSection
) -> Iterator[tuple[NDArray[np.float32], NDArray[np.str_] | NDArray[np.float32], str]]:
    for start in range(0, len(recording.values) - sensor.window + 1, sensor.stride):
        span = slice(start, start + sensor.window)
        yield recording.values[span], recording.labels[span], recording.group


def _commonest(labels: NDArray[np.str_] | NDArray[np.float32]) -> str:
    names, counts = np.unique(labels, return_counts=True)
    return str(names[counts.argmax()])


def _mean(targets: NDArray[np.str_] | NDArray[np.float32]) -> NDArray[np.float64]:
    return np.asarray(targets.astype(np.float64).mean(axis=0))


# --- files --------------------------------------------------------------------------------------------------


def _recordings(
    path: Path, section: DataSection, sensor: SensorSection, task: TaskName
) -> Iterator[Recording]:
    if path.is_file():
        yield from _Table.read(path).recordings(sensor, task, None, "")
        return
    files = files_below(path, SUFFIXES)
    if files and all(file.parent == path for file in files):
        for file in files:
            yield from _Table.read(file).recordings(sensor, task, None, file.stem)
        return
    for entry in entries(path, SUFFIXES, section.classes, section.group_pattern):
        group = entry.group or entry.path.relative_to(path).as_posix()
        yield from _Table.read(entry.path).recordings(sensor, task, entry.label, group)


@dataclass(frozen=True)
class _Table:
    path: Path
    names: tuple[str, ...]
    rows: list[list[str]]

    @classmethod
    def read(cls, path: Path) -> "_Table":
        """All cells of a CSV file, as text."""
        if path.stat().st_size > MAX_FILE_BYTES:
            raise DataError(path, f"is {path.stat().st_size} bytes", f"at most {MAX_FILE_BYTES}")
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                rows = [row for row in csv.reader(file, skipinitialspace=True) if row]
        except (UnicodeDecodeError, csv.Error) as error:
            found = f"cannot be read ({one_line(str(error), 120)})"
            raise DataError(path, found, "a CSV file in UTF-8") from None
        if len(rows) < 2:
            raise DataError(path, f"{len(rows)} lines", "a line of names, and lines of values")
        names = tuple(name.strip() for name in rows[0])
        for number, row in enumerate(rows[1:], start=2):
            if len(row) != len(names):
                raise DataError(f"{path}: line {number}", f"{len(row)} values", f"{len(names)}, as in line 1")
        return cls(path, names, rows[1:])

    def recordings(
        self, sensor: SensorSection, task: TaskName, label: str | None, group: str
    ) -> Iterator[Recording]:
        """One, or one for each run of rows of the same group."""
        special = {*(() if label is not None else sensor.label), *([sensor.group] if sensor.group else [])}
        columns = sensor.columns or tuple(name for name in self.names if name not in special)
        values = np.stack([self.numbers(name) for name in columns], axis=1)
        labels = self._labels(sensor, task, label)
        groups = self.texts(sensor.group) if sensor.group else np.full(len(values), group)
        changes = np.flatnonzero(groups[1:] != groups[:-1]) + 1
        for rows in np.split(np.arange(len(values)), changes):
            yield Recording(values[rows], labels[rows], str(groups[rows[0]]))

    def _labels(
        self, sensor: SensorSection, task: TaskName, label: str | None
    ) -> NDArray[np.str_] | NDArray[np.float32]:
        if task == "regression":
            return np.stack([self.numbers(name) for name in sensor.label], axis=1)
        return self.texts(sensor.label[0]) if label is None else np.full(len(self.rows), label)

    def texts(self, name: str) -> NDArray[np.str_]:
        """A column as it is."""
        place = self._place(name)
        return np.array([row[place].strip() for row in self.rows], np.str_)

    def numbers(self, name: str) -> NDArray[np.float32]:
        """A column of finite numbers."""
        place = self._place(name)
        found = np.empty(len(self.rows), np.float32)
        for i, row in enumerate(self.rows):
            try:
                found[i] = float(row[place])
            except (ValueError, OverflowError):
                found[i] = np.nan
            if not np.isfinite(found[i]):
                shown = one_line(row[place], 40)
                fix = "Name the columns to use with [sensor] columns"
                raise DataError(f"{self.path}: line {i + 2}", f'"{shown}" in column {name}', "a number", fix)
        return found

    def _place(self, name: str) -> int:
        if name not in self.names:
            shown = ", ".join(self.names[:20])
            fix = "Say [sensor] label, group or columns"
            raise DataError(self.path, f"no column {name}, but {shown}", f"a column {name}", fix)
        return self.names.index(name)
