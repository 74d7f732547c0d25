"""Arrays on disk as ``.npy``, written as their rows come and read as they are asked for.

Written through the file, not through a mapping: a disk that is full is then an error, not the end of the
process.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from tinykd.data.stored.files import is_large, of_array, room_for
from tinykd.data.types import SampleRows


class NpyRows:
    """What is written of an array of a known shape and type."""

    def __init__(self, file: IO[bytes], where: str, dtype: np.dtype[Any]) -> None:
        self._file, self._where, self._dtype = file, where, dtype

    def append(self, rows: NDArray[Any]) -> None:
        """The next values, in C order."""
        with room_for(self._where):
            self._file.write(np.ascontiguousarray(rows, self._dtype).data.cast("B") if rows.size else b"")


@contextmanager
def written(path: Path, shape: tuple[int, ...], dtype: Any = np.float32) -> Iterator[NpyRows]:
    """An ``.npy`` file of ``shape``, to append to; ``DataError`` where the disk is full."""
    kind = np.dtype(dtype)
    with room_for(str(path)), path.open("wb") as file:
        header = {"descr": npy.dtype_to_descr(kind), "fortran_order": False, "shape": shape}
        npy.write_array_header_1_0(file, header)
        yield NpyRows(file, str(path), kind)


def rows_of(x: NDArray[Any]) -> SampleRows:
    """A mapped array: in memory where it is small."""
    return of_array(x) if is_large(x.size) else np.asarray(x)
