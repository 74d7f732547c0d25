"""A CSV file as cells: in which encoding and by what sign it is separated, what its columns are called.

Read as it comes: comma, semicolon, tab, bar or blanks; decimal points or decimal commas; UTF-8 or UTF-16
with a mark, with or without a line of names, with Excel's ``sep=`` and NumPy's ``#`` before it, a row number
without a name, a separator at the end of every line. A blank line, and names that come again, begin a new
recording.
What the columns mean is for others.
"""

import codecs
import csv
import io
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tinykd.errors import DataError, one_line

MAX_FILE_BYTES = 1 << 30
SEPARATORS = (",", ";", "\t", "|", " ")
MISSING = frozenset(("", "nan", "na", "n/a", "#n/a", "null", "none", "nil", "-", "?", "missing"))
_WESTERN = frozenset("äöüÄÖÜßéèêëÉÈÊáàâÁÀÂíìîïóòôúùûñÑçÇåÅæÆøØãõœ°²³µ±·€ª")
_LOOKED_AT = 100  # lines, to tell the separator
_COMMA = re.compile(r"[-+]?\d*,\d+(e[-+]?\d+)?", re.IGNORECASE)  # 1,5
_THOUSANDS = re.compile(r"[-+]?\d{1,3}(\.\d{3})+,\d+")  # 1.234,5


@dataclass(frozen=True)
class CsvFile:
    """The cells of a file, as text without blanks around it; ``lines``: where each row stands, from 1 on."""

    path: Path
    names: tuple[str, ...]
    rows: list[list[str]]
    lines: list[int]
    starts: frozenset[int] = frozenset()  # rows that begin a new recording
    has_names: bool = True
    _numbers: dict[str, NDArray[np.float64]] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def read(cls, path: Path, pad: bool = False) -> "CsvFile":
        """``path``; ``pad``: what is missing at the end of a line is taken for empty cells."""
        table = _rows(path)
        if len(table) < 2 or not any(row for _, row in table[1:]):
            raise DataError(path, f"{len(table)} lines", "a line of names, and lines of values")
        head, names = _names(table)
        filled = [(number, row) for number, row in table[head:] if any(row)]
        rows = _alike(path, names, [row for _, row in filled], [number for number, _ in filled], pad)
        lines = [number for number, _ in filled]
        names, rows = _without_empty(names, rows)
        _check_names(path, names)
        starts = _starts(table[head:], list(names))
        kept = [i for i, row in enumerate(rows) if row != list(names)]
        place = {row: i for i, row in enumerate(kept)}
        begun = frozenset(place[i] for i in starts if i in place)
        return cls(path, names, [rows[i] for i in kept], [lines[i] for i in kept], begun, head > 0)

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
            found = np.array([_number(cell) for cell in self._with_points(name, cells)], np.float64)
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
        """What is told of a cell that cannot be used."""
        cell = self.texts(name)[row]
        found = f'"{one_line(cell, 40)}"' if cell else "an empty cell"
        return DataError(f"{self.path}: line {self.lines[row]}", f"{found} in column {name}", wanted, fix)

    def _with_points(self, name: str, cells: list[str]) -> list[str]:
        """Decimal commas as points; a column has the one or the other."""
        commas = [i for i, cell in enumerate(cells) if _COMMA.fullmatch(cell) or _THOUSANDS.fullmatch(cell)]
        if not commas:
            return cells
        points = [i for i, cell in enumerate(cells) if "." in cell and "," not in cell and is_number(cell)]
        if points:
            found = (
                f'"{one_line(cells[commas[0]], 40)}" in column {name}, and "{one_line(cells[points[0]], 40)}"'
            )
            where = f"{self.path}: line {self.lines[commas[0]]}"
            raise DataError(where, f"{found} in line {self.lines[points[0]]}", "one decimal sign in a column")
        return [_pointed(cell) for cell in cells]


def is_missing(cell: str) -> bool:
    """Whether a cell says that nothing was measured."""
    return cell.casefold() in MISSING


def is_number(cell: str) -> bool:
    """With a decimal point or a decimal comma."""
    return math.isfinite(_number(_pointed(cell)))


def are_whole(values: NDArray[np.float64]) -> bool:
    """Whether all that are numbers are whole ones."""
    return np.array_equal(values, np.rint(values), equal_nan=True)


def _pointed(cell: str) -> str:
    if _THOUSANDS.fullmatch(cell):
        return cell.replace(".", "").replace(",", ".")
    return cell.replace(",", ".") if _COMMA.fullmatch(cell) else cell


