"""DECODE, TFLM's op for compressed constants: what it makes of them, known before anything runs.

Its operands come in pairs, the compressed data and an ancillary tensor of a 16-byte header and tables; each
pair gives one output. Sources: micro/docs/tflite_micro_decode.md, kernels/decode_state_{lut,prune,huffman}.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.graph.ir import Array, DType, Tensor

KIND = "CUSTOM TFLM_DECODE"
HEADER_BYTES = 16
_TYPE, _VERSION, _MODE_VERSION, _PARAMETERS, _STRIDE = 0, 1, 4, 5, 6  # bytes of the header
_LOOK_AHEAD = 64  # bits that a decoder may read behind the last codeword
Bits = NDArray[np.uint8]  # from the highest of the first byte on


def decoded(data: Array, ancillary: Array, output: Tensor) -> Array:
    """The value of ``output``; a ``ValueError`` that says what is wrong."""
    header, tables = _split(ancillary)
    if header[_VERSION] != 1 or header[_MODE_VERSION] != 1:
        raise ValueError(f"version {header[_VERSION]}.{header[_MODE_VERSION]} of the encoding")
    if header[_TYPE] not in _MODES:
        raise ValueError(f"encoding {header[_TYPE]}")
    bits = np.unpackbits(np.frombuffer(data.tobytes(), np.uint8))
    value = _MODES[header[_TYPE]](bits, header, tables, output)
    made = np.ascontiguousarray(value, output.dtype.numpy).reshape(output.shape)
    made.flags.writeable = False
    return made


def _split(ancillary: Array) -> tuple[bytes, bytes]:
    raw = ancillary.tobytes()
    if len(raw) < HEADER_BYTES:
        raise ValueError(f"a header of {len(raw)} bytes, not {HEADER_BYTES}")
    return raw[:HEADER_BYTES], raw[HEADER_BYTES:]


def _values(tables: bytes, dtype: DType) -> Array:
    """As many as are whole."""
    size = dtype.bytes
    return np.frombuffer(tables[: len(tables) // size * size], dtype.numpy.newbyteorder("<"))


def _channels(output: Tensor) -> NDArray[np.int64]:
    """The channel of each element: along the last axis if the scales are, else along the first."""
    count = len(output.quantization.scales) if output.quantization else 1
    rows = np.arange(output.elements)
    if count > 1 and output.quantization and output.quantization.axis == len(output.shape) - 1:
        return rows % count
    return rows // max(output.elements // count, 1)


def _looked_up(bits: Bits, header: bytes, tables: bytes, output: Tensor) -> Array:
    """LUT: an index of 1 to 7 bits an element, a table of values a channel."""
    width, values = header[_PARAMETERS] & 7, _values(tables, output.dtype)
    if not width or len(bits) < width * output.elements:
        raise ValueError(f"{len(bits)} bits for {output.elements} indices of {width}")
    indices = bits[: width * output.elements].reshape(-1, width) @ (1 << np.arange(width)[::-1])
    at = _channels(output) * header[_STRIDE] + indices
    if at.max(initial=0) >= len(values):
        raise ValueError(f"entry {at.max()} of {len(values)}")
    return np.asarray(values[at])


def _pruned(bits: Bits, _header: bytes, tables: bytes, output: Tensor) -> Array:
    """A bit an element says whether its value stands in the table; else it is the zero point."""
    zeros = np.array(output.quantization.zero_points if output.quantization else (0,))
    if output.dtype is not DType.INT8 and zeros.any():
        raise ValueError(f"zero points of {output.dtype.value}, not 0")
    kept, values = bits[: output.elements].astype(bool), _values(tables, output.dtype)
    if len(kept) < output.elements or kept.sum() > len(values):
        raise ValueError(f"{len(values)} values and {len(kept)} bits for {output.elements} elements")
    found = zeros[_channels(output)].astype(output.dtype.numpy)
    found[kept] = values[: int(kept.sum())]
    return found


def _huffman(bits: Bits, header: bytes, tables: bytes, output: Tensor) -> Array:
    """Codewords, decoded through tables of entries with either a symbol or the place of the next table."""
    wide = bool(header[_PARAMETERS] & 1)
    if output.dtype is not DType.INT8 and not (wide and output.dtype is DType.INT16):
        raise ValueError(f"codewords of {output.dtype.value}")
    entries = _values(tables, DType.UINT32).tolist() if wide else np.frombuffer(_even(tables), "<u2").tolist()
    top = 31 if wide else 15
    step = _Symbols(_number(bits), len(bits), entries, top, (header[_PARAMETERS] >> 4) + 1)
    unsigned = np.uint8 if output.dtype is DType.INT8 else np.uint16
    mask = int(np.iinfo(unsigned).max)
    symbols = np.array([step.next() & mask for _ in range(output.elements)], unsigned)
    return symbols.view(output.dtype.numpy)


def _even(tables: bytes) -> bytes:
    return tables[: len(tables) // 2 * 2]


def _number(bits: Bits) -> Callable[[int, int], int]:
    """(first bit, count) -> those bits as a number; zeros behind the end."""
    raw = np.packbits(np.append(bits, np.zeros(_LOOK_AHEAD, np.uint8))).tobytes()

    def number(first: int, count: int) -> int:
        word = int.from_bytes(raw[first >> 3 : (first >> 3) + 5], "big")
        return (word >> (40 - (first & 7) - count)) & ((1 << count) - 1)

    return number


class _Symbols:
    """Entries: found (1 bit), a count (4 bits), a symbol or an offset (the rest)."""

    def __init__(
        self, number: Callable[[int, int], int], bits: int, entries: list[Any], top: int, first: int
    ) -> None:
        self._number, self._bits, self._entries, self._at = number, bits, entries, 0
        self._found, self._shift, self._first = 1 << top, top - 4, first

    def next(self) -> int:
        """The entry of the next codeword."""
        used, where = self._first, self._taken(self._first)
        entry = self._entry(where)
        while not entry & self._found:
            used = self._count(entry) + 1
            where += (entry & ((1 << self._shift) - 1)) + self._taken(used)
            entry = self._entry(where)
        self._at -= max(used - self._count(entry), 0)
        return entry

    def _count(self, entry: int) -> int:
        return (entry >> self._shift) & 15

    def _entry(self, where: int) -> int:
        if where >= len(self._entries):
            raise ValueError(f"entry {where} of {len(self._entries)}")
        return int(self._entries[where])

    def _taken(self, count: int) -> int:
        if self._at > self._bits:
            raise ValueError(f"codewords of more than {self._bits} bits")
        found = self._number(self._at, count)
        self._at += count
        return found


_MODES = {0: _looked_up, 1: _huffman, 2: _pruned}
