"""Docstrings as the page of Python names shows them: each argument is an item of a list.

A line that begins with a name in double backticks and a colon is about that argument; Markdown would run such
lines together.
"""

import re
from typing import Any

import griffe


class Arguments(griffe.Extension):
    """Applied to every docstring that the page shows."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        if obj.docstring:
            obj.docstring.value = itemised(obj.docstring.value)


def itemised(text: str) -> str:
    """Lines that begin with an argument begin an item; what follows up to a blank line belongs to it."""
    lines, inside = list[str](), False
    for line in text.split("\n"):
        begins = re.match(r"``\w+``: ", line) is not None
        if begins and not inside and lines and lines[-1]:
            lines.append("")
        inside = begins or (inside and bool(line.strip()))
        lines.append(f"- {line}" if begins else f"  {line}" if inside else line)
    return "\n".join(lines)
