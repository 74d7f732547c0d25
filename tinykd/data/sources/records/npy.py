"""An ``.npy`` that was read already, and is not believed: no objects, no size beyond its bytes."""

import io
import tokenize
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from tinykd.data.sources.content import Content
from tinykd.errors import DataError, one_line

_DAMAGED = (ValueError, SyntaxError, TypeError, OverflowError, EOFError, tokenize.TokenError, MemoryError)


def npy_array(content: Content) -> NDArray[Any]:
    """The array, read-only; ``DataError`` for anything but plain numbers."""
    try:
        file = io.BytesIO(content.data)
        version = npy.read_magic(file)
        if version not in ((1, 0), (2, 0)):
            raise ValueError(f"version {version}")
        read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
        shape, fortran, dtype = read(file)
        if dtype.kind not in "biuf":
            raise ValueError(f"type {dtype}")
        found = np.frombuffer(content.data, dtype, offset=file.tell())
        return found.reshape(shape, order="F" if fortran else "C")
    except _DAMAGED as error:
        found_what = f"cannot be read ({one_line(str(error), 120)})"
        raise DataError(content.where, found_what, "an .npy of plain numbers") from None
