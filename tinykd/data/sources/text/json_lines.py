"""Sentences from JSON Lines (jsonlines.org): an object in each line, with the text and its label."""

import json
from pathlib import Path
from typing import Any

from tinykd.data.sources.once import check_once
from tinykd.data.sources.text.columns import found_columns, part_of
from tinykd.data.sources.text.decode import decoded
from tinykd.data.sources.text.sentence import Sentence
from tinykd.errors import DataError
from tinykd.project.text import TextSection

SUFFIXES = (".jsonl", ".ndjson")


def json_sentences(path: Path, how: TextSection, labelled: bool = True) -> list[Sentence]:
    """Every object of ``path``; the keys of the first one say which are meant."""
    lines = [
        (number, line)
        for number, line in enumerate(decoded(path, how.encoding).split("\n"), 1)
        if line.strip()
    ]
    if not lines:
        raise DataError(path, "holds no line", "an object in each line, with text and label")
    objects = [(f"{path}: line {number}", _object(path, number, line)) for number, line in lines]
    columns = found_columns(path, list(objects[0][1]), how, labelled)
    found = []
    for where, each in objects:
        label = None if columns.label is None else _value(each, columns.label, where)
        part = None if columns.split is None else part_of(_value(each, columns.split, where), where)
        found.append(Sentence(_value(each, columns.text, where), label, where, part))
    return found


class _Pairs(dict[str, Any]):
    """An object, and its keys as often as they stand there."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        self.names = [name for name, _ in pairs]


def _object(path: Path, number: int, line: str) -> dict[str, Any]:
    where = f"{path}: line {number}"
    try:
        found = json.loads(line, object_pairs_hook=_Pairs)
    except (ValueError, RecursionError) as error:
        raise DataError(where, f"is no JSON ({error})", "an object in each line") from None
    if isinstance(found, _Pairs) and (names := found.names):
        check_once(where, names, names)
    if not isinstance(found, dict) or not found:
        raise DataError(where, f"is a {_kind(found)}", 'an object such as {"text": "...", "label": "..."}')
    return found


def _value(each: dict[str, Any], key: str, where: str) -> str:
    """A text, or a whole number as one."""
    value = each.get(key)
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    found = f"has no {key}" if key not in each else f"{key} is a {_kind(value)}"
    raise DataError(where, found, "a text")


def _kind(value: object) -> str:
    return "dict" if isinstance(value, dict) else type(value).__name__
