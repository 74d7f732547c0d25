"""Recordings of sensors in CSV files, cut into windows of (time, 1, channels).

A file has a line of column names. One file, or a folder of them, with the label in a column; or a folder for
each class. A window's label is the commonest in it; of a regression, its targets are the means over it. A
window never reaches over two files, nor over two groups.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tinykd.data.folders import entries, files_below
from tinykd.data.frontend import SensorFrontend
from tinykd.data.layout import Found
from tinykd.data.raw import Raw
from tinykd.errors import DataError, one_line
from tinykd.project.schema import DataSection, SensorSection, TaskName

SUFFIXES = (".csv",)
MAX_FILE_BYTES = 1 << 30
MOST_MIXED = 0.5  # of the windows may hold more than one class


@dataclass(frozen=True)
class Recording:
    """One stretch of values that windows may be cut from."""

    values: NDArray[np.float32]  # (time, channels)
    labels: NDArray[np.str_] | NDArray[np.float32]  # (time,), or (time, targets)
    group: str
    part: int | None = None  # of a published split


def load_windows(path: Path, section: DataSection, sensor: SensorSection, task: TaskName) -> Raw:
    """The file or folder ``path``."""
    found = Found(())
    if path.is_dir() and not _is_flat(path):
        found = entries(path, SUFFIXES, section)
    recordings = list(_recordings(path, found, sensor, task))
    if section.kind is None and task == "classification":
        _check_recorded(path, recordings, sensor)
    return replace(cut(path.stem, recordings, section, sensor, task), notes=found.notes)


def _check_recorded(path: Path, recordings: Sequence[Recording], sensor: SensorSection) -> None:
    """Refuse to guess where a class does not last as long as a window: each row may be a sample."""
    windows = [each.labels[span] for each in recordings for span in _spans(each, sensor)]
    mixed = sum(len(np.unique(labels)) > 1 for labels in windows)
    if mixed > MOST_MIXED * len(windows):
        found = f"{mixed} of {len(windows)} windows of {sensor.window} rows hold several classes"
        fix = 'Say [data] kind = "table" if each row is a sample, kind = "sensor" if windows are right'
        raise DataError(path, found, "recordings, in which a class lasts", fix)


def cut(
    name: str,
    recordings: Sequence[Recording],
    section: DataSection,
    sensor: SensorSection,
    task: TaskName,
) -> Raw:
    """Every window of ``recordings``; classes in the order of ``[data] classes``, or of their names."""
    spans = [(each, span) for each in recordings for span in _spans(each, sensor)]
    if not spans:
        longest = max((len(each.values) for each in recordings), default=0)
        found = f"the longest recording has {longest} values, a window {sensor.window}"
        fix = 'Say a shorter window, or [data] kind = "table" if each row is a sample'
        raise DataError(f"[sensor] window: {name}", found, "recordings of a window or more", fix)
    x = np.stack([each.values[span] for each, span in spans])[:, :, np.newaxis, :]
    groups = np.array([each.group for each, _ in spans], np.str_)
    known = groups if len(np.unique(groups)) > 1 else None
    given = [each.part for each, _ in spans]
    parts = None if None in given else np.array(given, np.int8)
    raw = Raw(name, x, np.empty(0), sensor.label, known, parts, frontend=SensorFrontend((), ()))
    if task == "regression":
        return replace(raw, y=np.array([_mean(each.labels[span]) for each, span in spans], np.float32))
    named = np.array([_commonest(each.labels[span]) for each, span in spans], np.str_)
    return _labelled(raw, named, section)


def _labelled(raw: Raw, named: NDArray[np.str_], section: DataSection) -> Raw:
    classes = section.classes or tuple(sorted(set(named.tolist())))
    missing = [each for each in classes if each not in named]
    if missing:
        known = ", ".join(sorted(set(named.tolist()))[:20])
        raise DataError("[data] classes", f"no {missing[0]} in {raw.name}", f"of {known}")
    kept = np.isin(named, classes)
    y = np.array([classes.index(each) for each in named[kept].tolist()], np.int64)
    groups = None if raw.groups is None else raw.groups[kept]
    parts = None if raw.parts is None else raw.parts[kept]
    return replace(raw, x=raw.x[kept], y=y, classes=classes, groups=groups, parts=parts)


def _spans(recording: Recording, sensor: SensorSection) -> Iterator[slice]:
    for start in range(0, len(recording.values) - sensor.window + 1, sensor.stride):
        yield slice(start, start + sensor.window)


def _commonest(labels: NDArray[np.str_] | NDArray[np.float32]) -> str:
    names, counts = np.unique(labels, return_counts=True)
    return str(names[counts.argmax()])


def _mean(targets: NDArray[np.str_] | NDArray[np.float32]) -> NDArray[np.float64]:
    return np.asarray(targets.astype(np.float64).mean(axis=0))


# --- files --------------------------------------------------------------------------------------------------


def _is_flat(path: Path) -> bool:
    files = files_below(path, SUFFIXES)
    return bool(files) and all(file.parent == path for file in files)


def _recordings(path: Path, found: Found, sensor: SensorSection, task: TaskName) -> Iterator[Recording]:
    if path.is_file():
        yield from _Table.read(path).recordings(sensor, task, None, "")
    elif not found.entries:
        for file in files_below(path, SUFFIXES):
            yield from _Table.read(file).recordings(sensor, task, None, file.stem)
    for entry in found.entries:
        group = entry.group or entry.path.relative_to(path).as_posix()
        for recording in _Table.read(entry.path).recordings(sensor, task, entry.label, group):
            yield replace(recording, part=entry.part)


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
