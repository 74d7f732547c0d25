"""Notes on recordings: their rate, what was left out, where they were cut.

The rate is that of all files together; files of two rates are refused, since a device measures at one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tinykd.data.sources.csv.clock import NAMES, UNITS, unit_of_name, unit_of_step, unit_of_values
from tinykd.data.sources.csv.columns import ColumnRole, Columns
from tinykd.data.sources.csv.file import CsvFile
from tinykd.data.sources.csv.recordings import Reader, ticks
from tinykd.errors import DataError

_FEW_STEPS = 16  # fewer say nothing of a file's rate
_SAME_RATE = 1.25  # between the files of a source


@dataclass(frozen=True)
class Rate:
    """Values per second, by the timestamps; None: their unit is unknown."""

    hz: float | None
    notes: tuple[str, ...] = ()


def gaps_of(files: Sequence[CsvFile], reader: Reader) -> str:
    """The error where recordings are too short: perhaps they were cut too often."""
    found = sum(len(clock.cuts) for file in files if (clock := reader.clock(file)) is not None)
    return f", cut at {_count(found, 'gap')} in column {reader.columns.time}" if found else ""


def rate_of(files: Sequence[CsvFile], reader: Reader) -> Rate:
    """Of all files alike."""
    name = reader.columns.time
    clocks = [(file, clock) for file in files if (clock := reader.clock(file)) is not None and clock.duration]
    if name is None or not clocks:
        return Rate(None)
    file, clock = clocks[0]
    numeric = file.is_numeric(name)
    known_unit = unit_of_name(name) if numeric else "s"
    known_unit = known_unit or unit_of_values(float(ticks(file, name)[0]))
    unit = known_unit or unit_of_step(clock.step, reader.sensor.rate)
    gaps = sum(len(clock.cuts) for _, clock in clocks)
    cut = f"; recordings are cut at {_count(gaps, 'gap')}" if gaps else ""
    if unit is None:
        return Rate(None, (f"column {name} is in an unknown unit: say [sensor] rate{cut}",))
    _check_alike([(f, 1 / (c.step * UNITS[unit])) for f, c in clocks if c.steps >= _FEW_STEPS])
    hz = sum(c.steps for _, c in clocks) / sum(c.duration for _, c in clocks) / UNITS[unit]
    rounded = float(f"{hz:.4g}")
    guessed = "" if known_unit else f", taken as {NAMES[unit]}"
    line = f"{rounded:g} values per second by column {name}{guessed}: the device must measure as often{cut}"
    return Rate(rounded, (line,))


def _check_alike(rates: Sequence[tuple[CsvFile, float]]) -> None:
    for file, rate in rates:
        first = rates[0]
        if not 1 / _SAME_RATE <= rate / first[1] <= _SAME_RATE:
            found = f"{rate:.4g} values per second by its timestamps"
            wanted = f"about {first[1]:.4g} as in {first[0].path.name}"
            fix = 'Bring all to one rate, or say [sensor] time = "" if these are no times'
            raise DataError(file.path, found, wanted, fix)


def told_missing(files: Sequence[CsvFile], reader: Reader) -> tuple[str, ...]:
    """What became of cells with nothing in them."""
    empty = [np.stack([~np.isfinite(file.numbers(c)) for c in reader.columns.channels]) for file in files]
    values, rows = sum(int(e.sum()) for e in empty), sum(int(e.any(axis=0).sum()) for e in empty)
    if not values:
        return ()
    if reader.sensor.missing == "fill":
        return (f"filled, along straight lines between neighbours: {_count(values, 'missing value')}",)
    return (f"dropped, and recordings cut there: {_count(rows, 'row')} with a missing value",)


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def told_columns(columns: Columns) -> tuple[str, ...]:
    """One line for what is left out."""
    if not columns.left_out:
        return ()
    shown = ", ".join(f"{name or 'without a name'} ({kind.value})" for name, kind in columns.left_out[:10])
    ids = [name for name, kind in columns.left_out if kind is ColumnRole.ID and name in columns.ids]
    more = f'; group = "{ids[0]}" keeps each on one side of the split' if ids else ""
    return (f"columns left out: {shown}; [sensor] columns names the channels where that is wrong{more}",)
