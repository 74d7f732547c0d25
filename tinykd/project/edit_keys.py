"""Keys written into a project file in place; all else, comments included, stays as it is.

A key that is there keeps its line and its comment; another goes to the end of its section, which is made
where it is not there. What was written is parsed again and held against what was wanted.
"""

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tinykd.errors import ConfigError
from tinykd.files import write_whole

_VALUE = r"""(?:"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|\[[^\n\]]*\]|\{[^\n}]*\}|[^#"'\[{\n][^#\n]*?)"""
_HEADER = re.compile(r"^[ \t]*\[", re.MULTILINE)
Keys = Mapping[str, Any]  # by "section.key"


def write_keys(path: Path, values: Keys, without: Iterable[str] = ()) -> None:
    """``values`` in the project file ``path``; keys named in ``without`` are taken out of it."""
    text = path.read_text(encoding="utf-8")
    wanted, changed = tomllib.loads(text), text
    for dotted in without:
        section, _, key = dotted.partition(".")
        if wanted.get(section, {}).pop(key, None) is not None:
            changed = _without(changed, section, key)
    for dotted, value in values.items():
        section, _, key = dotted.partition(".")
        wanted.setdefault(section, {})[key] = _as_list(value)
        changed = _with(changed, section, key, toml_value(value))
    if _parsed(changed) != wanted:
        lines = ", ".join(f"{key} = {toml_value(value)}" for key, value in values.items())
        found = "its keys cannot be replaced in place"
        raise ConfigError(path, found, "sections of one key a line", f"Write them yourself: {lines}")
    write_whole(path, changed)


def toml_value(value: Any) -> str:
    """A number, a text, a boolean or a list of these, as TOML has it."""
    return json.dumps(_as_list(value), ensure_ascii=False)


def _as_list(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _with(text: str, section: str, key: str, value: str) -> str:
    span = _span(text, section)
    if span is None:
        return f"{text.rstrip()}\n\n[{section}]\n{key} = {value}\n"
    inside = text[span[0] : span[1]]
    if found := _line(key).search(inside):
        inside = f"{inside[: found.start()]}{found['key']}{value}{found['rest']}{inside[found.end() :]}"
    else:
        kept = inside.rstrip()
        inside = f"{kept}\n{key} = {value}{inside[len(kept) :] or chr(10)}"
    return text[: span[0]] + inside + text[span[1] :]


def _without(text: str, section: str, key: str) -> str:
    span = _span(text, section)
    if span is None:
        return text
    inside = re.sub(_line(key).pattern + r"\n?", "", text[span[0] : span[1]], count=1, flags=re.MULTILINE)
    return text[: span[0]] + inside + text[span[1] :]


def _line(key: str) -> re.Pattern[str]:
    return re.compile(
        rf"^(?P<key>[ \t]*{re.escape(key)}[ \t]*=[ \t]*){_VALUE}(?P<rest>[ \t]*(?:#[^\n]*)?)$", re.MULTILINE
    )


def _span(text: str, section: str) -> tuple[int, int] | None:
    """Where the keys of ``section`` begin and end."""
    header = re.search(rf"^[ \t]*\[{re.escape(section)}\][ \t]*(?:#[^\n]*)?$", text, re.MULTILINE)
    if header is None:
        return None
    following = _HEADER.search(text, header.end())
    return header.end(), following.start() if following else len(text)


def _parsed(text: str) -> object:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None
