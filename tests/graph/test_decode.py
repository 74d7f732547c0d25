"""DECODE: hand-made encodings, and what is said of broken ones. Conformance compares many with TFLM."""

import contextlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conformance.builder import build
from tests.conformance.cases.compressed import HUFFMAN, LUT, PRUNE, header, weights
from tests.conformance.choose import Seeded
from tests.examples import examples
from tinykd.compiler.compile import compile_graph
from tinykd.compiler.core import CompileOptions
from tinykd.errors import ModelError
from tinykd.graph.decode import decoded
from tinykd.graph.ir import DType, Quantization, Tensor
from tinykd.graph.reader import read_graph


def output(count: int, dtype: DType = DType.INT8, zero_point: int = 0) -> Tensor:
    return Tensor(0, "w", (count,), dtype, Quantization((0.5,), (zero_point,), 0))


def raw(values: bytes) -> np.ndarray:
    return np.frombuffer(values, np.uint8)


def test_a_lookup_table() -> None:
    """Indices of two bits: 3, 0, 1, 2."""
    table = header(LUT, 2, 4) + np.array([10, 20, 30, -40], np.int8).tobytes()
    assert decoded(raw(bytes([0b11_00_01_10])), raw(table), output(4)).tolist() == [-40, 10, 20, 30]


def test_pruned_elements_are_the_zero_point() -> None:
    table = header(PRUNE) + np.array([7, 9], np.int8).tobytes()
    assert decoded(raw(bytes([0b0101_0000])), raw(table), output(4, zero_point=-3)).tolist() == [-3, 7, -3, 9]


def test_huffman_codes() -> None:
    """0 is 5, 10 is 6, 11 is 7; entries: found (bit 15), used bits, symbol."""
    table = np.array([0x8805, 0x8805, 0x9006, 0x9007], np.uint16)
    packed = raw(bytes([0b0_10_11_0_0_0, 0]))
    assert decoded(packed, raw(header(HUFFMAN, 0x10) + table.tobytes()), output(5)).tolist() == [
        5,
        6,
        7,
        5,
        5,
    ]


@pytest.mark.parametrize(
    ("packed", "tables", "tensor", "why"),
    [
        (b"", b"short", output(1), "a header of 5 bytes, not 16"),
        (b"", bytes([0, 2]).ljust(16, b"\0"), output(1), "version 2.0 of the encoding"),
        (b"", bytes([127, 1, 0, 0, 1]).ljust(16, b"\0"), output(1), "encoding 127"),
        (b"\0", header(LUT, 4, 16), output(3), "8 bits for 3 indices of 4"),
        (b"\xff", header(LUT, 4, 16) + b"\0", output(2), "entry 15 of 1"),
        (b"\xff", header(PRUNE) + b"\0", output(8), "1 values and 8 bits for 8 elements"),
        (b"\0", header(PRUNE), output(8, DType.INT16, 3), "zero points of int16, not 0"),
        (b"\0", header(HUFFMAN), output(1), "entry 0 of 0"),
        (b"\0", header(HUFFMAN) + b"\0" * 4, output(1), "codewords of more than 8 bits"),
        (b"\0", header(HUFFMAN), output(1, DType.INT32), "codewords of int32"),
    ],
)
def test_what_is_wrong(packed: bytes, tables: bytes, tensor: Tensor, why: str) -> None:
    with pytest.raises(ValueError, match=f"^{why}$"):
        decoded(raw(packed), raw(tables), tensor)


@examples(200)
@given(st.binary(max_size=40), st.integers(0, 2), st.binary(max_size=60), st.integers(1, 40))
def test_any_bytes_decode_or_are_refused(packed: bytes, mode: int, tables: bytes, count: int) -> None:
    tables = header(mode, *tables[:2]) + tables[2:]
    with contextlib.suppress(ValueError):
        assert decoded(raw(packed), raw(tables), output(count)).shape == (count,)


def test_the_compiler_names_the_op() -> None:
    made = weights(Seeded(1))
    made.ops[0].inputs = [made.ops[0].inputs[0], made.ops[0].inputs[0]]
    with pytest.raises(ModelError, match=r"^op 0 CUSTOM TFLM_DECODE: tensor \d+ 'w' cannot be decoded \("):
        compile_graph(read_graph(build(made.ops)), CompileOptions(name="m"))
