"""What a stage may say while it works; who prints it, and how, is the command line's affair.

Stages receive a ``Progress`` and never print. ``Silent`` is for library use and tests.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol


class Task(Protocol):
    """One running bar."""

    def advance(self, steps: int = 1, metric: str = "") -> None:
        """Move on by ``steps``; ``metric`` (``"loss 0.12  val 0.97"``) replaces the one shown."""


class Progress(Protocol):
    """Bars and notes of a running stage."""

    def task(self, label: str, total: int) -> AbstractContextManager[Task]:
        """A bar of ``total`` steps, closed when the context ends."""

    def note(self, text: str) -> None:
        """One line worth keeping (a result, a warning)."""

    def detail(self, text: str) -> None:
        """One line for who asked for all of it (``--verbose``): what a compiler says."""


class _SilentTask:
    def advance(self, steps: int = 1, metric: str = "") -> None:
        pass


class Silent:
    """Says nothing."""

    @contextmanager
    def task(self, label: str, total: int) -> Iterator[Task]:
        """A bar that is not drawn."""
        yield _SilentTask()

    def note(self, text: str) -> None:
        """Drop ``text``."""

    def detail(self, text: str) -> None:
        """Drop ``text``."""
