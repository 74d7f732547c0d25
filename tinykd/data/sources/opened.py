"""Which files were read to their end while data is read: who looks for faults need not open them again."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

Opened = dict[Path, tuple[int, int] | None]  # width and height of an image; None: a sound
_NOTED: ContextVar[Opened | None] = ContextVar("opened files", default=None)


@contextmanager
def noting_files() -> Iterator[Opened]:
    """Meanwhile files that are read are noted in what is given."""
    found: Opened = {}
    token = _NOTED.set(found)
    try:
        yield found
    finally:
        _NOTED.reset(token)


def note_file(path: object, size: tuple[int, int] | None = None) -> None:
    """``path``, if it is one and anyone asks, was read without a fault."""
    noted = _NOTED.get()
    if noted is not None and isinstance(path, Path):
        noted[path] = size
