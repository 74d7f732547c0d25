"""A file's bytes, wherever it lies: in a folder, in an archive, or in a table's cell."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Content:
    """What was read already; ``where`` says what of, for errors."""

    where: str
    data: bytes

    def __str__(self) -> str:
        return self.where


def bytes_of(source: "Path | Content") -> bytes:
    """All of it."""
    return source.data if isinstance(source, Content) else source.read_bytes()


def size_of(source: "Path | Content") -> int:
    """In bytes."""
    return len(source.data) if isinstance(source, Content) else source.stat().st_size
