"""One sample of a shard as it lies there: bytes of an image or a sound, or numbers; what is known of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from numpy.typing import NDArray

from tinykd.data.sources.content import Content

Label = int | float | str | tuple[Any, ...] | None  # of several labels: names, or numbers


@dataclass(frozen=True)
class ShardRecord:
    """``sample``: a file's bytes, or an array of its own shape."""

    where: str  # for errors
    sample: Content | NDArray[Any]
    label: Label
    part: int | None = None  # TRAIN, VALIDATION or TEST
    group: str | None = None


class ShardRecords(Protocol):
    """Samples that are read as often as they are asked for, always in the same order."""

    @property
    def name(self) -> str:
        """Of the data set."""

    @property
    def where(self) -> str:
        """The file or folder, for errors."""

    @property
    def class_names(self) -> tuple[str, ...] | None:
        """Of the labels 0, 1, ..., where the files say them."""

    @property
    def notes(self) -> tuple[str, ...]:
        """For the user, on how they were read."""

    def __iter__(self) -> Iterator[ShardRecord]: ...


class OfFiles:
    """What records of a file or a folder are called."""

    source: Path

    @property
    def name(self) -> str:
        """That of the file or folder."""
        return self.source.name.partition(".")[0]

    @property
    def where(self) -> str:
        """For errors."""
        return str(self.source)
