"""What TFLM refuses to prepare, or computes by overflowing, is refused; what is compiled equals it at any scale."""
# ruff: noqa: E501  (messages are asserted whole)

from typing import Any

import numpy as np
import pytest

from tests.conformance.builder import RELU6, RELU_N1_TO_1, Op, Tensor
from tests.conformance.cases import CASES, Case
from tests.conformance.choose import LARGEST_REAL, Choose, Seeded, samples
from tests.conformance.harness import Labelled, compare
from tests.conformance.test_extremes import accepted, rescaled
from tests.conformance.test_refusals import refusal
from tests.conformance.tflm import Tflm, TflmError


def prepares(tflm: Tflm, case: Case) -> bool:
    try:
        tflm.run(case.model(), samples(case.graph_inputs(), 1, 0))
    except TflmError as error:
        assert "failed to allocate tensors" in str(error)
        return False
    return True


def swapped(case: Case, victim: Tensor, other: Tensor) -> Case:
    """``case`` with ``other`` in the place of ``victim``."""

    def swap(tensors: list[Any]) -> list[Any]:
        return [other if t is victim else t for t in tensors]

    for op in case.ops:
        op.inputs, op.outputs = swap(op.inputs), swap(op.outputs)
        op.intermediates = swap(op.intermediates)
    inputs, outputs = (None if ends is None else swap(ends) for ends in (case.inputs, case.outputs))
    ranges = {other if t is victim else t: r for t, r in case.input_ranges.items()}
    return Case(case.ops, inputs, outputs, case.other_subgraphs, ranges)


def activated(op: str, activation: int, scale: float) -> Case:
    """A case of ``op`` all of whose activations and weights have ``scale``: nothing else is amiss."""
    case = CASES[op](Seeded(71, 1))
    case.ops[-1].options["fusedActivationFunction"] = activation
    for tensor in case.ops[-1].tensors():
        if tensor.dtype in ("int8", "int16"):
            case = swapped(case, tensor, rescaled(tensor, scale))
    return case


ACTIVATED = [
    *("ADD", "SUB", "MUL", "ADD/int16", "SUB/int16", "MUL/int16", "CONV_2D", "CONV_2D/int16"),
    *("DEPTHWISE_CONV_2D", "DEPTHWISE_CONV_2D/int16", "TRANSPOSE_CONV"),
    *("FULLY_CONNECTED", "FULLY_CONNECTED/int16"),
]
POOLS = ["AVERAGE_POOL_2D", "MAX_POOL_2D", "AVERAGE_POOL_2D/int16", "MAX_POOL_2D/int16"]


@pytest.mark.parametrize(("activation", "bound"), [(RELU6, 6), (RELU_N1_TO_1, 1)])
@pytest.mark.parametrize("op", [*ACTIVATED, *POOLS])
def test_a_bound_that_is_no_int32_in_steps_of_the_scale(
    op: str, activation: int, bound: int, tflm: Tflm
) -> None:
    """Found by an int16 MUL with RELU6. (TFLM's pools do not look whether their range was computed.)"""
    least = np.float32(bound / 2**31)
    above = activated(op, activation, float(np.nextafter(least, np.float32(1))))
    assert accepted(above.model()) and prepares(tflm, above)
    assert not accepted(activated(op, activation, float(least)).model())  # 2**31 itself: undefined
    below = activated(op, activation, float(np.nextafter(least, np.float32(0))))
    assert not accepted(below.model()) and prepares(tflm, below) == (op in POOLS)


def test_the_line_of_such_a_bound() -> None:
    a, b, y = (Tensor(n, (1, 4), "int16", scale=s) for n, s in zip("aby", (1e-6, 1e-7, 1e-9), strict=True))
    assert refusal(Op("MUL", [a, b], [y], fusedActivationFunction=RELU6)) == (
        "op 0 MUL: tensor 2 'y' has scale 9.99999972e-10 and a fused activation up to 6; expected a scale of more "
        "than 2.79e-09, as TFLM requires. Check its range"
    )


def test_the_bias_of_svdf_is_in_steps_of_its_sums(tflm: Tflm) -> None:
    case = CASES["SVDF"](Seeded(1))
    _, _, times, bias, state = case.ops[0].inputs
    assert times is not None and bias is not None and state is not None
    product = times.scales()[0] * state.scales()[0]
    for scale, taken in ((product + 9e-6, True), (product + 2e-5, False), (0.5, False)):
        other = rescaled(bias, float(np.float32(scale)))
        case, bias = swapped(case, bias, other), other
        assert accepted(case.model()) == prepares(tflm, case) == taken
    assert refusal(*case.ops) == (
        f"op 0 SVDF: tensor 3 'bias' has scale 0.5; expected {product:.9g}, that of the state times that of the "
        "weights over time, as TFLM requires"
    )


