"""Layers whose weights are int4 in the file; TFLM unpacks them each time, tinykd while it compiles."""

from dataclasses import replace

from tests.conformance.builder import Op
from tests.conformance.cases.registry import CASES, Case, case
from tests.conformance.choose import Choose


@case("CONV_2D/int4", "DEPTHWISE_CONV_2D/int4", "FULLY_CONNECTED/int4")
def four_bits(c: Choose, op: str) -> Case:
    """As with int8 weights; TFLM takes no FULLY_CONNECTED of one scale per output."""
    kind = op.partition("/")[0]
    (made,) = CASES[kind](c).ops
    x, w, *bias = made.inputs
    assert w is not None
    one = slice(0, 1 if kind == "FULLY_CONNECTED" else None)
    narrow = replace(
        w,
        dtype="int4",
        scale=w.scales()[one],
        zero_point=w.zero_points()[one],
        data=c.array(w.shape, -8, 7),
    )
    biases = [b and replace(b, scale=b.scales()[one], zero_point=b.zero_points()[one]) for b in bias]
    return Case([Op(kind, [x, narrow, *biases], made.outputs, **made.options)])
