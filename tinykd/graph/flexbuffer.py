"""The options of a custom op: a FlexBuffers map of numbers, read safely.

Format: https://flatbuffers.dev/internals, "FlexBuffers": the file ends with the root, its packed type and its
width in bytes; a map is a vector of values, its keys a vector of offsets to strings.
"""

import struct
from dataclasses import dataclass

from tinykd.errors import ModelError
from tinykd.graph.flatbuffer import damaged
from tinykd.graph.ir import OptionValue

MAX_ENTRIES = 64
_INT, _UINT, _FLOAT, _MAP, _BOOL = 1, 2, 3, 9, 26  # types of the format
_INDIRECT_INT, _INDIRECT_UINT, _INDIRECT_FLOAT = 6, 7, 8
_DIRECT = {_INDIRECT_INT: _INT, _INDIRECT_UINT: _UINT, _INDIRECT_FLOAT: _FLOAT}
_CODES = {
    (_INT, 1): "<b", (_INT, 2): "<h", (_INT, 4): "<i", (_INT, 8): "<q",
    (_UINT, 1): "<B", (_UINT, 2): "<H", (_UINT, 4): "<I", (_UINT, 8): "<Q",
    (_FLOAT, 2): "<e", (_FLOAT, 4): "<f", (_FLOAT, 8): "<d",
}  # fmt: skip


def flexbuffer_map(raw: bytes, where: str) -> dict[str, OptionValue]:
    """The numbers of the map ``raw`` by their keys; other values are left out.

    Raises ``ModelError`` for bytes that hold no such map; ``where`` names the op.
    """
    buffer = _Buffer(raw, where)
    width, packed = buffer.number(len(raw) - 1, _UINT, 1), buffer.number(len(raw) - 2, _UINT, 1)
    kind, item_bytes = int(packed) >> 2, 1 << (int(packed) & 3)
    if kind != _MAP or width not in (1, 2, 4, 8):
        raise buffer.error("no map")
    return buffer.entries(buffer.target(len(raw) - 2 - int(width), int(width)), item_bytes)


@dataclass(frozen=True)
class _Buffer:
    raw: bytes
    where: str

    def error(self, found: str) -> ModelError:
        return damaged(f"the options of {self.where} hold {found}")

    def number(self, at: int, kind: int, width: int) -> int | float:
        code = _CODES.get((kind, width))
        if code is None or not 0 <= at <= len(self.raw) - width:
            raise self.error("an offset that leads outside of them")
        value: int | float = struct.unpack_from(code, self.raw, at)[0]
        return value

    def target(self, at: int, width: int) -> int:
        """The position that the offset at ``at`` refers to: offsets count backwards."""
        return at - int(self.number(at, _UINT, width))

    def entries(self, start: int, width: int) -> dict[str, OptionValue]:
        """The map whose values begin at ``start``; its keys, their width and its size precede them."""
        count = int(self.number(start - width, _UINT, width))
        if count > MAX_ENTRIES:
            raise self.error(f"{count} entries, more than {MAX_ENTRIES}")
        keys = self.target(start - 3 * width, width)
        key_width = int(self.number(start - 2 * width, _UINT, width))
        found: dict[str, OptionValue] = {}
        for i in range(count):
            packed = int(self.number(start + count * width + i, _UINT, 1))
            value = self._value(start + i * width, width, packed)
            if value is not None:
                found[self._text(self.target(keys + i * key_width, key_width))] = value
        return found

    def _value(self, at: int, width: int, packed: int) -> OptionValue | None:
        kind, own_width = packed >> 2, 1 << (packed & 3)
        if kind in _DIRECT:
            return self.number(self.target(at, width), _DIRECT[kind], own_width)
        if kind == _BOOL:
            return bool(self.number(at, _UINT, width))
        return self.number(at, kind, width) if kind in (_INT, _UINT, _FLOAT) else None

    def _text(self, at: int) -> str:
        end = self.raw.find(b"\0", at) if at >= 0 else -1
        if end < 0:
            raise self.error("a key without an end")
        return self.raw[at:end].decode("utf-8", errors="replace")