def s8(name: str, scale: float, zero_point: int = 0) -> Tensor:
    return Tensor(name, (1, 4), scale=scale, zero_point=zero_point)


@pytest.mark.parametrize(
    ("op", "x", "y", "text"),
    [
        ("RELU6", 1e-9, 1e-9, "tensor 0 'x' has scale 9.99999972e-10; expected more than 2.79e-09, or TFLM overflows"),
        ("ELU", 0.5, 1e-8, "tensor 1 'y' has scale 9.99999994e-09; expected more than 5.94e-08, or TFLM overflows"),
        ("TANH", 1e-9, 1 / 128, "tensor 0 'x' has scale 9.99999972e-10; expected one from 3.73e-09 to 1.72e+10, or TFLM overflows"),
        ("HARD_SWISH", 1e-7, 1e-7, "tensor 0 'x' has scale 1.00000001e-07; expected one from 2.38e-07 to 256"),
        ("HARD_SWISH", 0.5, 200.0, "tensor 1 'y' has scale 200; expected at most 128, 256 times that of the input"),
    ],
)  # fmt: skip
def test_a_unary_op_whose_result_tflm_leaves_undefined(op: str, x: float, y: float, text: str) -> None:
    assert refusal(Op(op, [s8("x", x)], [s8("y", y)])) == f"op 0 {op}: {text}"


def test_relu_of_int16_that_is_shifted_out_of_int32() -> None:
    x, y = Tensor("x", (1, 4), "int16", scale=1.0), Tensor("y", (1, 4), "int16", scale=2.0**-16)
    assert refusal(Op("RELU", [x], [y])) == (
        "op 0 RELU: tensor 1 'y' has scale 1.52587891e-05; expected at least 3.05175781e-05, or TFLM overflows"
    )


@pytest.mark.parametrize(("op", "zero"), [("LOGISTIC", -128), ("TANH", 0)])
def test_a_sigmoid_whose_every_step_is_beyond_its_radius(op: str, zero: int, tflm: Tflm) -> None:
    """At such scales TFLM takes 0 itself for one that lies below."""
    case = Case([Op(op, [s8("x", 64.0)], [s8("y", 1 / 256 if zero else 1 / 128, zero)])])
    ((found,),) = tflm.run(case.model(), [[np.array([[-1, 0, 1, 0]], np.int8)]])
    assert found.tolist() == [[-128, -128, 127, -128]]
    (difference,) = compare([Labelled(op, case)], tflm)
    assert (difference.total, difference.differing) == (16, 0)


def twisted(c: Choose, op: str) -> Case:
    """A case of ``op`` with one or two of its tensors on other scales, anywhere from 2**-42 to 2**42."""
    case = CASES[op](c)
    for _ in range(c.integer(1, 2)):
        tensors = [t for o in case.ops for t in o.tensors() if t.scales()]
        if tensors:
            victim = c.pick(tensors)
            near = victim.scales()[0] if c.chance(50) else 1.0
            scale = float(np.float32(near * 2.0 ** c.integer(-42, 42)))
            case = swapped(case, victim, rescaled(victim, scale))
    return case


def _is_real(tensor: Tensor | None) -> bool:
    return tensor is not None and tensor.dtype == "float32"


def is_defined(case: Case) -> bool:
    """Real inputs are less than 2^31 steps from zero: beyond, TFLM converts to int32 what C leaves open."""
    quantized = [o.outputs[0] for o in case.ops if o.kind == "QUANTIZE" and _is_real(o.inputs[0])]
    return all(2.0**30 * scale > LARGEST_REAL for tensor in quantized for scale in tensor.scales())


@pytest.mark.slow
def test_what_is_compiled_equals_tflm_at_any_scale(tflm: Tflm) -> None:
    """What TFLM would not prepare would end this test with its message."""
    members = [
        Labelled(f"{op} {i}", twisted(Seeded(9, i, k), op)) for k, op in enumerate(CASES) for i in range(5)
    ]
    taken = [m for m in members if is_defined(m.case) and accepted(m.case.model())]
    assert 0.2 * len(members) < len(taken) < 0.9 * len(members)
    found = [d for i in range(0, len(taken), 200) for d in compare(taken[i : i + 200], tflm)]
    assert [d for d in found if d.differing] == []
