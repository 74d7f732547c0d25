"""Constants that TFLM's op DECODE unpacks: weights of FULLY_CONNECTED, an operand of int16."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.conformance.builder import CUSTOM, VALID, Op, Tensor
from tests.conformance.cases.registry import CASES, Case
from tests.conformance.choose import Choose

DECODE = f"{CUSTOM}TFLM_DECODE"
LUT, HUFFMAN, PRUNE = 0, 1, 2
# A code of five symbols: 0, 10, 110, 1110, 1111; the first three are found in a table of 3 bits.
CODES = ("0", "10", "110", "1110", "1111")


def bytes_of(values: NDArray[Any] | bytes) -> Tensor:
    raw = values if isinstance(values, bytes) else values.tobytes()
    return Tensor("packed", (len(raw),), "uint8", data=np.frombuffer(raw, np.uint8))


def header(kind: int, parameter: int = 0, stride: int = 0) -> bytes:
    return bytes([kind, 1, 0, 0, 1, parameter, stride]).ljust(16, b"\0")


def packed(bits: str) -> bytes:
    """Whole words of 32 bits, and one more that a decoder may look at."""
    filled = bits.ljust((len(bits) + 63) // 32 * 32, "0")
    return int(filled, 2).to_bytes(len(filled) // 8, "big")


def lut(c: Choose, shape: tuple[int, ...], channels: int, last: bool) -> tuple[Tensor, Tensor]:
    width = c.integer(1, 7)
    stride = 1 << width
    indices = c.array((int(np.prod(shape)),), 0, stride - 1, "uint8")
    table = c.array((channels, stride), -127, 127)
    bits = "".join(f"{int(i):0{width}b}" for i in indices)
    return bytes_of(packed(bits)), bytes_of(header(LUT, width, stride) + table.tobytes())


def prune(c: Choose, shape: tuple[int, ...], channels: int, last: bool) -> tuple[Tensor, Tensor]:
    kept = c.array((int(np.prod(shape)),), 0, 1, "uint8")
    values = c.array((int(kept.sum()),), -127, 127)
    return bytes_of(packed("".join(map(str, kept)))), bytes_of(header(PRUNE) + values.tobytes())


def huffman(c: Choose, shape: tuple[int, ...], dtype: str) -> tuple[Tensor, Tensor]:
    """Entries of 16 or 32 bits: found, bits of it that were used, and the symbol or the next table."""
    wide = dtype == "int16" or c.chance(50)
    top, of_count, kind = (31, 27, np.uint32) if wide else (15, 11, np.uint16)
    symbols = c.array((len(CODES),), -128, 127) if dtype == "int8" else c.array((5,), -32768, 32767, dtype)
    a, b, d, e, f = (int(v) & (0xFF if dtype == "int8" else 0xFFFF) for v in symbols)

    def found(symbol: int, used: int) -> int:
        return 1 << top | used << of_count | symbol

    table = [*[found(a, 1)] * 4, *[found(b, 2)] * 2, found(d, 3), 1, found(e, 1), found(f, 1)]
    chosen = c.array((int(np.prod(shape)),), 0, len(CODES) - 1, "uint8")
    bits = "".join(CODES[int(i)] for i in chosen)
    parameter = (3 - 1) << 4 | int(wide)
    return bytes_of(packed(bits)), bytes_of(header(HUFFMAN, parameter) + np.array(table, kind).tobytes())


def weights(c: Choose) -> Case:
    """FULLY_CONNECTED with weights out of a lookup table, of Huffman codes, or without their zeros."""
    depth, units, mode = c.integer(1, 40), c.integer(1, 6), c.pick((lut, prune, None))
    shape, per_channel = (units, depth), c.chance(50)
    scales = tuple(c.scale(1e-3, 1e-2) for _ in range(units if per_channel else 1))
    pair = huffman(c, shape, "int8") if mode is None else mode(c, shape, len(scales), False)
    w = Tensor("w", shape, scale=scales, zero_point=(0,) * len(scales))
    x, y = c.quantized("x", (1, depth)), c.quantized("y", (1, units), scale=0.5)
    return Case([Op(DECODE, pair, [w]), Op("FULLY_CONNECTED", [x, w, None], [y])], [x], [y])


def depthwise(c: Choose) -> Case:
    """Channels along the last axis, as DEPTHWISE_CONV_2D has them."""
    depth = c.integer(2, 6)
    shape, scales = (1, 2, 2, depth), tuple(c.scale(1e-3, 1e-2) for _ in range(depth))
    pair = c.pick((lut, prune))(c, shape, depth, True)
    w = Tensor("w", shape, scale=scales, zero_point=(0,) * depth, axis=3)
    x, y = c.quantized("x", (1, 4, 4, depth)), c.quantized("y", (1, 3, 3, depth), scale=0.5)
    options = {"padding": VALID, "strideW": 1, "strideH": 1, "depthMultiplier": 1}
    bias = Tensor("b", (depth,), "int32", data=np.zeros(depth, np.int32))
    return Case([Op(DECODE, pair, [w]), Op("DEPTHWISE_CONV_2D", [x, w, bias], [y], **options)], [x], [y])


def operand(c: Choose) -> Case:
    """A constant of int16 beside the input."""
    shape, scale = c.shape((1, 3), 5), c.scale(1e-4, 1e-2)
    w, x, y = (Tensor(n, shape, "int16", scale=scale) for n in ("w", "x", "y"))
    return Case([Op(DECODE, huffman(c, shape, "int16"), [w]), Op("ADD", [x, w], [y])], [x], [y])


CASES[DECODE] = weights
CASES[f"{DECODE}/depthwise"] = depthwise
CASES[f"{DECODE}/int16"] = operand