def _number(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return math.nan


def _plain(name: str) -> str:
    return name.strip().casefold()


# --- lines --------------------------------------------------------------------------------------------------


def _rows(path: Path) -> list[tuple[int, list[str]]]:
    """Number and cells of every line, blank ones with none; what stands before the names is left out."""
    lines = list(io.StringIO(_text(path), newline=None))
    told = re.fullmatch(r"\s*sep=(.)\s*", lines[0]) if lines else None
    comments = 1 if told else 0
    while comments < len(lines) and lines[comments].lstrip().startswith("#"):
        comments += 1
    body = lines[comments:]
    separator = told[1] if told else separator_of([line for line in body if line.strip()][:_LOOKED_AT])
    rows = list(_cells(path, body, separator, comments))
    above = lines[comments - 1].lstrip("# ") if comments else ""
    names = next(_split([above], separator), [])
    first = next((row for _, row in rows if row), [])
    if first and len(names) == len(first) > 0 and all(map(is_number, first)):
        return [(comments, [name.strip() for name in names]), *rows]  # NumPy's savetxt
    return rows[next((i for i, (_, row) in enumerate(rows) if row), len(rows)) :]


def _text(path: Path) -> str:
    if path.stat().st_size > MAX_FILE_BYTES:
        raise DataError(path, f"is {path.stat().st_size} bytes", f"at most {MAX_FILE_BYTES}")
    content = path.read_bytes()
    encoding = "utf-16" if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        western = content.decode("cp1252", "replace")  # as Excel writes it in Europe
        if encoding != "utf-16" and all(sign.isascii() or sign in _WESTERN for sign in western):
            return western
        found = f"cannot be read ({one_line(str(error), 120)})"
        raise DataError(path, found, "a CSV file in UTF-8") from None


def _cells(path: Path, lines: list[str], separator: str, before: int) -> Iterator[tuple[int, list[str]]]:
    try:
        reader = csv.reader(lines, delimiter=separator, skipinitialspace=True)
        for row in reader:
            cells = [cell.strip() for cell in row]
            yield reader.line_num + before, cells if any(cells) else []
    except csv.Error as error:
        found = f"cannot be read ({one_line(str(error), 120)})"
        raise DataError(path, found, "a CSV file in UTF-8") from None


def _split(lines: Sequence[str], separator: str) -> Iterator[list[str]]:
    return csv.reader(lines, delimiter=separator, skipinitialspace=True)


def separator_of(lines: Sequence[str]) -> str:
    """The sign that cuts all ``lines`` into as many cells as the first one, most of them numbers."""
    return max(SEPARATORS, key=lambda sign: (*_fit(lines, sign), -SEPARATORS.index(sign)))


def _fit(lines: Sequence[str], sign: str) -> tuple[bool, float, int]:
    """Whether there are columns that most lines have; the share of numbers; how many columns."""
    try:
        rows = [[cell.strip() for cell in row] for row in _split(lines, sign)]
    except csv.Error:
        return False, 0.0, 0
    width = len(rows[0]) if rows else 0
    body = [row for row in rows[1:] if len(row) == width or (len(row) == width + 1 and width > 1)]
    cells = [cell for row in body for cell in row]
    numbers = sum(is_number(cell) for cell in cells) / len(cells) if cells else 0.0
    good = width > 1 and 2 * len(body) > len(rows) - 1
    alone = width == 1 and numbers == 1 and "," not in lines[0]  # one column, of decimal commas perhaps
    return good, numbers if good or alone else 0.0, width


# --- columns ------------------------------------------------------------------------------------------------


def _names(table: list[tuple[int, list[str]]]) -> tuple[int, tuple[str, ...]]:
    """How many rows the names take, and the names; numbers from 1 on where the first row is one of values."""
    first, second = table[0][1], next((row for _, row in table[1:] if row), [])
    values = [cell for cell in first if is_number(cell)]
    counted = [[str(i + start) for i in range(len(values))] for start in (0, 1)]
    alike = [is_number(cell) for cell in first] == [is_number(cell) for cell in second]
    if 2 * len(values) >= len(first) and values not in counted and (alike or len(values) == len(first)):
        return 0, tuple(str(i + 1) for i in range(len(first)))
    return 1, tuple(first)


def _alike(
    path: Path, names: tuple[str, ...], rows: list[list[str]], lines: list[int], pad: bool
) -> list[list[str]]:
    """Every row with as many cells as there are names."""
    width, widths = len(names), {len(row) for row in rows}
    if widths == {width + 1}:
        if all(not row[-1] for row in rows):
            return [row[:-1] for row in rows]  # a separator at the end
        if [row[0] for row in rows] == [str(i) for i in range(1, len(rows) + 1)]:
            return [row[1:] for row in rows]  # R's row numbers have no name
    if names and not names[-1] and widths == {width - 1}:
        return [[*row, ""] for row in rows]
    for i, row in enumerate(rows):
        if pad and len(row) < width:
            rows[i] = row + [""] * (width - len(row))
        elif len(row) != width:
            fix = ""
            if widths == {2 * width} or widths == {2 * width - 1}:
                fix = 'With decimal commas, separate the columns by ";" or quote the values'
            found = f"{len(row)} values"
            raise DataError(f"{path}: line {lines[i]}", found, f"{width}, as in line 1", fix)
    return rows


def _without_empty(names: tuple[str, ...], rows: list[list[str]]) -> tuple[tuple[str, ...], list[list[str]]]:
    """Without columns that have no name and no value."""
    kept = [i for i, name in enumerate(names) if name or any(row[i] for row in rows)]
    if len(kept) == len(names):
        return names, rows
    return tuple(names[i] for i in kept), [[row[i] for i in kept] for row in rows]


def _check_names(path: Path, names: tuple[str, ...]) -> None:
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        shown = f"column {twice}" if twice else "a column without a name"
        raise DataError(f"{path}: line 1", f"{shown} stands twice", "a name of its own for every one")


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
