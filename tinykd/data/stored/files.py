"""Arrays in files, mapped into memory while their rows are read; what was read does not stay resident.

A mapped page counts as memory of the process until it is given back, though the system could reclaim it:
after each block of rows the pages are given back (``MADV_DONTNEED``), and stay in the system's cache.
Arrays are written as they come, to files without a name in the folder for temporary files (``TMPDIR`` says
another), which are gone with the arrays, however the process ends.
"""

import errno
import mmap
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.stored.lazy_rows import LazyRows, Numbers
from tinykd.errors import DataError

_AT_ONCE = 4 << 20  # bytes of rows that are copied before pages are given back
_DEFAULT_MB = 128
VARIABLE = "TINYKD_IN_MEMORY_MB"


def in_memory_bytes() -> int:
    """Samples of a source that take no more, as float32, are held in memory as a whole."""
    said = os.environ.get(VARIABLE, "")
    if said and not said.isdecimal():
        raise DataError(VARIABLE, f'"{said}"', "a whole number of megabytes, such as 128")
    return (int(said) if said else _DEFAULT_MB) << 20


def is_large(values: int) -> bool:
    """Whether so many values are more than is held in memory."""
    return values * 4 > in_memory_bytes()


def of_array(x: NDArray[Any]) -> LazyRows:
    """The rows of ``x``; where it is mapped from a file, its pages are given back after each reading."""
    mapping = _mapping_of(x)
    step = max(1, _AT_ONCE // max(1, x.nbytes // max(1, len(x))))

    def give(rows: Numbers) -> NDArray[Any]:
        found = np.empty((len(rows), *x.shape[1:]), x.dtype)
        for start in range(0, len(rows), step):
            _check_unchanged(mapping)
            # np.take would first copy all of an array that is not aligned, as those of an .npz are
            found[start : start + step] = x[rows[start : start + step]]
            _give_back(mapping)
        _check_unchanged(mapping)
        return found

    return LazyRows(x.shape, x.dtype, give)


def _mapping_of(x: NDArray[Any]) -> mmap.mmap | None:
    """The file mapping that ``x`` looks at, if it is one."""
    owner: Any = x
    while isinstance(owner, np.ndarray):
        owner = owner.base
    return owner if isinstance(owner, mmap.mmap) else None


def _give_back(mapping: mmap.mmap | None) -> None:
    if mapping is not None and hasattr(mapping, "madvise"):
        mapping.madvise(mmap.MADV_DONTNEED)


class _FileMapping(mmap.mmap):
    """A user's file in memory, which should stay as it is; ``path`` and ``state`` say which it is."""

    path: Path
    state: os.stat_result


def _check_unchanged(mapping: mmap.mmap | None) -> None:
    """``DataError`` where it was written to; one that was replaced or deleted is still mapped as it was."""
    if not isinstance(mapping, _FileMapping):
        return
    try:
        now = mapping.path.stat()
    except FileNotFoundError:
        return
    before = mapping.state
    if now.st_ino == before.st_ino and (now.st_size, now.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
        wanted = "a file that stays as it is"
        raise DataError(mapping.path, "was written to while its samples were read", wanted, "Type it again")


class RowsFile:
    """An array (n, ...) that grows at its end, in a file without a name."""

    def __init__(self, where: str) -> None:
        self._where, self._file = where, tempfile.TemporaryFile(prefix="tinykd-")  # noqa: SIM115 - the array's
        self._like: NDArray[Any] | None = None
        self.count = self.bytes = 0

    def append(self, rows: NDArray[Any]) -> None:
        """``rows`` (k, ...) of the type and shape of all others; ``DataError`` for others, or a full disk."""
        like = rows if self._like is None else self._like
        if rows.dtype != like.dtype or rows.shape[1:] != like.shape[1:] or rows.dtype.kind not in "biuf":
            found = f"{rows.dtype} of shape {list(rows.shape[1:])}"
            before = "" if self._like is None else f" after {like.dtype} of shape {list(like.shape[1:])}"
            raise DataError(self._where, f"{found}{before}", "numbers of one type and shape")
        self._like = rows[:0]
        with room_for(self._where):
            self._file.write(np.ascontiguousarray(rows).data.cast("B") if rows.size else b"")
        self.count, self.bytes = self.count + len(rows), self.bytes + rows.nbytes

    def array(self) -> NDArray[Any]:
        """All rows, mapped and read-only; the file lives as long."""
        assert self._like is not None
        with room_for(self._where):
            self._file.flush()
        return np.memmap(self._file, self._like.dtype, "r", shape=(self.count, *self._like.shape[1:]))


@contextmanager
def room_for(where: str) -> Iterator[None]:
    """A full disk is one line: where, and what to type."""
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise
        fix = f"Free some space, or set TMPDIR ({tempfile.gettempdir()}) to a folder that has it"
        raise DataError(where, "the disk is full", "room for what is written", fix) from None


def mapped(path: Path, dtype: np.dtype[Any], shape: tuple[int, ...], offset: int) -> NDArray[Any]:
    """The array in ``path`` that begins at byte ``offset``, C order, read-only."""
    with path.open("rb") as file:
        held = _FileMapping(file.fileno(), 0, access=mmap.ACCESS_READ)
        held.path, held.state = path.absolute(), os.fstat(file.fileno())
    return np.ndarray(shape, dtype, held, offset)
