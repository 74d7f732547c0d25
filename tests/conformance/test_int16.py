"""int16 in a whole model; and what of it is refused, by the whole text of the message."""
# ruff: noqa: E501  (messages are asserted whole)

from typing import Any

import numpy as np
import pytest

from tests.conformance.builder import RELU, SAME, VALID, Op, Tensor, constant
from tests.conformance.cases.int16 import filters, tensor
from tests.conformance.cases.registry import Case
from tests.conformance.choose import Seeded
from tests.conformance.harness import Labelled, compare
from tests.conformance.test_refusals import refusal
from tests.conformance.tflm import Tflm

INT8_ONLY = "Convert with int8 activations, not 16x8"
ONE_WIDTH = "Convert with activations of one width: int8, or int16 throughout"


def s16(name: str, *shape: int, **changes: Any) -> Tensor:
    return Tensor(name, shape, "int16", **({"scale": 0.5} | changes))


def dense(bias: Tensor | None) -> Op:
    weights = constant("w", np.ones((2, 4)), "int8", scale=0.5)
    return Op("FULLY_CONNECTED", [s16("x", 1, 4), weights, bias], [s16("y", 1, 2)])


def network(seed: int) -> Case:
    """int8 in, int16 within, int8 out: a residual block, pooling, a dense layer, SOFTMAX."""
    c = Seeded(61, seed)
    size, depth = c.integer(3, 8), c.integer(1, 6)
    shape, window = (1, size, size, depth), {"padding": SAME, "strideH": 1, "strideW": 1}
    image = c.quantized("image", shape, scale=0.05)
    x, y, z = tensor(c, "x", shape, 2e-4), tensor(c, "y", shape, 2e-4), tensor(c, "z", shape, 4e-4)
    pooled, logits = tensor(c, "pooled", (1, depth), 2e-4), tensor(c, "logits", (1, 7), 3e-4)
    classes, answer = (
        tensor(c, "classes", (1, 7), 2.0**-15),
        Tensor("answer", (1, 7), scale=1 / 256, zero_point=-128),
    )
    w, b = filters(c, (depth, 3, 3, depth), 0, x, y, depth)
    dense_w, dense_b = filters(c, (7, depth), 0, pooled, logits, 7)
    ops = [
        Op("QUANTIZE", [image], [x]),
        Op("CONV_2D", [x, w, b], [y], fusedActivationFunction=RELU, **window),
        Op("ADD", [x, y], [z]),
        Op("MEAN", [z, constant("axes", [1, 2])], [pooled]),
        Op("FULLY_CONNECTED", [pooled, dense_w, dense_b], [logits]),
        Op("SOFTMAX", [logits], [classes], beta=1.0),
        Op("QUANTIZE", [classes], [answer]),
    ]
    return Case(ops)


def test_networks_equal_tflm(tflm: Tflm) -> None:
    found = compare([Labelled(f"network {i}", network(i)) for i in range(12)], tflm, group=1)
    assert [d for d in found if d.differing] == []


def test_int16_is_symmetric() -> None:
    op = Op("ADD", [s16("a", 1, 4), s16("b", 1, 4, zero_point=5)], [s16("y", 1, 4)])
    assert refusal(op) == "op 0 ADD: tensor 1 'b' has zero point 5; expected 0, as int16 has in TFLite"
    op = Op("CONCATENATION", [s16("a", 1, 4, zero_point=5)], [s16("y", 1, 4, zero_point=5)], axis=1)
    assert (
        refusal(op) == "op 0 CONCATENATION: tensor 0 'a' has zero point 5; expected 0, as int16 has in TFLite"
    )


def test_biases_of_32_bits() -> None:
    assert refusal(dense(constant("b", [1, 2], scale=0.25))) == (
        "op 0 FULLY_CONNECTED: tensor 2 'b' is int32; expected int64 beside int16 activations. "
        "Convert with 64-bit biases"
    )


def test_sums_beyond_48_bits() -> None:
    assert refusal(dense(constant("b", [1, 1 << 47], "int64", scale=0.25))) == (
        "op 0 FULLY_CONNECTED: tensor 1 'w' can overflow 48 bits in channel 1; expected sums below 2**47. "
        "Check its bias"
    )


def test_int16_into_int8_without_quantize() -> None:
    weights = constant("w", np.ones((2, 1, 1, 4)), "int8", scale=0.5)
    y = Tensor("y", (1, 1, 1, 2), scale=0.5)
    op = Op("CONV_2D", [s16("x", 1, 1, 1, 4), weights], [y], padding=VALID, strideH=1, strideW=1)
    assert refusal(op) == f"op 0 CONV_2D: tensor 2 'y' is int8; expected int16. {ONE_WIDTH}"


@pytest.mark.parametrize("op", ["LOGISTIC", "TANH"])
def test_sigmoids_have_one_output_scale(op: str) -> None:
    assert refusal(Op(op, [s16("x", 1, 4)], [s16("y", 1, 4, scale=0.25)])) == (
        f"op 0 {op}: tensor 1 'y' has scale 0.25; expected 2**-15, as TFLM fixes it"
    )


def test_softmax_has_one_output_scale() -> None:
    assert refusal(Op("SOFTMAX", [s16("x", 1, 4)], [s16("y", 1, 4)], beta=1.0)) == (
        "op 0 SOFTMAX: tensor 1 'y' has scale 0.5; expected 1/32768, as TFLM fixes it"
    )


def test_six_is_out_of_range() -> None:
    x = s16("x", 1, 4, scale=2.0**-14)
    assert refusal(Op("RELU6", [x], [s16("y", 1, 4, scale=2.0**-14)])) == (
        "op 0 RELU6: tensor 0 'x' has scale 6.10351562e-05; expected one whose range holds 6, as TFLM requires"
    )


@pytest.mark.parametrize("op", ["HARD_SWISH", "ELU", "L2_NORMALIZATION", "MIRROR_PAD", "REDUCE_MAX"])
def test_ops_that_stay_int8(op: str) -> None:
    more = [constant("axes", [1])] if op == "REDUCE_MAX" else []
    more = [constant("pads", [[0, 0], [0, 0]])] if op == "MIRROR_PAD" else more
    shape = (1,) if op == "REDUCE_MAX" else (1, 4)
    assert refusal(Op(op, [s16("x", 1, 4), *more], [s16("y", *shape)])) == (
        f"op 0 {op}: tensor 0 'x' is int16; expected int8. {INT8_ONLY}"
    )
