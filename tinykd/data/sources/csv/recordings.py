"""From tables to recordings: stretches of rows that follow one another, from one person or device.

A recording ends where its file does, where a blank line stands, where the group or an id changes, where time
or the number of the row jumps or goes back, and where a row was dropped.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tinykd.data.sources.csv.cell import is_missing
from tinykd.data.sources.csv.clock import BACK, Clock, seconds_of_dates
from tinykd.data.sources.csv.columns import Columns
from tinykd.data.sources.csv.file import CsvFile
from tinykd.data.sources.folder.layout import LabelledFile
from tinykd.errors import DataError
from tinykd.project.samples import SensorSection
from tinykd.project.values import TaskName

_MISSING = 'Say [sensor] missing = "drop" or "fill", or leave the column out with columns'
_NAMED = "Name the columns to use with [sensor] columns"

Labels = NDArray[np.str_] | NDArray[np.float32]
LabelForm = Literal["name", "names", "number", "flag"]  # one; such as a;b, perhaps none; a target; 0 or 1


def label_form(task: TaskName, files: Sequence[CsvFile], labels: tuple[str, ...]) -> LabelForm:
    """What the columns ``labels`` hold: of several labels, names in one column, or 0 and 1 in some."""
    if task == "regression":
        return "number"
    if task != "multilabel" or not labels:
        return "name"
    numeric = len(labels) > 1 or all(file.is_numeric(labels[0]) for file in files)
    return "flag" if numeric else "names"


@dataclass(frozen=True)
class Recording:
    """One stretch of values that windows may be cut from."""

    values: NDArray[np.float32]  # (time, channels)
    labels: Labels  # (time,), or (time, targets)
    group: str = ""  # "" where nobody says that the file, or another, must be on one side of a split
    part: int | None = None  # of a published split
    file: str = ""


@dataclass(frozen=True)
class Reader:
    """How the tables of one source are read. ``labels``: their columns, where a file's folder says none."""

    columns: Columns
    sensor: SensorSection
    labels: tuple[str, ...]
    form: LabelForm = "name"

    def recordings(self, file: CsvFile, entry: LabelledFile, name: str) -> list[Recording]:
        """Those of one file, without rows that are dropped; ``name``: the file's, below the source."""
        rows = self._order(file)
        values = np.stack([file.numbers(c, _NAMED) for c in self.columns.channels], axis=1)[rows]
        whole = self._checked(file, values, rows)
        labels = self._labels(file, entry)[rows]
        groups = np.array(file.texts(self.group(file)), np.str_)[rows] if self.sensor.group else None
        found = []
        for span in self._stretches(file, rows, whole):
            filled = _filled(values[span])
            if filled is not None:
                group = entry.group or "" if groups is None else str(groups[span[0]])
                found.append(Recording(filled, labels[span], group, entry.part, name))
        return found

    def group(self, file: CsvFile) -> str:
        """The column of ``[sensor] group``."""
        found = file.find(self.sensor.group or "")
        if found is None:
            shown = ", ".join(file.names[:20])
            where = f"no column {self.sensor.group}, but {shown}"
            fix = "Say [sensor] label, group or columns"
            raise DataError(file.path, where, f"a column {self.sensor.group}", fix)
        return found

    def _order(self, file: CsvFile) -> NDArray[np.int64]:
        """Rows as they stand; of groups that take turns, one group after another."""
        rows = np.arange(len(file))
        if not self.sensor.group:
            return rows
        groups = np.array(file.texts(self.group(file)), np.str_)
        takes_turns = np.count_nonzero(groups[1:] != groups[:-1]) > len(rows) / 2
        return np.argsort(groups, kind="stable") if takes_turns else rows

    def _labels(self, file: CsvFile, entry: LabelledFile) -> Labels:
        """Of every row."""
        if self.form in ("number", "flag"):
            found = np.stack([file.numbers(name, _NAMED) for name in self.labels], axis=1)
            if self.form == "flag":
                self._check_flags(file, found)
            return found.astype(np.float32)
        return np.array(file.texts(self.labels[0]) if self.labels else [entry.label] * len(file), np.str_)

    def _check_flags(self, file: CsvFile, found: NDArray[np.float64]) -> None:
        """Refuse the first that is no 0 or 1; what is missing is for others."""
        wrong = np.argwhere(~(np.isin(found, (0, 1)) | np.isnan(found)))
        if len(wrong):
            row, column = map(int, wrong[0])
            raise file.wrong(self.labels[column], row, "0 or 1: whether the class is on", "")

    def _checked(
        self, file: CsvFile, values: NDArray[np.float64], rows: NDArray[np.int64]
    ) -> NDArray[np.bool_]:
        """Which rows can be used; the first that cannot is refused, unless ``[sensor] missing`` says more."""
        measured = np.isfinite(values)
        present = {name: _has_value(file, name, self.form)[rows] for name in self.labels}
        if self.sensor.group:
            present[self.group(file)] = _has_value(file, self.group(file), "name")[rows]
        if self.sensor.missing == "refuse":
            for place in np.flatnonzero(~measured.all(axis=1)):
                name = self.columns.channels[int(np.argmin(measured[place]))]
                raise file.wrong(name, int(rows[place]), "a number", _MISSING)
            for name, known in present.items():
                for place in np.flatnonzero(~known):
                    what = "a label" if name in self.labels else "a group"
                    raise file.wrong(name, int(rows[place]), what, 'Say [sensor] missing = "drop"')
        known = np.logical_and.reduce(list(present.values())) if present else np.ones(len(rows), bool)
        return known & measured.all(axis=1) if self.sensor.missing == "drop" else known

    def _stretches(
        self, file: CsvFile, rows: NDArray[np.int64], whole: NDArray[np.bool_]
    ) -> list[NDArray[np.int64]]:
        """Places in ``rows``, a recording at a time."""
        begun = self._begun(file, rows)
        dropped = np.flatnonzero(~whole) + 1
        cuts = sorted({*begun, *dropped.tolist(), *self._clock_cuts(file, rows, begun)} - {0, len(rows)})
        stretches = np.split(np.arange(len(rows)), cuts)
        return [kept for each in stretches if len(kept := each[whole[each]])]

    def _begun(self, file: CsvFile, rows: NDArray[np.int64]) -> frozenset[int]:
        """Where a blank line stands, or a group or an id changes."""
        by_cells = [*self.columns.ids, *([self.group(file)] if self.sensor.group else [])]
        cells = [np.array(file.texts(name), np.str_)[rows] for name in by_cells]
        changes = [np.flatnonzero(each[1:] != each[:-1]) + 1 for each in cells]
        is_sorted = not np.array_equal(rows, np.arange(len(rows)))
        starts: frozenset[int] = frozenset() if is_sorted else file.starts
        return starts | {int(i) for each in changes for i in each}

    def _clock_cuts(self, file: CsvFile, rows: NDArray[np.int64], begun: frozenset[int]) -> set[int]:
        found: set[int] = set()
        if self.sensor.window == 1:  # rows of a table are in no order
            return found
        for name in (self.columns.time, self.columns.row):
            if name is None or (name == self.columns.row and self.columns.time and not _in_order(file, name)):
                continue
            clock = Clock.of(ticks(file, name)[rows], begun)
            if clock.back > BACK * max(len(rows) - 1, 1):
                found_back = f"column {name} goes back in {clock.back} of {len(rows) - 1} steps"
                fix = 'Sort the rows, or say [sensor] time = "" if they are in order'
                raise DataError(file.path, found_back, "rows in the order of time", fix)
            found |= set(clock.cuts.tolist())
        return found

    def clock(self, file: CsvFile) -> Clock | None:
        """Of the column of timestamps."""
        if self.columns.time is None or self.sensor.window == 1:
            return None
        rows = self._order(file)
        return Clock.of(ticks(file, self.columns.time)[rows], self._begun(file, rows))


