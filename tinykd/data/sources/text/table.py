"""Sentences from CSV and TSV files with a line of names (RFC 4180): comma, semicolon, tab or bar."""

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from tinykd.data.sources.once import check_once
from tinykd.data.sources.text.columns import TextColumns, found_columns, part_of
from tinykd.data.sources.text.decode import decoded
from tinykd.data.sources.text.sentence import Sentence
from tinykd.errors import DataError, one_line
from tinykd.project.text import TextSection

SUFFIXES = (".csv", ".tsv")
_SIGNS = ",;\t|"


def table_sentences(path: Path, how: TextSection, labelled: bool = True) -> list[Sentence]:
    """Every row of ``path``; lines that hold nothing are passed over."""
    rows = list(_rows(path, decoded(path, how.encoding)))
    if not rows:
        raise DataError(path, "holds no line", "a line of names, and a sentence in each line below")
    names = [cell.strip() for cell in rows[0][1]]
    columns = found_columns(path, names, how, labelled)
    check_once(f"{path}: line {rows[0][0]}", names, (columns.text, columns.label, columns.split))
    return [_sentence(path, line, names, cells, columns) for line, cells in rows[1:]]


def _sentence(
    path: Path, line: int, names: Sequence[str], cells: Sequence[str], columns: TextColumns
) -> Sentence:
    where = f"{path}: line {line}"
    if len(cells) != len(names):
        fix = "A text with the separator in it stands in quotes"
        raise DataError(where, f"has {len(cells)} cells", f"{len(names)}, as the line of names has", fix)
    row = dict(zip(names, cells, strict=True))
    label = None if columns.label is None else row[columns.label].strip()
    part = None if columns.split is None else part_of(row[columns.split], where)
    return Sentence(row[columns.text], label, where, part)


def _rows(path: Path, text: str) -> Iterator[tuple[int, list[str]]]:
    """The number of the line in which a row ends, and its cells."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_sign(path, text), strict=True)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, cells
    except csv.Error as error:
        found = f"cannot be read ({one_line(str(error), 120)})"
        raise DataError(
            f"{path}: line {reader.line_num}", found, "quotes that end, and texts of usual length"
        ) from None


def _sign(path: Path, text: str) -> str:
    """What cuts the line of names into the most cells; of two, the first of ``_SIGNS``."""
    if path.suffix.lower() == ".tsv":
        return "\t"
    names = text.lstrip().partition("\n")[0]
    return max(
        _SIGNS, key=lambda sign: (len(next(csv.reader([names], delimiter=sign), [])), -_SIGNS.index(sign))
    )
