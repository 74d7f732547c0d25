"""Which columns of CSV recordings are channels, and what the others are: times, row numbers, ids, labels.

By their names, and by what is in them over all files: what rises by the same step from row to row counts rows
or time, what has one value per file tells files apart. None of these is measured; a network that saw them
would learn the order of the recordings. ``[sensor] columns`` names the channels where this goes wrong.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tinykd.data.sources.csv.cell import are_whole, is_missing
from tinykd.data.sources.csv.clock import BACK, seconds_of_dates
from tinykd.data.sources.csv.column_names import (
    is_id,
    is_label,
    is_surely_row,
    is_surely_time,
    may_be_row,
    may_be_time,
)
from tinykd.data.sources.csv.file import CsvFile
from tinykd.errors import DataError
from tinykd.project.samples import SensorSection

Numbers = NDArray[np.float64]


class ColumnRole(Enum):
    """What a column holds; the value is the word for it in notes."""

    CHANNEL = "a channel"
    TIME = "times"
    ROW = "numbers of rows"
    ID = "names persons, recordings or devices"
    LABEL = "a label"
    EMPTY = "nothing in it"
    OF_FILE = "one value in each file"


_STEADY = 0.9  # the share of steps that are as long as the usual one
_UNEVEN = 0.75  # of the usual step, by which those of a loaded logger differ
_FEWEST = 8  # rows, to say anything by content
_MANY = 64  # rows that rise without exception, and are no accident


@dataclass(frozen=True)
class Columns:
    """The channels, in order, and what else a reader needs."""

    channels: tuple[str, ...]
    time: str | None
    row: str | None
    ids: tuple[str, ...]
    left_out: tuple[tuple[str, ColumnRole], ...]

    def of(self, file: CsvFile) -> "Columns":
        """Those that ``file`` has; the channels it must have."""
        time, row = (name if name in file.names else None for name in (self.time, self.row))
        return replace(self, time=time, row=row, ids=tuple(n for n in self.ids if n in file.names))


def columns_of(files: Sequence[CsvFile], special: set[str], sensor: SensorSection) -> Columns:
    """``special``: the columns of label and group, by their names in the files."""
    names = _shared_names(files, sensor)
    rest = [name for name in names if name not in special]
    wanted = _wanted(files, sensor)
    kinds = {name: _kind(files, name, sensor) for name in rest if name not in wanted}
    channels = wanted or tuple(name for name, kind in kinds.items() if kind is ColumnRole.CHANNEL)
    if not channels:
        shown = ", ".join(f"{name} ({kind.value})" for name, kind in list(kinds.items())[:10])
        fix = "Name them with [sensor] columns"
        raise DataError(files[0].path, f"no channel among {shown or 'its columns'}", "measured values", fix)
    others = {name: kind for name, kind in kinds.items() if kind is not ColumnRole.CHANNEL}
    times = [name for name, kind in others.items() if kind is ColumnRole.TIME]
    rows = [name for name, kind in others.items() if kind is ColumnRole.ROW]
    noted = () if wanted else tuple(others.items())
    ids = tuple(
        name for name, kind in others.items() if kind is ColumnRole.ID and _comes_in_runs(files, name)
    )
    return Columns(channels, _time(files, times, sensor), rows[0] if rows else None, ids, noted)


def _shared_names(files: Sequence[CsvFile], sensor: SensorSection) -> tuple[str, ...]:
    """The columns of the first file, which all have, unless ``[sensor] columns`` picks some."""
    first = files[0]
    if not sensor.columns:
        for file in files[1:]:
            if set(file.names) != set(first.names):
                found, wanted = (", ".join(each.names[:20]) for each in (file, first))
                fix = "Name the columns to use with [sensor] columns"
                raise DataError(file.path, f"columns {found}", f"{wanted} as in {first.path.name}", fix)
    return tuple(name for name in first.names if all(name in file.names for file in files))


def _wanted(files: Sequence[CsvFile], sensor: SensorSection) -> tuple[str, ...]:
    for file in files:
        for name in sensor.columns:
            if name not in file.names:
                shown = ", ".join(file.names[:20])
                fix = "Say [sensor] label, group or columns"
                raise DataError(file.path, f"no column {name}, but {shown}", f"a column {name}", fix)
    return sensor.columns


def _time(files: Sequence[CsvFile], found: list[str], sensor: SensorSection) -> str | None:
    """The column that ``[sensor] time`` names; "" is none; else the finest: no date beside a time."""
    if sensor.time is None:
        return max(found, key=lambda name: len(set(files[0].texts(name))), default=None)
    if sensor.time and any(sensor.time not in file.names for file in files):
        shown = ", ".join(files[0].names[:20])
        raise DataError("[sensor] time", f"no column {sensor.time}, but {shown}", 'a column, or "" for none')
    return sensor.time or None


# --- one column ---------------------------------------------------------------------------------------------


def _kind(files: Sequence[CsvFile], name: str, sensor: SensorSection) -> ColumnRole:
    if name == sensor.time:
        return ColumnRole.TIME
    if not all(file.is_numeric(name) for file in files):
        return _kind_of_text(files, name)
    values = [file.numbers(name) for file in files]
    stretches = [each for file, one in zip(files, values, strict=True) for each in _stretches(file, one)]
    return _by_name(name, values) or _by_content(values, stretches, sensor.window > 1)


def _kind_of_text(files: Sequence[CsvFile], name: str) -> ColumnRole:
    """One that is none of these is refused where it is read as numbers."""
    cells = [[cell for cell in file.texts(name) if not is_missing(cell)] for file in files]
    if not any(cells):
        return ColumnRole.EMPTY if sum(map(len, files)) >= _FEWEST else ColumnRole.CHANNEL
    if all(seconds_of_dates(each[:_FEWEST]) is not None for each in cells if each):
        return ColumnRole.TIME
    if is_label(name):
        return ColumnRole.LABEL
    alike = all(len(set(each)) == 1 for each in cells) and any(map(_long, cells))
    return ColumnRole.ID if is_id(name) or alike else ColumnRole.CHANNEL


def _by_name(name: str, values: Sequence[Numbers]) -> ColumnRole | None:
    long = any(map(_long, values))
    if is_surely_time(name):
        return ColumnRole.TIME
    if is_surely_row(name):
        return ColumnRole.ROW
    if is_id(name):
        return ColumnRole.ROW if all(map(_counts, values)) and long else ColumnRole.ID
    if is_label(name) and all(map(are_whole, values)):
        return ColumnRole.LABEL
    if may_be_row(name) and all(map(_counts, values)) and long:
        return ColumnRole.ROW
    return ColumnRole.TIME if may_be_time(name) and all(map(_is_rising, values)) and long else None


def _by_content(values: Sequence[Numbers], stretches: Sequence[Numbers], recorded: bool) -> ColumnRole:
    """Of numbers under a name that says nothing; ``stretches``: the same, a recording at a time.

    ``recorded``: rows follow one another; those of a table may be sorted by what was measured.
    """
    known = [each[np.isfinite(each)] for each in values]
    if not any(map(_long, known)):
        return ColumnRole.CHANNEL
    long = [each for each in stretches if _long(each)]
    if long and all(np.all(_steps(each) > 0) for each in long):
        if all(map(_counts, long)):
            return ColumnRole.ROW
        uneven = recorded and sum(map(len, long)) >= _MANY and all(map(_is_clock, long))
        if uneven or all(map(_is_steady, long)):
            return ColumnRole.TIME
    of_file = all(len(np.unique(each)) <= 1 for each in known)
    return ColumnRole.OF_FILE if of_file and len(np.unique(np.concatenate(known))) > 1 else ColumnRole.CHANNEL


def _stretches(file: CsvFile, values: Numbers) -> list[Numbers]:
    return np.split(values, sorted(file.starts))


def _long(values: Sequence[object] | Numbers) -> bool:
    return len(values) >= _FEWEST


def _steps(values: Numbers) -> Numbers:
    return np.diff(values[np.isfinite(values)])


def _counts(values: Numbers) -> bool:
    """1, 2, 3, ..., with what was left out, or from 0 on again."""
    steps = _steps(values)
    return len(steps) > 0 and bool(np.mean(steps == 1) >= _STEADY)


def _is_steady(values: Numbers) -> bool:
    """Rising by nearly the same step, but where it starts anew or something is missing."""
    steps = _steps(values)
    usual = float(np.median(steps)) if len(steps) else 0.0
    return usual > 0 and bool(np.mean(np.abs(steps - usual) <= 0.2 * usual) >= _STEADY)


def _is_clock(values: Numbers) -> bool:
    """Always rising, by steps that differ, but never by much: what is summed up stands still at times."""
    steps = _steps(values)
    usual = float(np.median(steps))
    return bool(np.mean(np.abs(steps - usual) <= _UNEVEN * usual) >= _STEADY)


def _is_rising(values: Numbers) -> bool:
    steps = _steps(values)
    return len(steps) == 0 or bool(np.mean(steps < 0) < BACK and np.any(steps > 0))


def _comes_in_runs(files: Sequence[CsvFile], name: str) -> bool:
    """Whether neighbouring rows have the same value, as those of one recording do."""
    cells = [file.texts(name) for file in files]
    changes = sum(a != b for each in cells for a, b in pairwise(each))
    return changes <= sum(map(len, cells)) / 2
