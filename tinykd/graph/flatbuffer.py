"""Reading FlatBuffers safely: every offset is checked before it is followed, every length before it is
used.

The generated readers trust the file; this one does not, so damaged or hostile bytes end in ``ModelError``
and never in a crash, a hang or a huge allocation. Format: https://flatbuffers.dev/internals
(little-endian; a table starts with a signed offset back to its vtable; the vtable holds its own size, the
table's size, and one u16 per field).
"""

import struct
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.errors import ModelError

_FORMATS = {"b": "<b", "B": "<B", "H": "<H", "i": "<i", "I": "<I", "q": "<q", "Q": "<Q", "f": "<f", "?": "<?"}
_NUMPY: dict[str, np.dtype[Any]] = {
    "i": np.dtype("<i4"),
    "q": np.dtype("<i8"),
    "f": np.dtype("<f4"),
    "B": np.dtype("<u1"),
}


def damaged(what: str) -> ModelError:
    """The error for bytes that are not a well-formed flatbuffer."""
    return ModelError(
        "model", f"damaged flatbuffer: {what}", "a complete .tflite file", "Convert or copy it again"
    )


@dataclass(frozen=True)
class Table:
    """A table at ``position`` in ``buffer``; fields are numbered in the order of the schema, from 0."""

    buffer: bytes
    position: int

    @staticmethod
    def root(buffer: bytes, identifier: bytes) -> "Table":
        if len(buffer) < 8 or buffer[4:8] != identifier:
            raise ModelError(
                "model",
                "not a TFLite flatbuffer",
                f"the mark {identifier.decode()} at byte 4",
                "Give a .tflite file",
            )
        return Table(buffer, _scalar(buffer, 0, "I"))

    def scalar(self, field: int, code: str, default: float = 0) -> float:
        """A number by its struct code; ``default`` if it is absent."""
        where = self._field(field)
        return default if where is None else _scalar(self.buffer, where, code)

    def integer(self, field: int, code: str, default: int = 0) -> int:
        return int(self.scalar(field, code, default))

    def table(self, field: int) -> "Table | None":
        where = self._field(field)
        return None if where is None else Table(self.buffer, self._follow(where))

    def tables(self, field: int, limit: int) -> list["Table"]:
        """A vector of tables, at most ``limit`` of them."""
        start, count = self._vector(field, 4, limit)
        return [Table(self.buffer, self._follow(start + 4 * i)) for i in range(count)]

    def numbers(self, field: int, code: str, limit: int) -> NDArray[Any]:
        """A vector of numbers as a read-only view of the file."""
        dtype = _NUMPY[code]
        start, count = self._vector(field, dtype.itemsize, limit)
        return np.frombuffer(self.buffer, dtype, count, start) if count else np.empty(0, dtype)

    def has(self, field: int) -> bool:
        return self._field(field) is not None

    def position_of(self, field: int) -> int | None:
        """Byte offset of ``field`` in the file; None if it is absent."""
        return self._field(field)

    def text(self, field: int, limit: int) -> str:
        """A string; bytes that are not UTF-8 become replacement characters."""
        start, count = self._vector(field, 1, limit)
        return self.buffer[start : start + count].decode("utf-8", errors="replace")

    def _field(self, field: int) -> int | None:
        vtable = self.position - _scalar(self.buffer, self.position, "i")
        size = _scalar(self.buffer, vtable, "H")
        entry = 4 + 2 * field
        offset = _scalar(self.buffer, vtable + entry, "H") if entry + 2 <= size else 0
        return self.position + offset if offset else None

    def _follow(self, where: int) -> int:
        target = where + _scalar(self.buffer, where, "I")
        if target + 4 > len(self.buffer):
            raise damaged(f"an offset at byte {where} points outside of the file")
        return target

    def _vector(self, field: int, item_bytes: int, limit: int) -> tuple[int, int]:
        where = self._field(field)
        if where is None:
            return 0, 0
        start = self._follow(where)
        count = _scalar(self.buffer, start, "I")
        if count > limit or start + 4 + count * item_bytes > len(self.buffer):
            raise damaged(f"a vector at byte {start} has {count} entries, more than fit")
        return start + 4, count


def _scalar(buffer: bytes, where: int, code: str) -> int:
    layout = _FORMATS[code]
    if where < 0 or where + struct.calcsize(layout) > len(buffer):
        raise damaged(f"it ends before byte {where}")
    value: int = struct.unpack_from(layout, buffer, where)[0]
    return value
