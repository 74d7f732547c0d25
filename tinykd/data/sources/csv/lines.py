"""The lines of a CSV file as cells: its encoding, the sign that separates them, what stands before the names.

Found by what makes a table: all lines in as many cells as the first, most of them numbers.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from tinykd.data.sources.csv.cell import is_number
from tinykd.errors import DataError, one_line

MAX_FILE_BYTES = 1 << 30
SEPARATORS = (",", ";", "\t", "|", " ")
_WESTERN = frozenset("äöüÄÖÜßéèêëÉÈÊáàâÁÀÂíìîïóòôúùûñÑçÇåÅæÆøØãõœ°²³µ±·€ª")
_MOST_BEFORE = 20  # lines that stand before the names
_LOOKED_AT = 100  # lines, to find the separator


def rows_of(path: Path) -> list[tuple[int, list[str]]]:
    """Number and cells of every line, blank ones with none; what stands before the names is left out."""
    lines = list(io.StringIO(_text(path), newline=None))
    declared = re.fullmatch(r"\s*sep=(.)\s*", lines[0]) if lines else None
    comments = 1 if declared else 0
    while comments < len(lines) and lines[comments].lstrip().startswith("#"):
        comments += 1
    comments += 0 if declared else _preamble(lines[comments:])
    body = lines[comments:]
    separator = declared[1] if declared else separator_of(_filled(body))
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


def _filled(lines: Sequence[str]) -> list[str]:
    return list(islice((line for line in lines if line.strip()), _LOOKED_AT))


def _preamble(lines: Sequence[str]) -> int:
    """How many lines a logger wrote before the names: none where the first line fits the others."""
    if _fits(_filled(lines)):
        return 0
    starts = [i for i, line in enumerate(lines[: 2 * _MOST_BEFORE]) if line.strip()][1:_MOST_BEFORE]
    return next((i for i in starts if _fits(_filled(lines[i:]), strictly=True)), 0)


def _fits(lines: Sequence[str], strictly: bool = False) -> bool:
    """Whether ``lines`` are a table; ``strictly``: with names, all lines alike, much of it numbers."""
    sign = separator_of(lines)
    good, numbers, width = _fit(lines, sign)
    if not strictly or not good:
        return good
    rows = list(_split(lines, sign))
    return numbers >= 0.4 and all(len(row) == width for row in rows) and not any(map(is_number, rows[0]))


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
    more = [row for row in rows[1:] if len(row) == width + 1 > 2]
    plain = all(not row[-1] for row in more) or (more and more[0][0] == "1")  # as csv_file takes them
    body = [row for row in rows[1:] if len(row) == width] + (more if plain else [])
    cells = [cell for row in body for cell in row]
    numbers = sum(is_number(cell) for cell in cells) / len(cells) if cells else 0.0
    good = width > 1 and 2 * len(body) > len(rows) - 1
    alone = width == 1 and numbers == 1 and "," not in lines[0]  # one column, of decimal commas perhaps
    return good, numbers if good or alone else 0.0, width
