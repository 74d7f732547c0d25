"""A CSV file as rows of cells: what its columns are called, where recordings begin, its numbers.

Read as it comes: comma, semicolon, tab, bar or blanks; decimal points or decimal commas; UTF-8 or UTF-16
with a mark, with or without a line of names, with Excel's ``sep=`` and NumPy's ``#`` before it, a row number
without a name, a separator at the end of every line. A blank line, and names that come again, begin a new
recording. What the columns mean is for others.
"""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tinykd.data.sources.csv.cell import has_comma, is_missing, is_number, number_of, pointed
from tinykd.data.sources.csv.lines import rows_of
from tinykd.data.sources.once import check_once
from tinykd.errors import DataError, one_line

_LONGEST_UNIT = 12  # signs


@dataclass(frozen=True)
class CsvFile:
    """The cells of a file, as text without blanks around it; ``lines``: where each row stands, from 1 on."""

    path: Path
    names: tuple[str, ...]
    rows: list[list[str]]
    lines: list[int]
    starts: frozenset[int] = frozenset()  # rows that begin a new recording
    _numbers: dict[str, NDArray[np.float64]] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def read(cls, path: Path, pad: bool = False) -> "CsvFile":
        """``path``; ``pad``: what is missing at the end of a line is taken for empty cells."""
        table = rows_of(path)
        if len(table) < 2 or not any(row for _, row in table[1:]):
            raise DataError(path, f"{len(table)} lines", "a line of names, and lines of values")
        head, names = _names(table)
        filled = [(number, row) for number, row in table[head:] if any(row)]
        lines = [number for number, _ in filled]
        rows = _alike([row for _, row in filled], names, pad)
        _check_widths(path, rows, lines, (table[0][0], len(names)))
        names, rows = _without_empty(names, rows)
        check_once(f"{path}: line 1", names, names)
        starts = _starts(table[head:], list(names))
        kept = [i for i, row in enumerate(rows) if row != list(names)]
        place = {row: i for i, row in enumerate(kept)}
        begun = frozenset(place[i] for i in starts if i in place)
        return cls(path, names, [rows[i] for i in kept], [lines[i] for i in kept], begun)

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def _places(self) -> dict[str, int]:
        plain = {_plain(name): i for i, name in reversed(list(enumerate(self.names)))}
        return plain | {name: i for i, name in enumerate(self.names)}

    def find(self, name: str) -> str | None:
        """The column that is meant by ``name``, in any capitals; None: there is none."""
        place = self._places.get(name, self._places.get(_plain(name)))
        return None if place is None else self.names[place]

    def texts(self, name: str) -> list[str]:
        """The cells of column ``name``, as they are."""
        place = self.names.index(name)
        return [row[place] for row in self.rows]

    def numbers(self, name: str, fix: str = "") -> NDArray[np.float64]:
        """The cells of column ``name``, NaN where one is missing; another that is no number is refused."""
        if name in self._numbers:
            return self._numbers[name]
        cells = self.texts(name)
        try:
            found = np.array(cells, np.float64)
        except ValueError:
            found = np.array([number_of(cell) for cell in self._with_points(name, cells)], np.float64)
        for row in np.flatnonzero(~np.isfinite(found)):
            if not is_missing(cells[row]):
                raise self.wrong(name, int(row), "a number", fix)
        self._numbers[name] = found
        return found

    def is_numeric(self, name: str) -> bool:
        """Whether every cell of the column is a number or missing, and one is a number."""
        try:
            return bool(np.isfinite(self.numbers(name)).any())
        except DataError:
            return False

    def wrong(self, name: str, row: int, wanted: str, fix: str) -> DataError:
        """The error for a cell that cannot be used."""
        cell = self.texts(name)[row]
        found = f'"{one_line(cell, 40)}"' if cell else "an empty cell"
        return DataError(f"{self.path}: line {self.lines[row]}", f"{found} in column {name}", wanted, fix)

    def _with_points(self, name: str, cells: list[str]) -> list[str]:
        """Decimal commas as points; a column has the one or the other."""
        commas = [i for i, cell in enumerate(cells) if has_comma(cell)]
        if not commas:
            return cells
        points = [i for i, cell in enumerate(cells) if "." in cell and "," not in cell and is_number(cell)]
        if points:
            found = (
                f'"{one_line(cells[commas[0]], 40)}" in column {name}, and "{one_line(cells[points[0]], 40)}"'
            )
            where = f"{self.path}: line {self.lines[commas[0]]}"
            raise DataError(where, f"{found} in line {self.lines[points[0]]}", "one decimal sign in a column")
        return [pointed(cell) for cell in cells]


