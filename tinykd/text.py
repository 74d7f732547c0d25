"""Tables, paragraphs and durations as plain text, no wider than the terminal.

Lines break between words only; a word that is longer than a line stays whole. What a terminal may obey, in
the name of a class or a file, is escaped. No output.
"""

import os
import re
import sys
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from textwrap import wrap

from tinykd.errors import visible

GAP = 2  # spaces between columns
NARROWEST = 12  # characters that a column is not shrunk below; rows take several lines instead


def terminal_width() -> int | None:
    """``COLUMNS`` where it is set, else the width of the terminal; None for a file or a pipe."""
    columns = os.environ.get("COLUMNS", "")
    if columns.isdigit() and int(columns) > 0:
        return int(columns)
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or None
    except (OSError, ValueError, AttributeError):  # no terminal, a closed file, a notebook's stream
        return None


def table_lines(header: Sequence[str], rows: Sequence[Sequence[str]], width: int | None = None) -> list[str]:
    """Columns padded to their widest cell; columns of numbers to the right.

    ``width``: characters of a line, by default ``terminal_width()``. Cells wrap between words where the table
    is wider; where not even that suffices a row goes on in further lines, as does the header.
    """
    width = width or terminal_width()
    cells = [[visible(cell) for cell in row] for row in (header, *rows)]
    right = [bool(rows) and all(is_number(row[i]) for row in rows) for i in range(len(header))]
    lines: list[list[str]] = [[] for _ in cells]
    for part, widths in _parts(cells, width):
        indent = " " * GAP if part.start else ""
        for row, text in zip(cells, lines, strict=True):
            text += [indent + line for line in _row_lines(row[part], widths, right[part])]
    return [line for text in lines for line in text]


def _parts(cells: list[list[str]], width: int | None) -> Iterator[tuple[slice, list[int]]]:
    """Neighbouring columns that fit one line together, and their widths."""
    columns = list(zip(*cells, strict=True))
    natural = [max(map(len, column)) for column in columns]
    least = [
        max(min(full, NARROWEST), *(len(word) for cell in column for word in [*cell.split(), ""]))
        for column, full in zip(columns, natural, strict=True)
    ]
    start = 0
    while start < len(columns):
        room = None if width is None else width - (GAP if start else 0)
        end = start + 1
        while end < len(columns) and (room is None or _total(least[start : end + 1]) <= room):
            end += 1
        yield slice(start, end), _shrunk(natural[start:end], least[start:end], room)
        start = end


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + GAP * (len(widths) - 1)


def _shrunk(natural: Sequence[int], least: Sequence[int], room: int | None) -> list[int]:
    """The widest columns give way until all of them fit."""
    widths = list(natural)
    while room is not None and _total(widths) > room:
        wide = [i for i, each in enumerate(widths) if each > least[i]]
        if not wide:
            break
        widths[max(wide, key=lambda i: widths[i])] -= 1
    return widths


def _row_lines(row: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> list[str]:
    wrapped = [_wrapped(cell, width) for cell, width in zip(row, widths, strict=True)]
    return [
        (" " * GAP)
        .join(c.rjust(w) if r else c.ljust(w) for c, w, r in zip(line, widths, right, strict=True))
        .rstrip()
        for line in zip_longest(*wrapped, fillvalue="")
    ]


def _wrapped(cell: str, width: int) -> list[str]:
    if len(cell) <= width:
        return [cell]
    return wrap(cell, width, break_long_words=False, break_on_hyphens=False)


def is_number(cell: str) -> bool:
    """Whether a cell stands to the right; an empty one does not mind."""
    return not cell or cell[0].isdigit() or cell[0] in "-+"


_LABELS = re.compile(r"\s*(?:\S+\s{2,})*")  # what a line's text is indented by, with labels before it
_COMMAND = re.compile(r"`[^`]*`")


def fitted_lines(lines: Sequence[str], width: int | None = None) -> list[str]:
    """``lines`` broken between words at ``width``, by default ``terminal_width()``; commands stay whole."""
    width, shown = width or terminal_width(), [visible(line) for line in lines]
    return shown if width is None else [part for line in shown for part in _fitted(line, width)]


def _fitted(line: str, width: int) -> list[str]:
    if len(line) <= width:
        return [line]
    found = _LABELS.match(line)
    hang = found.end() if found and found.end() <= width // 2 else GAP
    joined = _COMMAND.sub(lambda m: m[0].replace(" ", "\0") if len(m[0]) <= width - hang else m[0], line)
    parts = wrap(joined, width, subsequent_indent=" " * hang, break_long_words=False, break_on_hyphens=False)
    return [part.replace("\0", " ") for part in parts]


def seconds_text(seconds: float) -> str:
    """``"0.4 s"``, ``"42 s"``, ``"3 min 05 s"``."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{int(seconds) // 60} min {int(seconds) % 60:02d} s"


def rate_text(rate: float) -> str:
    """Three digits at least, and no power of ten: 1,076, 128, 8.77."""
    return f"{rate:,.0f}" if rate >= 99.95 else f"{rate:.3g}"


def printable(text: str) -> str:
    """With ? for what is not: XML 1.0 has no place for control characters, whatever they are escaped as."""
    return "".join(c if c.isprintable() else "?" for c in text)


def without_password(url: str) -> str:
    """``url`` without its password."""
    head, at, rest = url.partition("@")
    scheme, colon, user = head.partition("://")
    return f"{scheme}{colon}{user.partition(':')[0]}{at}{rest}" if at else url
