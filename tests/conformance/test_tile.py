"""TILE, which TFLM lacks: of axes of one entry it is BROADCAST_TO, and the oracle runs it as that."""

import numpy as np
import pytest

from tests.conformance.builder import Op, Tensor, build, constant
from tests.conformance.cases.registry import Case
from tests.conformance.choose import samples
from tests.conformance.harness import Job, Labelled, run_static
from tests.conformance.machine import HOST
from tests.conformance.test_refusals import q, refusal
from tinykd.oracle import run_tflm
from tinykd.oracle.tiles import rewritten as with_broadcasts


def upsampling() -> Case:
    """Two of them that share how often they repeat, as converters write UpSampling2D of batch 1."""
    times = constant("times", [1, 1, 2, 1])
    x, a, b, c = q("x", 3, 1, 1, 2), q("a", 3, 1, 2, 2), q("b", 6, 2, 1, 1), q("c", 6, 2, 2, 1)
    ops = [Op("TILE", [x, times], [a]), Op("RESHAPE", [a], [b]), Op("TILE", [b, times], [c])]
    return Case(ops)


def test_static_and_the_oracle_compute_it() -> None:
    case = upsampling()
    drawn = samples(case.graph_inputs(), 4, seed=1)
    (compiled,) = run_static([Job([Labelled("TILE", case)], case.model(), drawn, case.graph_outputs())], HOST)
    oracle = run_tflm(case.model(), np.stack([x for (x,) in drawn]))
    for (x,), (c,), said in zip(drawn, compiled, oracle, strict=True):
        expected = np.tile(np.tile(x, (1, 1, 2, 1)).reshape(6, 2, 1, 1), (1, 1, 2, 1))
        assert np.array_equal(c, expected) and np.array_equal(said.reshape(c.shape), expected)


def test_a_model_without_it_stays_as_it_is() -> None:
    model = build([Op("RELU", [q("x", 1, 2)], [q("y", 1, 2)])])
    assert with_broadcasts(model) is model


@pytest.mark.parametrize(("shape", "by"), [((1, 4), [1, 2]), ((2, 3), [2, 1])])
def test_what_broadcast_to_cannot_do_is_refused(shape: tuple[int, int], by: list[int]) -> None:
    y = Tensor("y", (shape[0] * by[0], shape[1] * by[1]), scale=0.5, zero_point=3)
    assert refusal(Op("TILE", [q("x", *shape), constant("by", by)], [y])) == (
        f"op 0 TILE: tensor 0 'x' of shape {list(shape)} is repeated {by} times; expected axes of one entry "
        "repeated, which is TFLM's BROADCAST_TO; it has no TILE. Use Concatenate, or UpSampling2D of "
        "tf_keras, which becomes RESIZE_NEAREST_NEIGHBOR"
    )
