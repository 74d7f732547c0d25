"""A label file: what is where in a recording of the user's. As Audacity writes label tracks, or with commas.

One line each: start in seconds, end in seconds, name of the class; a line of words at the top is passed over,
and so are lines of Audacity's that begin with a backslash. A word that is no class of the model's stands
under one of the names of ``tinykd.events.rules.SILENT``, such as ``other``.
"""

from collections.abc import Sequence
from pathlib import Path

from tinykd.errors import DataError
from tinykd.events.rules import is_silent
from tinykd.tuning.recordings import Mark

_LINE = "start and end in seconds and a class, such as 1.25 1.80 yes"


def read_labels(path: Path, classes: Sequence[str], seconds: float) -> tuple[Mark, ...]:
    """The marks in ``path``, which must fit a recording of ``seconds``; in the order of their starts."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise DataError(path, f"cannot be read ({reason})", "a label file") from None
    marks = [_mark(path, number, line, classes, seconds) for number, line in enumerate(lines, 1)]
    found = sorted((mark for mark in marks if mark is not None), key=lambda mark: mark.start_s)
    if not found:
        raise DataError(path, "has no label", _LINE)
    return tuple(found)


def _mark(path: Path, number: int, line: str, classes: Sequence[str], seconds: float) -> Mark | None:
    parts = [part.strip() for part in line.split("\t" if "\t" in line else ",", 2)]
    if not line.strip() or line.startswith("\\"):
        return None
    where = f"{path}: line {number}"
    if len(parts) != 3:
        raise DataError(where, f"{len(parts)} values", _LINE)
    try:
        start_s, end_s = float(parts[0]), float(parts[1])
    except ValueError:
        if number == 1:
            return None
        raise DataError(where, f'"{parts[0]}" and "{parts[1]}" are no times', _LINE) from None
    if not 0 <= start_s <= end_s:
        raise DataError(where, f"from {start_s:g} to {end_s:g} s", "an end that is not before the start")
    if end_s > seconds + 0.5:
        raise DataError(where, f"ends at {end_s:g} s", f"at most {seconds:.2f} s, the recording's length")
    return Mark(start_s, end_s, _index(where, parts[2], classes))


def _index(where: str, name: str, classes: Sequence[str]) -> int:
    if name in classes:
        return list(classes).index(name)
    if is_silent(name):
        return -1
    raise DataError(where, f'no class is called "{name}"', f"one of {', '.join(classes)}, or other")
