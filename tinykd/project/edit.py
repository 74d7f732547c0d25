"""One key written into a project file; all else, comments included, stays as it is."""

import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from tinykd.errors import ConfigError
from tinykd.files import write_whole

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_THRESHOLDS = re.compile(
    r"^(?P<key>[ \t]*thresholds[ \t]*=[ \t]*)\{[^\n]*\}(?P<rest>[ \t]*(?:#[^\n]*)?)$", re.MULTILINE
)
_SECTION = re.compile(r"^[ \t]*\[events\][ \t]*(?:#[^\n]*)?$", re.MULTILINE)
_NEXT = re.compile(r"^[ \t]*\[", re.MULTILINE)


def write_thresholds(path: Path, thresholds: Mapping[str, float]) -> None:
    """``[events] thresholds`` in ``path`` becomes ``thresholds``; the section is made if it is not there."""
    text = path.read_text(encoding="utf-8")
    table = "{" + ", ".join(f"{_key(name)} = {value:g}" for name, value in thresholds.items()) + "}"
    changed = _with_table(text, table)
    wanted = tomllib.loads(text)
    wanted.setdefault("events", {})["thresholds"] = dict(thresholds)
    if _parsed(changed) != wanted:
        fix = f"Write it yourself: thresholds = {table}"
        raise ConfigError(f"{path}: [events]", "thresholds cannot be replaced", "them in one line", fix)
    write_whole(path, changed)


def _with_table(text: str, table: str) -> str:
    section = _SECTION.search(text)
    if section is None:
        return f"{text.rstrip()}\n\n[events]\nthresholds = {table}\n"
    following = _NEXT.search(text, section.end())
    end = following.start() if following else len(text)
    inside = text[section.end() : end]
    if found := _THRESHOLDS.search(inside):
        inside = f"{inside[: found.start()]}{found['key']}{table}{found['rest']}{inside[found.end() :]}"
    else:
        inside = f"\nthresholds = {table}{inside}"
    return text[: section.end()] + inside + text[end:]


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else json.dumps(name, ensure_ascii=False)


def _parsed(text: str) -> object:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None
