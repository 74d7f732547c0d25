"""The registry of lowerings: by op, and by the type of its first operand."""

import pytest

from tests.conformance.builder import Op, Tensor, build
from tinykd.compiler.lowering.registry import lowering_of, lowerings, op_names
from tinykd.graph.ir import DType
from tinykd.graph.reader import read_graph


@pytest.mark.parametrize(
    ("kind", "source", "result", "key"),
    [
        ("SOFTMAX", "int8", "int8", None),
        ("SOFTMAX", "int16", "int16", DType.INT16),
        ("SOFTMAX", "int8", "int16", None),
        ("SUB", "int32", "int32", DType.INT32),
        ("PAD", "bool", "bool", DType.BOOL),
        ("CAST", "int16", "int32", None),
    ],
)
def test_the_entry_for_the_type_comes_before_the_one_for_any(
    kind: str, source: str, result: str, key: DType | None
) -> None:
    x, y = Tensor("x", (1, 4), source, scale=0.1), Tensor("y", (1, 4), result, scale=0.2)
    (op,) = read_graph(build([Op(kind, [x], [y])])).main.ops
    assert lowering_of(op) is lowerings()[kind, key]


def test_names_are_those_with_an_entry_for_any_type() -> None:
    assert {"CONV_2D", "QUANTIZE", "RESHAPE"} <= op_names()


def test_an_op_without_a_lowering() -> None:
    x, y = Tensor("x", (1, 4), scale=0.1), Tensor("y", (1, 4), scale=0.1)
    (op,) = read_graph(build([Op("COS", [x], [y])])).main.ops
    assert lowering_of(op) is None