def _has_value(file: CsvFile, name: str, form: LabelForm) -> NDArray[np.bool_]:
    """Which rows have a label or a group. A class may be called none; of several labels none may be on."""
    if form == "names":
        return np.ones(len(file), bool)
    if form in ("number", "flag"):
        return np.isfinite(file.numbers(name, _NAMED))
    return np.array([text.casefold() not in ("", "nan") for text in file.texts(name)], bool)


def _in_order(file: CsvFile, name: str) -> bool:
    return Clock.of(ticks(file, name)).back <= BACK * max(len(file) - 1, 1)


def _filled(values: NDArray[np.float64]) -> NDArray[np.float32] | None:
    """Between what was measured, along straight lines; None where a channel has nothing."""
    known = np.isfinite(values)
    if known.all():
        return values.astype(np.float32)
    if not known.any(axis=0).all():
        return None
    places = np.arange(len(values))
    columns = [np.interp(places, places[k], v[k]) for v, k in zip(values.T, known.T, strict=True)]
    return np.stack(columns, axis=1).astype(np.float32)


def ticks(file: CsvFile, name: str) -> NDArray[np.float64]:
    """Timestamps in the column's own unit, or seconds of dates; what is missing lies in between."""
    if file.is_numeric(name):
        found = file.numbers(name)
    else:
        cells = [cell for cell in file.texts(name) if not is_missing(cell)]
        seconds = seconds_of_dates(cells)
        if seconds is None:
            row = next(i for i, c in enumerate(file.texts(name)) if not is_missing(c))
            raise file.wrong(name, row, "times", 'Say [sensor] time = "" if these are none')
        found = np.full(len(file), np.nan)
        found[[not is_missing(cell) for cell in file.texts(name)]] = seconds
    known = np.isfinite(found)
    places = np.arange(len(found))
    return found if known.all() else np.interp(places, places[known], found[known])