def _plain(name: str) -> str:
    return name.strip().casefold()


def _names(table: list[tuple[int, list[str]]]) -> tuple[int, tuple[str, ...]]:
    """How many rows the names take, and the names; numbers from 1 on where the first row is one of values."""
    first, second = table[0][1], next((row for _, row in table[1:] if row), [])
    values = [cell for cell in first if is_number(cell)]
    counted = [[str(i + start) for i in range(len(values))] for start in (0, 1)]
    alike = [is_number(cell) for cell in first] == [is_number(cell) for cell in second]
    if 2 * len(values) >= len(first) and values not in counted and (alike or len(values) == len(first)):
        return 0, tuple(str(i + 1) for i in range(len(first)))
    return 1 + _units(table), tuple(first)


def _units(table: list[tuple[int, list[str]]]) -> int:
    """How many rows after the names hold units, such as ``ms,g,g``: 1 where numbers are below short texts."""
    if len(table) < 3 or not table[1][1] or len(table[1][1]) != len(table[0][1]):
        return 0
    numbers = [[is_number(cell) for cell in row] for _, row in table[1:3]]
    texts = all(0 < len(cell) <= _LONGEST_UNIT for cell in table[1][1])
    missing = [cell for cell in table[1][1] if is_missing(cell) and cell != "-"]
    return int(texts and not missing and not any(numbers[0]) and sum(numbers[1]) > 1)


def _alike(rows: list[list[str]], names: tuple[str, ...], pad: bool) -> list[list[str]]:
    """Every row with as many cells as there are names, where it is plain what is too much or missing."""
    width, widths = len(names), {len(row) for row in rows}
    if widths == {width + 1}:
        if all(not row[-1] for row in rows):
            return [row[:-1] for row in rows]  # a separator at the end
        if [row[0] for row in rows] == [str(i) for i in range(1, len(rows) + 1)]:
            return [row[1:] for row in rows]  # R's row numbers have no name
    if names and not names[-1] and widths == {width - 1}:
        return [[*row, ""] for row in rows]
    return [row + [""] * (width - len(row)) for row in rows] if pad else rows


def _check_widths(path: Path, rows: list[list[str]], lines: list[int], head: tuple[int, int]) -> None:
    """Refuse the first row that is longer or shorter than the names; ``head``: their line, and how many."""
    number, width = head
    odd = next((i for i, row in enumerate(rows) if len(row) != width), None)
    if odd is None:
        return
    split = {len(row) for row in rows} in ({2 * width}, {2 * width - 1})
    fix = 'With decimal commas, separate the columns by ";" or quote the values' if split else ""
    found = f"{len(rows[odd])} values"
    raise DataError(f"{path}: line {lines[odd]}", found, f"{width}, as in line {number}", fix)


def _without_empty(names: tuple[str, ...], rows: list[list[str]]) -> tuple[tuple[str, ...], list[list[str]]]:
    """Without columns that have no name and no value."""
    kept = [i for i, name in enumerate(names) if name or any(row[i] for row in rows)]
    if len(kept) == len(names):
        return names, rows
    return tuple(names[i] for i in kept), [[row[i] for i in kept] for row in rows]


def _starts(table: list[tuple[int, list[str]]], names: list[str]) -> set[int]:
    """Which of the rows that are not blank follow a blank line, or names that come again."""
    starts, row, blank = set(), 0, False
    for _, cells in table:
        if not cells:
            blank = True
            continue
        if blank or cells == names:
            starts.add(row + (cells == names))
        blank = False
        row += 1
    usual = len(starts) > 0.9 * (row - 1)  # every second line is blank: that says nothing
    return set() if usual else starts - {0}
