"""What a board has answered so far, on disk, so that a run that was cut goes on where it was.

A journal is one file, named after all that its answers depend on: the model, the samples, the firmware and
the board. It holds one record for each answered sample, each with a CRC-32; whatever a cut left at the end
(half a record, a page of zeros) is cut off when the file is opened again. It goes away when the run ends.

    file   = "tinykd journal 1\\n" key (32 bytes) record*
    record = sample u32 | ticks u32 | output | crc32 u32 (of what stands before it)        little endian
"""

import os
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from filelock import FileLock, Timeout

from tinykd.errors import ToolError

MAGIC = b"tinykd journal 1\n"
_HEAD = struct.Struct("<II")
_CRC = struct.Struct("<I")


@dataclass(frozen=True)
class JournalKey:
    """All that the answers depend on."""

    model_sha256: str
    samples_sha256: str
    firmware: str  # identity that the board says of its firmware
    board: str  # this very board, by whatever tells it from others

    @property
    def digest(self) -> bytes:
        """32 bytes."""
        parts = (self.model_sha256, self.samples_sha256, self.firmware, self.board)
        return sha256("\0".join(parts).encode()).digest()


@dataclass(frozen=True, slots=True)
class JournalRecord:
    """What the board said to one sample."""

    ticks: int
    output: bytes


class Journal:
    """The open file; ``answers`` is what stood in it when it was opened."""

    def __init__(self, path: Path, file: BinaryIO, lock: FileLock, answers: dict[int, JournalRecord]) -> None:
        self.path, self.answers = path, answers
        self._file, self._lock = file, lock

    @classmethod
    def open(cls, folder: Path, key: JournalKey, samples: int, output_bytes: int, restart: bool) -> Self:
        """Go on with the journal of ``key`` in ``folder``, or begin one; ``restart``: anew."""
        path = folder / f"{key.digest.hex()[:32]}.journal"
        head = MAGIC + key.digest
        with _write_errors_named(path):
            folder.mkdir(parents=True, exist_ok=True)
            lock = _locked(path)
            file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b", buffering=0)
            raw = b"" if restart else file.read()
            found = dict(_records(raw[len(head) :], samples, output_bytes)) if raw.startswith(head) else {}
            if not found:
                file.seek(0)
                file.write(head)
            end = len(head) + len(found) * _record_bytes(output_bytes)
            file.truncate(end)
            file.seek(end)
        return cls(path, file, lock, found)

    def add(self, sample: int, answer: JournalRecord) -> None:
        """Keep the answer to the sample at position ``sample``; survives the process, whatever kills it."""
        record = _HEAD.pack(sample, answer.ticks) + answer.output
        with _write_errors_named(self.path):
            self._file.write(record + _CRC.pack(zlib.crc32(record)))

    def finish(self) -> None:
        """The run came to its end: nothing is left to go on with."""
        self.path.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        self._lock.release()


def _locked(path: Path) -> FileLock:
    """For this process alone, as long as it lives."""
    lock = FileLock(path.with_suffix(".lock"))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise ToolError(path, "another run is writing it", "one run at a time") from None
    return lock


def _record_bytes(output_bytes: int) -> int:
    return _HEAD.size + output_bytes + _CRC.size


def _records(raw: bytes, samples: int, output_bytes: int) -> Iterator[tuple[int, JournalRecord]]:
    """The whole records up to the first that is damaged, out of range or there twice."""
    size = _record_bytes(output_bytes)
    seen: set[int] = set()
    for at in range(0, len(raw) - size + 1, size):
        record, (crc,) = raw[at : at + size - _CRC.size], _CRC.unpack(raw[at + size - _CRC.size : at + size])
        sample, ticks = _HEAD.unpack(record[: _HEAD.size])
        if zlib.crc32(record) != crc or sample >= samples or sample in seen:
            return
        seen.add(sample)
        yield sample, JournalRecord(ticks, record[_HEAD.size :])


def journal_folder() -> Path:
    """Where journals are kept: the user's own state, since a bundle may lie where nothing can be written."""
    from platformdirs import user_state_path

    given = os.environ.get("TINYKD_STATE")
    return (Path(given) if given else user_state_path("tinykd")) / "journals"


@contextmanager
def _write_errors_named(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        fix = "Free some space, or set TINYKD_STATE to a folder that can be written"
        raise ToolError(path, f"cannot be written ({error.strerror})", "room for a journal", fix) from error
