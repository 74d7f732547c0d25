"""Takes as files that ``[data]`` reads: LABEL/LABEL_0001.wav of a sound, LABEL/LABEL_0001.csv of axes.

A file is there whole or not at all. What begins with ``_`` is left out by ``[data]``; so whole recordings
with their markers lie in ``_continuous``.
"""

import io
import os
import re
import wave
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from tinykd.errors import ConfigError, DataError
from tinykd.files import write_whole
from tinykd.recording.frames import Frames

CONTINUOUS = "_continuous"
TIME_COLUMN = "time (s)"
_PART_FRAMES = 1 << 16
_NAME = re.compile(r"[^\W_.][^/\\:*?\"<>|\x00-\x1f]*")


@dataclass(frozen=True)
class Signal:
    """What frames mean: ``real = scale * count`` in the sensor's unit; a sound keeps its counts."""

    rate_hz: float
    names: tuple[str, ...]  # of the channels
    scale: float = 1.0
    is_sound: bool = False

    @property
    def suffix(self) -> str:
        """Of its files."""
        return ".wav" if self.is_sound else ".csv"

    def content(self, frames: Frames) -> bytes:
        """The file's bytes."""
        return b"".join(self.parts(frames))

    def parts(self, frames: Frames) -> Iterator[bytes]:
        """The file's bytes, some frames at a time."""
        yield self._wav_head(frames) if self.is_sound else self._csv_head()
        for first in range(0, len(frames), _PART_FRAMES):
            part = frames[first : first + _PART_FRAMES]
            yield part.astype("<i2").tobytes() if self.is_sound else self._csv_lines(part, first)

    def _csv_head(self) -> bytes:
        """Names come from the board: nothing in one ends the line or begins another column."""
        named = (re.sub(r"[^\w ./()-]", "_", name) for name in self.names)
        return ",".join((TIME_COLUMN, *named)).encode() + b"\n"

    def _wav_head(self, frames: Frames) -> bytes:
        raw = io.BytesIO()
        with wave.open(raw, "wb") as file:
            file.setnchannels(frames.shape[1])
            file.setsampwidth(2)
            file.setframerate(round(self.rate_hz))
            file.setnframes(len(frames))
            file.writeframesraw(b"")
            return raw.getvalue()

    def _csv_lines(self, frames: Frames, first: int) -> bytes:
        return "".join(
            ",".join((f"{i / self.rate_hz:.6f}", *(f"{count * self.scale:.7g}" for count in row))) + "\n"
            for i, row in enumerate(frames.tolist(), first)
        ).encode()


def checked_label(label: str) -> str:
    """``label`` if it can name a folder that ``[data]`` reads as a class."""
    if not _NAME.fullmatch(label) or label != label.strip() or len(label) > 100:
        expected = "a name that begins with a letter or digit and can be a folder's"
        raise ConfigError("--label", f"{label!r}", expected)
    return label


@dataclass(frozen=True)
class Takes:
    """The takes of one label below ``out``."""

    out: Path
    label: str
    suffix: str

    @property
    def folder(self) -> Path:
        """Where they lie."""
        return self.out / self.label

    def count(self) -> int:
        """How many are there."""
        return len(_numbers(self.folder, self.label, self.suffix))

    def add(self, parts: Iterable[bytes]) -> Path:
        """One more, under the number after the highest."""
        number = max(_numbers(self.folder, self.label, self.suffix), default=0) + 1
        path = self.folder / f"{self.label}_{number:04d}{self.suffix}"
        _write(path, parts)
        return path


def add_continuous(takes: Takes, parts: Iterable[bytes], markers: str) -> Path:
    """One whole recording of ``takes``, and its markers beside it; the recording's path."""
    path = replace(takes, out=takes.out / CONTINUOUS).add(parts)
    _write(path.with_name(f"{path.stem}.markers.txt"), [markers.encode()])
    return path


def check_writable(folder: Path) -> None:
    """Makes ``folder``; ``DataError`` where files cannot be written there."""
    with writing_in(folder):
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f"._{os.getpid()}"
        probe.write_bytes(b"")
        probe.unlink()


def _write(path: Path, parts: Iterable[bytes]) -> None:
    with writing_in(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, parts)


@contextmanager
def writing_in(folder: Path) -> Iterator[None]:
    """``DataError`` for what the system refuses."""
    try:
        yield
    except OSError as error:
        found = f"cannot be written ({error.strerror})"
        raise DataError(folder, found, "a folder for the takes", "Name another one with --out") from error


def _numbers(folder: Path, label: str, suffix: str) -> list[int]:
    pattern = re.compile(re.escape(label) + r"_(\d+)" + re.escape(suffix))
    try:
        names = [path.name for path in folder.iterdir()]
    except OSError:
        return []
    return [int(found[1]) for name in names if (found := pattern.fullmatch(name))]
