"""Errors of the user's world: one clear line, exit code 2.

Anything that is not a ``UserError`` is a bug of ours and keeps its traceback.
"""

from pathlib import Path


class UserError(Exception):
    """Says where, what was found, what was expected, and what to type. Path first.

    Every part is reduced to one printable line, so hostile names cannot forge output.
    """

    exit_code = 2

    def __init__(self, where: str | Path, found: str, expected: str = "", fix: str = "") -> None:
        self.where, self.found, self.expected, self.fix = (
            one_line(str(p)) for p in (where, found, expected, fix)
        )
        text = f"{self.where}: {self.found}"
        if self.expected:
            text += f"; expected {self.expected}"
        if self.fix:
            text += f". {self.fix}"
        super().__init__(text)


class ConfigError(UserError):
    """A project file, board file or option that cannot be used."""


class DataError(UserError):
    """Data, labels or logits that cannot be used."""


class ModelError(UserError):
    """A teacher, student or flatbuffer that cannot be used."""


class ToolError(UserError):
    """A missing or failing compiler, emulator or package."""


class BudgetError(UserError):
    """Flash, RAM or stack over the board's or the gates' budget."""


class LinkError(UserError):
    """The port or the board: busy, silent, wrong model, broken frames."""


def one_line(text: str, limit: int = 400) -> str:
    """``text`` with control characters escaped and its length bounded to ``limit`` characters."""
    safe = visible(text)
    return safe if len(safe) <= limit else safe[: limit - 1] + "…"


def visible(text: str) -> str:
    """``text`` with what a terminal or a browser may obey escaped: C0, C1, marks of direction, odd blanks."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
