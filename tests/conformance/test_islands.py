"""Values that are only moved in float between integers of one scale are moved as integers."""

import numpy as np
import pytest

from tests.conformance.builder import Op, Tensor, build, constant
from tests.conformance.harness import Job, run_static
from tests.conformance.machine import HOST
from tests.conformance.tflm import Tflm
from tinykd.errors import ModelError
from tinykd.graph.reader import read_graph

SAME = {"scale": 0.03, "zero_point": -7}


def split_in_float(scale: float = 0.03, extra: Op | None = None) -> list[Op]:
    """As TensorFlow writes the gates of an unrolled layer's first step: one of them is not read."""
    x, q = Tensor("x", (1, 8), scale=0.05), Tensor("q", (1, 8), **SAME)
    real, parts = Tensor("real", (1, 8), "float32"), [Tensor(f"p{i}", (1, 2), "float32") for i in range(4)]
    a, c = (Tensor(name, (1, 2), **SAME) for name in "ac")
    b = Tensor("b", (1, 2), scale=scale, zero_point=-7)
    y, z = Tensor("y", (1, 2), scale=0.07), Tensor("z", (1, 2), scale=0.1)
    return [
        Op("RELU", [x], [q]),
        Op("DEQUANTIZE", [q], [real]),
        Op("SPLIT", [constant("axis", 1), real], parts, numSplits=4),
        Op("QUANTIZE", [parts[0]], [a]),
        Op("QUANTIZE", [parts[2]], [b]),
        Op("QUANTIZE", [parts[3]], [c]),
        *([extra] if extra else []),
        Op("ADD", [a, b], [y]),
        Op("ADD", [y, c], [z]),
    ]


def test_every_byte_is_tflms(tflm: Tflm) -> None:
    """Such files were refused, at random: the converter wrote one in two of the same layer so."""
    ops = split_in_float()
    model = build(ops, outputs=[ops[-1].outputs[0]])
    assert [op.kind for op in read_graph(model).main.ops] == ["RELU", "SPLIT", "ADD", "ADD"]
    draw = np.random.default_rng(1)
    samples = [[draw.integers(-128, 128, (1, 8)).astype(np.int8)] for _ in range(64)]
    expected = tflm.run(model, samples)
    (found,) = run_static([Job([], model, samples, ops[-1].outputs)], HOST)
    assert [y[0].tobytes() for y in found] == [y[0].tobytes() for y in expected]


@pytest.mark.parametrize("kind", ["scale", "reader"])
def test_what_computes_is_refused_as_before(kind: str) -> None:
    ops = split_in_float(scale=0.02 if kind == "scale" else 0.03)
    if kind == "reader":
        ops.insert(3, Op("TANH", [ops[2].outputs[0]], [Tensor("t", (1, 2), "float32")]))
    with pytest.raises(ModelError, match="op 2 SPLIT: stays in float in the middle of a quantized model"):
        read_graph(build(ops, outputs=[ops[-1].outputs[0]]))
