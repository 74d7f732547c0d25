"""Large arrays of an ``.npz``: mapped where they lie in the file, unpacked to disk where they are compressed.

An ``.npz`` is a ZIP archive of ``.npy`` files (``numpy.lib.format``); of a stored entry the data begin behind
its local header (PKWARE, APPNOTE.TXT, 4.3.7). Every byte is read once, in blocks, so that what is damaged is
found by its checksum.
"""

import shutil
import struct
import tempfile
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from tinykd.data.stored.files import RowsFile, is_large, mapped
from tinykd.errors import DataError

_LOCAL_HEADER = struct.Struct("<4s22xHH")  # signature, lengths of the name and of the extra field
_SIGNATURE = b"PK\x03\x04"
_BLOCK = 1 << 22
_MOST_AXES = 4


@dataclass(frozen=True)
class _Header:
    """What an ``.npy`` says of its data."""

    shape: tuple[int, ...]
    fortran: bool
    dtype: np.dtype[Any]
    bytes: int  # before the data

    @property
    def values(self) -> int:
        """In all."""
        return int(np.prod(self.shape, dtype=object))

    @property
    def is_plain(self) -> bool:
        """Numbers, one row after another, and not none of them."""
        is_rows = not self.fortran and 1 <= len(self.shape) <= _MOST_AXES and min(self.shape) > 0
        return is_rows and self.dtype.kind in "biuf"


_NO_ARRAY = _Header((), True, np.dtype(object), 0)  # or none that is mapped: NumPy says what is wrong with it


def large_arrays(path: Path, names: Iterable[str]) -> dict[str, NDArray[Any]]:
    """Those of the arrays ``names`` of samples that shall not be held in memory, by their names.

    Raises what ``zipfile`` and NumPy do of a damaged file, ``DataError`` where the disk has no room.
    """
    with zipfile.ZipFile(path) as archive:
        entries = {name: f"{name}.npy" for name in names if f"{name}.npy" in archive.namelist()}
        headers = {name: _header(archive, entry) for name, entry in entries.items()}
        if not is_large(sum(header.values for header in headers.values() if header.dtype.kind in "biuf")):
            return {}
        plain = {name: header for name, header in headers.items() if header.is_plain}
        return {name: _array(path, archive, entries[name], header) for name, header in plain.items()}


def _header(archive: zipfile.ZipFile, entry: str) -> _Header:
    with archive.open(entry) as file:
        if file.read(len(npy.MAGIC_PREFIX)) != npy.MAGIC_PREFIX:
            return _NO_ARRAY
        file.seek(0)
        version = npy.read_magic(file)
        if version not in ((1, 0), (2, 0)):
            return _NO_ARRAY
        read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
        shape, fortran, dtype = read(file)
        return _Header(tuple(map(int, shape)), bool(fortran), dtype, file.tell())


def _array(path: Path, archive: zipfile.ZipFile, entry: str, header: _Header) -> NDArray[Any]:
    info = archive.getinfo(entry)
    size = header.values * header.dtype.itemsize
    if info.file_size != header.bytes + size:
        raise ValueError(f"{entry} has {info.file_size} bytes, its header says {header.bytes + size}")
    with archive.open(entry) as file:
        if info.compress_type == zipfile.ZIP_STORED:
            x = mapped(path, header.dtype, header.shape, _data_offset(path, info) + header.bytes)
            while file.read(_BLOCK):
                pass  # its end is checked, after it was mapped: what is written to it then is noticed
            return x
        return _unpacked(file, header, f"{path}: {entry}")


def _data_offset(path: Path, info: zipfile.ZipInfo) -> int:
    with path.open("rb") as file:
        file.seek(info.header_offset)
        signature, name, extra = _LOCAL_HEADER.unpack(file.read(_LOCAL_HEADER.size))
    if signature != _SIGNATURE:
        raise zipfile.BadZipFile(f"no header at {info.header_offset}")
    return int(info.header_offset + _LOCAL_HEADER.size + name + extra)


def _unpacked(file: IO[bytes], header: _Header, where: str) -> NDArray[Any]:
    size, free = header.values * header.dtype.itemsize, shutil.disk_usage(tempfile.gettempdir()).free
    if size > free:
        fix = "Free some space, or set TMPDIR to a folder that has it"
        raise DataError(where, f"{size:,} bytes of samples", f"no more than the {free:,} that are free", fix)
    file.read(header.bytes)
    rows, row = RowsFile(where), max(1, size // max(1, header.shape[0]))
    step = max(1, _BLOCK // row)
    for start in range(0, header.shape[0], step):
        count = min(step, header.shape[0] - start)
        block = np.frombuffer(file.read(count * row), header.dtype)
        rows.append(block.reshape(count, *header.shape[1:]))
    file.read(1)  # its end is checked
    return rows.array()
