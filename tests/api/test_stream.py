"""``Model.stream``: the sliding window of TFLM, in integers and reals, a hop or many at a time."""

import numpy as np
import pytest

import tinykd
from tests.compiler.streamed import signal, sliding, time_net
from tinykd.oracle import run_tflm

SHAPE, HOP, SEED = (1, 29, 3, 2), 2, 1


@pytest.fixture(scope="module")
def model() -> tinykd.Model:
    return tinykd.Model(time_net(SEED).bytes())


@pytest.mark.slow
def test_steps_are_windows_whether_one_by_one_or_together(model: tinykd.Model) -> None:
    hops = signal(SHAPE, 20, HOP)
    windows = sliding(hops, SHAPE[1], SEED - 30).reshape(20, *SHAPE)
    expected = run_tflm(model.data, windows).reshape(20, -1)
    stream = model.stream(HOP)
    found = np.concatenate([stream.step(hops[:17]), [stream.step(hop) for hop in hops[17:]]])
    assert found.dtype == np.int8 and np.array_equal(found, expected)
    stream.reset()
    assert np.array_equal(stream.step(hops[0]), expected[0])


def test_reals_are_answered_in_reals(model: tinykd.Model) -> None:
    hop = signal(SHAPE, 1, HOP)[0]
    reals = 0.05 * (hop.astype(np.float32) - (SEED - 30))
    integers, answer = model.stream(HOP).step(hop), model._single("output")
    expected = np.float32(answer.scale) * (integers.astype(np.float32) - answer.zero_point)
    assert np.array_equal(model.stream(HOP).step(reals), expected)


def test_rows_of_another_shape_are_refused(model: tinykd.Model) -> None:
    with pytest.raises(tinykd.InputError, match=r"^x: shape \[3, 3, 2\]; expected \(n, 2, 3, 2\)"):
        model.stream(HOP).step(np.zeros((3, 3, 2)))


def test_a_hop_that_does_not_suit_names_the_layer(model: tinykd.Model) -> None:
    with pytest.raises(tinykd.ModelError, match="a hop of 29 rows in a window of 29"):
        model.stream(29)
