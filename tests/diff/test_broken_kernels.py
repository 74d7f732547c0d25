"""Kernels that are wrong on purpose: the layer, the look of the difference and its cause are named right."""

import re

import numpy as np
import pytest

from tests.diff.conftest import INPUTS, MODEL, Start
from tinykd.diff import Difference, What, Where, find_difference
from tinykd.link.device import Device
from tinykd.oracle import run_tflm, run_tflm_tensors

pytestmark = pytest.mark.slow
BITS = MODEL.read_bytes()
SAMPLES = np.ascontiguousarray(INPUTS["inputs"])


def find(start: Start, how: str) -> Difference:
    """What is found for the first sample whose outputs differ."""
    expected = run_tflm(BITS, SAMPLES)
    with start(how) as port, Device.open(port) as device:
        answers = [np.frombuffer(r.output, np.int8) for r in device.infer_many(SAMPLES)]
        wrong = np.flatnonzero((np.stack(answers) != expected.reshape(len(SAMPLES), -1)).any(axis=1))
        sample = int(wrong[0]) if wrong.size else 0
        return find_difference(device, BITS, SAMPLES[sample], sample, run_tflm_tensors(BITS, SAMPLES[sample]))


@pytest.mark.parametrize(
    ("how", "layer", "kernel", "where", "what", "cause"),
    [
        ("rounding", 6, "fully_connected", None, What.OFF_BY_ONE, "the kernel rounds otherwise than TFLM"),
        ("stuck", 6, "fully_connected", Where.EVERYTHING, What.STUCK, "never written"),
        ("saturation", 6, "fully_connected", None, What.SATURATED, "a shift or multiplier that is too large"),
        ("wrap", 6, "fully_connected", None, What.WRAPPED, "narrowing without saturation"),
        ("channel", 0, "conv_2d", Where.CHANNELS, None, "the multiplier, shift or bias of the channel"),
        ("padding", 1, "depthwise_conv_2d", Where.BORDERS, None, "padding: SAME"),
    ],
)
def test_a_broken_kernel_is_found_and_named(
    start: Start, how: str, layer: int, kernel: str, where: Where | None, what: What | None, cause: str
) -> None:
    found = find(start, how)
    assert found.layer == layer, found
    assert kernel in found.kernel
    assert found.pattern is not None
    assert where in (None, found.pattern.where), found.pattern
    assert what in (None, found.pattern.what), found.pattern
    assert cause in found.causes[0]
    assert len(found.probes) <= 6  # of nine layers
    assert found.differing == found.pattern.differing > 0
    assert re.search(r"\(sample \d+\)$", str(found))


def test_the_wrong_channel_is_named(start: Start) -> None:
    found = find(start, "channel")
    assert found.pattern is not None
    assert found.pattern.place.startswith("only in channel 5 of 16: ")
    assert {example.index[-1] for example in found.pattern.examples} == {5}
    tensors = run_tflm_tensors(BITS, SAMPLES[found.sample])
    for example in found.pattern.examples:
        assert tensors[0].data[example.index] == example.expected != example.received


def test_a_right_board_differs_nowhere(start: Start) -> None:
    found = find(start, "nothing")
    assert (found.layer, found.pattern) == (None, None)
    assert str(found) == "no layer differs when they are run one by one (9 of 9 layers compared)"
