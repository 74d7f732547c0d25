"""What the ops of this compiler refuse, by the whole text of the message."""
# ruff: noqa: E501  (messages are asserted whole)

from typing import Any

import numpy as np
import pytest

from tests.conformance.builder import RELU, Op, Tensor, build, constant
from tests.conformance.cases import CASES
from tests.conformance.choose import Seeded
from tinykd.compiler.compile import compile_graph
from tinykd.compiler.core import CompileOptions
from tinykd.errors import ModelError
from tinykd.graph.reader import read_graph


def refusal(*ops: Op) -> str:
    with pytest.raises(ModelError) as caught:
        compile_graph(read_graph(build(list(ops))), CompileOptions(name="m"))
    assert caught.value.exit_code == 2
    return str(caught.value)


def q(name: str, *shape: int, **changes: Any) -> Tensor:
    return Tensor(name, shape, **({"scale": 0.5, "zero_point": 3} | changes))


def test_neg_is_float_only_in_tflm() -> None:
    assert refusal(Op("NEG", [q("x", 1, 4)], [q("y", 1, 4)])) == (
        "op 0 NEG: tensor 0 'x' is to be negated; expected an op that TFLM computes in int8; its NEG is float only. "
        "Write 0 - x, or fold the sign into the layer before"
    )


@pytest.mark.parametrize(
    ("kind", "why"), [("EXP", "TFLM has no integer form of it"), ("GELU", "TFLM has no such op")]
)
def test_what_tflm_cannot_run_either(kind: str, why: str) -> None:
    said = refusal(Op(kind, [q("x", 1, 4)], [q("y", 1, 4)]))
    assert said.startswith(f"op 0 {kind}: not supported by the static runtime: {why}. ")


def test_concatenation_does_not_rescale() -> None:
    parts = [q("a", 1, 2), q("b", 1, 2, scale=0.25)]
    assert refusal(Op("CONCATENATION", parts, [q("y", 1, 4)], axis=1)) == (
        "op 0 CONCATENATION: tensor 1 'b' has scale 0.25 and zero point 3; expected 0.5 and 3, those of the output. "
        "Convert again: TFLM does not rescale here"
    )


def test_concatenation_has_no_activation() -> None:
    op = Op(
        "CONCATENATION", [q("a", 1, 2), q("b", 1, 2)], [q("y", 1, 4)], axis=1, fusedActivationFunction=RELU
    )
    assert refusal(op) == (
        "op 0 CONCATENATION: tensor 2 'y' has a fused activation; expected none, as TFLM requires"
    )


def test_space_to_batch_pads_with_memory_that_tflm_never_wrote() -> None:
    x, y = q("x", 1, 3, 3, 1), q("y", 4, 2, 2, 1)
    inputs = [x, constant("block", [2, 2]), constant("pads", [[0, 1], [0, 1]])]
    assert refusal(Op("SPACE_TO_BATCH_ND", inputs, [y])) == (
        "op 0 SPACE_TO_BATCH_ND: tensor 3 'y' is padded and has zero point 3; expected zero point 0 or no padding: "
        "TFLM pads with memory it never wrote. Use a dilated convolution or an explicit PAD"
    )


def four_bits(*scales: float, dtype: str = "int8") -> str:
    x, y = Tensor("x", (1, 4), dtype, 0.5), Tensor("y", (1, 2), dtype, 0.5)
    w = Tensor("w", (2, 4), "int4", scales, (0,) * len(scales), data=np.arange(8).reshape(2, 4) - 4)
    return refusal(Op("FULLY_CONNECTED", [x, w, None], [y]))


def test_weights_of_four_bits_where_tflm_takes_none() -> None:
    assert four_bits(0.1, 0.2) == (
        "op 0 FULLY_CONNECTED: tensor 1 'w' is int4 with a scale per output; expected one scale, as in TFLM. "
        "Quantize it per tensor"
    )
    assert "tensor 1 'w' is int4; expected int8" in four_bits(0.1, dtype="int16")
    x, y = Tensor("x", (1, 4), "int4", 0.5), q("y", 1, 4)
    assert refusal(Op("RELU", [x], [y])) == (
        "tensor 0 'x': elements of int4; expected int8. Convert with weights of 8 bits"
    )


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ({"cycles_max": 2}, "runs what follows in one of 2 calls"),
        ({}, "does not say how often it runs"),
    ],
)
def test_a_buffer_that_ends_most_calls(options: dict[str, int], found: str) -> None:
    ring = Tensor("ring", (1, 4, 1, 2), scale=0.5, zero_point=3, is_variable=True)
    assert refusal(Op("CUSTOM CIRCULAR_BUFFER", [q("x", 1, 1, 1, 2)], [ring], **options)) == (
        f"op 0 CUSTOM CIRCULAR_BUFFER: {found}; expected cycles_max 1. "
        "Cut the model there: the part behind it is a model of its own"
    )


def test_a_buffer_that_is_no_variable() -> None:
    op = Op("CUSTOM CIRCULAR_BUFFER", [q("x", 1, 1, 1, 2)], [q("ring", 1, 4, 1, 2)], cycles_max=1)
    assert refusal(op) == (
        "op 0 CUSTOM CIRCULAR_BUFFER: tensor 1 'ring' is no variable; expected a variable tensor. Convert it again"
    )


def test_a_perm_that_is_computed() -> None:
    inputs = [q("x", 1, 2), Tensor("perm", (2,), "int32")]
    assert refusal(Op("TRANSPOSE", inputs, [q("y", 2, 1)])) == (
        "op 0 TRANSPOSE: tensor 1 'perm' is computed at run time; expected a constant. Fix it before converting"
    )


