"""A tar archive as a list of its files, whose bytes are read where they lie; none is unpacked to a path.

Refused in one line: links, devices and sparse files, names that lead out of the archive, more files or bytes
than can be meant, an archive that is cut off. A compressed archive is unpacked once into a file without a
name, never to more than ``MAX_BYTES``.
Format: POSIX.1-2001 pax and ustar, GNU tar; read by Python's ``tarfile``.
"""

import gzip
import io
import os
import tarfile
import tempfile
import threading
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO

from tinykd.data.sources.content import Content
from tinykd.data.stored.files import room_for
from tinykd.errors import DataError, one_line

SUFFIXES = (".tar", ".tar.gz", ".tgz")
MAX_FILES = 4_000_000
MAX_MEMBER_BYTES = 256 << 20  # of one file
MAX_BYTES = 256 << 30  # of an archive, unpacked
_MOST_RATIO = 1100  # deflate's own limit is 1032: what says more is no gzip
_HEADER_BYTES = 1 << 20  # of what describes a file: names, pax records
_BLOCK = 1 << 20
_WANTED = "a tar archive of plain files"


@dataclass(frozen=True)
class TarMember:
    """A file in an archive."""

    name: str
    offset: int
    size: int


class TarShard:
    """The archive at ``path``; its list of files is read when it is asked for, and once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._one = threading.Lock()

    @cached_property
    def _file(self) -> IO[bytes]:
        if self.path.name.lower().endswith(".tar"):
            return self.path.open("rb")
        return _unpacked(self.path)

    @cached_property
    def members(self) -> tuple[TarMember, ...]:
        """Plain files, in the archive's order; folders are passed over."""
        try:
            with tarfile.open(fileobj=_Headers(self._file), mode="r:") as archive:
                found = tuple(self._listed(archive))
                self._check_end(archive.offset)
                return found
        except (tarfile.TarError, OSError, ValueError, EOFError, OverflowError) as error:
            why = f"cannot be read ({one_line(str(error), 120)})"
            raise DataError(self.path, why, _WANTED) from None

    def read(self, member: TarMember) -> Content:
        """Its bytes; called from several threads."""
        with self._one:
            self._file.seek(member.offset)
            data = self._file.read(member.size)
        if len(data) < member.size:
            raise DataError(f"{self.path}: {member.name}", "is cut off", f"{member.size:,} bytes")
        return Content(f"{self.path}: {member.name}", data)

    def close(self) -> None:
        """Until it is read again."""
        with self._one:
            file = vars(self).pop("_file", None)
            if file is not None:
                file.close()

    def _check_end(self, offset: int) -> None:
        """An archive ends with blocks of zeros; one that was cut off between two files does not."""
        self._file.seek(offset)
        if self._file.read(tarfile.BLOCKSIZE) != tarfile.NUL * tarfile.BLOCKSIZE:
            raise DataError(self.path, "is cut off: its end mark is missing", "a whole tar archive")

    def _listed(self, archive: tarfile.TarFile) -> Iterator[TarMember]:
        total = count = 0
        end = os.fstat(self._file.fileno()).st_size
        while (entry := archive.next()) is not None:
            vars(archive)["members"] = []  # tarfile would keep them all
            where = f"{self.path}: {one_line(entry.name, 80)}"
            _check_name(entry.name, where)
            if entry.isdir():
                continue
            _check_kind(entry, where)
            count, total = count + 1, total + entry.size
            if count > MAX_FILES or total > MAX_BYTES:
                raise DataError(
                    self.path, f"{count:,} files of {total:,} bytes", "fewer: make several shards"
                )
            if entry.offset_data + entry.size > end:
                raise DataError(where, "is cut off", f"{entry.size:,} bytes")
            yield TarMember(_plain(entry.name), entry.offset_data, entry.size)


class _Headers(io.RawIOBase):
    """What ``tarfile`` may read of an archive: no header that is larger than any that is meant."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        file.seek(0)

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= _HEADER_BYTES:
            raise ValueError(f"a header of {size:,} bytes")
        return self._file.read(size)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()


def _plain(name: str) -> str:
    """``cat/1.png`` of ``./cat//1.png``, as ``tar -cf x.tar .`` writes it."""
    return "/".join(part for part in name.split("/") if part not in ("", "."))


def _check_name(name: str, where: str) -> None:
    parts = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or ".." in parts or "\0" in name or (len(name) > 1 and name[1] == ":"):
        raise DataError(where, "leads out of the archive", "names below it")


def _check_kind(entry: tarfile.TarInfo, where: str) -> None:
    if entry.issym() or entry.islnk():
        raise DataError(where, f"is a link to {one_line(entry.linkname, 80)}", "plain files", "Copy it")
    if not entry.isreg() or entry.issparse():
        raise DataError(where, "is a sparse file" if entry.issparse() else "is no file", "plain files")
    if not 0 <= entry.size <= MAX_MEMBER_BYTES:
        raise DataError(where, f"is {entry.size:,} bytes", f"at most {MAX_MEMBER_BYTES:,}")


def _unpacked(path: Path) -> IO[bytes]:
    """A compressed archive in a file without a name."""
    most = min(MAX_BYTES, path.stat().st_size * _MOST_RATIO + _BLOCK)
    file = tempfile.TemporaryFile(prefix="tinykd-")  # noqa: SIM115 - the shard's
    written = 0
    try:
        with gzip.open(path, "rb") as packed, room_for(str(path)):
            while block := packed.read(_BLOCK):
                written += len(block)
                if written > most:
                    raise DataError(path, f"unpacks to more than {most:,} bytes", "no more")
                file.write(block)
            file.flush()
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(path, f"cannot be read ({one_line(str(error), 120)})", "a whole .tar.gz") from None
    return file
