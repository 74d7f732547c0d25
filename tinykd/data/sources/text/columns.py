"""Which columns of a table, or keys of JSON objects, hold the text, its label and its split."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tinykd.data.raw import TEST, TRAIN, VALIDATION
from tinykd.data.sources.folder.split_names import Role, role_of
from tinykd.errors import DataError, one_line
from tinykd.project.text import TextSection

TEXTS = ("text", "sentence", "utterance", "query", "phrase", "command", "message", "transcript", "question")
LABELS = ("label", "intent", "class", "category", "target", "y")
SPLITS = ("split", "subset", "partition", "fold", "set")
_PARTS = {
    Role.TRAIN: TRAIN,
    Role.VALIDATION: VALIDATION,
    Role.DEV: VALIDATION,
    Role.TEST: TEST,
    Role.EVAL: TEST,
}
_SHOWN = 10  # names in an error


@dataclass(frozen=True)
class TextColumns:
    """Names, as the file has them; ``label`` is None where texts without labels are read."""

    text: str
    label: str | None
    split: str | None


def found_columns(path: Path, names: Sequence[str], how: TextSection, labelled: bool) -> TextColumns:
    """Those that ``[text] column`` and ``label`` name, or that are called as they usually are."""
    text = _column(path, names, how.column, TEXTS, "column")
    label = _column(path, names, how.label, LABELS, "label") if labelled else None
    return TextColumns(text, label, _usual(names, SPLITS) if labelled else None)


def part_of(value: str, where: str) -> int:
    """TRAIN, VALIDATION or TEST of a cell of the split's column."""
    role = role_of(value)
    if role not in _PARTS:
        raise DataError(where, f"split {one_line(value, 40)}", "train, validation or test")
    return _PARTS[role]


def _column(path: Path, names: Sequence[str], named: str | None, usual: Sequence[str], key: str) -> str:
    shown = ", ".join(names[:_SHOWN]) + (", ..." if len(names) > _SHOWN else "")
    if named is not None:
        if named not in names:
            raise DataError(path, f"has no column {named}", f"[text] {key} to be one of {shown}")
        return named
    found = _usual(names, usual)
    if found is None:
        wanted = f"one called {', '.join(usual[:3])} or the like"
        raise DataError(
            path, f"its columns are {shown}", wanted, f'Say [text] {key} = "{names[0]}" or another'
        )
    return found


def _usual(names: Sequence[str], usual: Sequence[str]) -> str | None:
    """The first of ``usual`` that a column is called, in upper or lower case."""
    known = {name.casefold(): name for name in reversed(names)}
    return next((known[name] for name in usual if name in known), None)
