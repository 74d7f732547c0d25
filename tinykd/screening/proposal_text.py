"""A proposed project as ``tinykd.toml``, with a comment at each line that has a reason."""

import json
from collections.abc import Iterator
from typing import Any

from tinykd.errors import one_line
from tinykd.screening.propose import Key, Proposal
from tinykd.text import fitted_lines

_WIDTH = 116  # characters of a comment's line
_COLUMN = 31  # where comments behind a value begin


def project_text(found: Proposal) -> str:
    """The whole file."""
    head = [*found.seen, *([f"It cannot be read so: {found.problem}"] if found.problem else [])]
    lines = [f"# {line}" for text in head for line in fitted_lines([one_line(text, 1000)], _WIDTH)]
    for section, keys in found.sections.items():
        lines += ["", f"[{section}]", *map(_line, keys)]
    return "\n".join([*lines, "", *_hints()])


def _line(key: Key) -> str:
    text = f"{key.name} = {_toml(key.value)}"
    return f"{text:<{_COLUMN - 1}} # {one_line(key.why, 200)}" if key.why else text


def _toml(value: Any) -> str:
    """Texts, numbers and lists of them, as TOML has them; TOML's basic strings are JSON's, but for DEL."""
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _hints() -> Iterator[str]:
    yield "# More keys, with their defaults: docs/project-file.md. What the data holds: `tinykd check`."
    yield ""