def test_shapes_that_do_not_broadcast() -> None:
    assert refusal(Op("MUL", [q("a", 1, 2), q("b", 1, 3)], [q("y", 1, 3)])) == (
        "op 0 MUL: tensor 1 'b' has shape [1, 3]; expected one that broadcasts with [1, 2]"
    )


def test_an_output_of_another_shape() -> None:
    assert refusal(Op("SUB", [q("a", 1, 2), q("b", 1, 2)], [q("y", 1, 4)])) == (
        "op 0 SUB: tensor 2 'y' has shape [1, 4]; expected [1, 2]. The file contradicts itself"
    )


def test_a_slice_outside_of_its_tensor() -> None:
    inputs = [q("x", 1, 4), constant("begin", [0, 2]), constant("size", [1, 3])]
    assert refusal(Op("SLICE", inputs, [q("y", 1, 3)])) == (
        "op 0 SLICE: tensor 0 'x' has 4 entries where 2..5 is asked for; expected a slice inside it"
    )


def test_a_new_axis_in_a_strided_slice() -> None:
    bounds = [constant(n, [v]) for n, v in (("begin", 0), ("end", 4), ("strides", 1))]
    op = Op("STRIDED_SLICE", [q("x", 4), *bounds], [q("y", 1, 4)], newAxisMask=1)
    assert refusal(op) == (
        "op 0 STRIDED_SLICE: tensor 0 'x' is sliced with an ellipsis or a new axis; expected plain begin, end and "
        "strides. Reshape it"
    )


def test_gather_outside_of_its_axis() -> None:
    inputs = [q("x", 1, 4), constant("indices", [1, 4])]
    assert refusal(Op("GATHER", inputs, [q("y", 1, 2)], axis=1)) == (
        "op 0 GATHER: tensor 1 'indices' reaches 1..4; expected 0..3"
    )


def test_an_axis_that_is_not_there() -> None:
    inputs = [constant("axis", 2), q("x", 1, 4)]
    assert refusal(Op("SPLIT", inputs, [q("y", 1, 2), q("z", 1, 2)], numSplits=2)) == (
        "op 0 SPLIT: axis 2 of a tensor of 2 dimensions; expected -2..1"
    )


def test_reduce_max_does_not_rescale() -> None:
    op = Op("REDUCE_MAX", [q("x", 1, 4), constant("axes", [1])], [q("y", 1, scale=0.25)])
    assert refusal(op) == (
        "op 0 REDUCE_MAX: tensor 2 'y' has scale 0.25; expected 0.5, that of the input. TFLM does not rescale here"
    )


def test_a_comparison_of_coarse_scales() -> None:
    op = Op("LESS", [q("a", 1, 2, scale=1.5), q("b", 1, 2)], [Tensor("y", (1, 2), "bool")])
    assert refusal(op) == "op 0 LESS: tensor 0 'a' has scale 1.5; expected a scale below 1"


def test_logistic_has_one_zero_point() -> None:
    op = Op("LOGISTIC", [q("x", 1, 4)], [q("y", 1, 4, scale=1 / 256, zero_point=0)])
    assert refusal(op) == ("op 0 LOGISTIC: tensor 1 'y' has zero point 0; expected -128, as TFLM fixes it")


def test_resize_cannot_align_corners_and_pixel_centers() -> None:
    inputs = [q("x", 1, 2, 2, 1), constant("size", [4, 4])]
    op = Op("RESIZE_BILINEAR", inputs, [q("y", 1, 4, 4, 1)], alignCorners=True, halfPixelCenters=True)
    assert refusal(op) == (
        "op 0 RESIZE_BILINEAR: tensor 0 'x' has align_corners and half_pixel_centers; expected one of them at most, "
        "as in TFLM"
    )


def test_a_variable_that_is_never_assigned() -> None:
    handle = Tensor("ring", (), "resource")
    ops = [
        Op("VAR_HANDLE", [], [handle], container="", sharedName="ring"),
        Op("READ_VARIABLE", [handle], [value := q("value", 1, 4)]),
        Op("ABS", [q("x", 1, 4)], [q("y", 1, 4)]),
        Op("ADD", [value, q("x2", 1, 4)], [q("z", 1, 4)]),
    ]
    assert refusal(*ops) == (
        "op 1 READ_VARIABLE: tensor 2 'ring' is variable /ring, which nothing assigns; expected an ASSIGN_VARIABLE, as TFLM "
        "needs"
    )


def test_an_lstm_with_peepholes() -> None:
    (op,) = CASES["UNIDIRECTIONAL_SEQUENCE_LSTM"](Seeded(1)).ops
    units = op.outputs[0].shape[-1]
    op.inputs[9] = Tensor("peephole", (units,), "int16", scale=0.1, data=np.zeros(units))
    assert refusal(op).endswith(
        "'peephole' is operand 9; expected an LSTM without peephole, projection and normalisation"
    )


def test_int16_where_tflm_has_none() -> None:
    x, y = Tensor("x", (1, 4, 2), "int16", scale=0.1), Tensor("y", (1, 2, 2), "int16", scale=0.1)
    op = Op("GATHER", [x, constant("indices", [0, 1])], [y], axis=1)
    assert refusal(op) == (
        "op 0 GATHER: tensor 0 'x' is int16; expected int8. Convert with int8 activations, not 16x8"
    )
