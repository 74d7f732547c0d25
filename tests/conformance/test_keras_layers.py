"""What the real converters write of Keras layers that TFLM runs in integers: every byte is TFLM's."""

from pathlib import Path

import numpy as np
import pytest

from tests.conformance.builder import Tensor
from tests.conformance.harness import Job, run_static
from tests.conformance.keras_layers import WRITTEN, converted
from tests.conformance.machine import HOST
from tests.conformance.tflm import Tflm
from tinykd.graph.reader import read_graph
from tinykd.graph.shapes.pin import pinned
from tinykd.graph.shapes.settle import settled
from tinykd.oracle.tiles import rewritten as with_broadcasts

SAMPLES = 3


def job_of(model: bytes) -> Job:
    """``model`` on random samples over the whole range of its input's type."""
    graph = settled(read_graph(model)).main
    (given,) = graph.inputs
    limits, draw = np.iinfo(given.dtype.numpy), np.random.default_rng(7)
    shape = (SAMPLES, *given.shape)
    drawn = draw.integers(limits.min, limits.max, shape, given.dtype.numpy, endpoint=True)
    outputs = [Tensor(t.name, t.shape, t.dtype.value) for t in graph.outputs]
    return Job([], pinned(model), [[x] for x in drawn], outputs)


@pytest.mark.slow
@pytest.mark.parametrize("written", WRITTEN)
def test_layers_as_converters_write_them(written: str, tflm: Tflm, tmp_path: Path) -> None:
    job = job_of(converted(WRITTEN[written], tmp_path))
    assert len(job.outputs) == len(WRITTEN[written].branches)
    expected = tflm.run(with_broadcasts(job.model), job.samples)
    (found,) = run_static([job], HOST)
    for want, got in zip(expected, found, strict=True):
        wrong = [
            output.name
            for output, x, y in zip(job.outputs, want, got, strict=True)
            if x.tobytes() != y.tobytes()
        ]
        assert not wrong
