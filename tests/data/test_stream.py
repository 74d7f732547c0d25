"""A ``tf.data.Dataset`` is gathered on disk: in its own type, with progress, and not in memory."""

import subprocess
import sys
from contextlib import contextmanager
from types import SimpleNamespace

import numpy as np
import pytest

from tinykd.data.sources import stream
from tinykd.data.sources.stream import gathered
from tinykd.errors import DataError
from tinykd.progress import Silent

CHILD = """
import resource, sys
from pathlib import Path
import numpy as np
from tinykd.api.folder import write_data
from tinykd.progress import Silent
from tests.data.test_stream import Stream

BATCHES, SAMPLES = 75, 4000  # of 1,000 bytes each
def pairs():
    for number in range(BATCHES):
        yield np.full((SAMPLES, 40, 25), number, np.uint8), np.arange(SAMPLES) % 3
def private_bytes():
    fields = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return 1024 * int(fields["VmData"].split()[0])
limit = private_bytes() + 100_000_000  # a third of the samples
resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
write_data(Path(sys.argv[1]), Stream(pairs(), 1, BATCHES), (), Silent())
print(1024 * (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before))
"""


class Stream:
    """What is used of a tf.data.Dataset."""

    def __init__(self, pairs, rank=0, count=-2):
        self.pairs, self.count = pairs, count
        self.element_spec = (None, SimpleNamespace(shape=SimpleNamespace(rank=rank)))

    def cardinality(self):
        return self.count

    def as_numpy_iterator(self):
        return iter(self.pairs)


class Counting(Silent):
    """Remembers what was said."""

    def __init__(self):
        self.said = []

    @contextmanager
    def task(self, label, total):
        self.said.append((label, total, done := []))
        yield SimpleNamespace(advance=lambda steps, metric="": done.append(steps))


def refusal(given):
    with pytest.raises(DataError) as caught:
        gathered(given, "data", Silent())
    return str(caught.value)


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.float32, np.float64])
def test_samples_keep_their_type(dtype):
    x, y = np.arange(60).reshape(10, 3, 2).astype(dtype), np.arange(10) % 2
    for given in (Stream(zip(x, y, strict=True)), Stream([(x[:7], y[:7]), (x[7:], y[7:])], 1)):
        found = gathered(given, "data", Silent())
        assert np.array_equal(found[0], x) and found[0].dtype == dtype and np.array_equal(found[1], y)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="RLIMIT_DATA counts private memory on Linux alone")
def test_a_stream_larger_than_the_memory_that_there_is(tmp_path):
    """300 MB of samples where 100 MB may be had; what is mapped counts as resident, once."""
    command = [sys.executable, "-c", CHILD, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 400_000_000
    assert [path.name for path in tmp_path.iterdir()] == ["data.npz"]
    with np.load(tmp_path / "data.npz") as file:
        x, y = file["x"], file["y"]
    assert x.shape == (300_000, 40, 25) and x.dtype == np.uint8 and y.shape == (300_000,)
    assert np.array_equal(x[::4000, 0, 0], np.arange(75))


def test_an_endless_stream():
    assert refusal(Stream([(np.zeros(3), 0)], count=-1)) == (
        "data: a tf.data.Dataset without an end; expected a finite one. Use take(), or leave out repeat()"
    )


def test_elements_of_several_shapes():
    pairs = [(np.zeros((3, 2), np.uint8), 0), (np.zeros((4, 2), np.uint8), 1)]
    assert refusal(Stream(pairs)) == (
        "data: x: uint8 of shape [4, 2] after uint8 of shape [3, 2]; expected numbers of one type and shape"
    )
    assert refusal(Stream([(np.zeros(2), "a")])) == (
        "data: y: <U1 of shape []; expected numbers of one type and shape"
    )


def test_progress_counts_elements_or_megabytes(monkeypatch):
    pairs = [(np.zeros((100, 1000), np.uint8), np.zeros(100, int))] * 50  # 5 MB
    known, unknown = Counting(), Counting()
    gathered(Stream(pairs, 1, 50), "data", known)
    gathered(Stream(pairs, 1), "data", unknown)
    assert known.said == [("samples to disk", 50, [1] * 50)]
    ((label, total, _),) = unknown.said
    assert (label, total) == ("samples to disk, at most 274,877 MB", 274877)
    monkeypatch.setattr(stream, "MAX_BYTES", 4_000_000)
    assert refusal(Stream(pairs, 1)) == (
        "data: gives more than 4,000,000 bytes; expected a finite tf.data.Dataset of no more. Use take()"
    )


@pytest.mark.slow
def test_tensorflows_own():
    from tinykd.training.tensorflow import libraries

    libraries()  # starts TensorFlow as all other tests of this process need it
    import tensorflow as tf

    x, y = np.arange(40, dtype=np.float32).reshape(10, 2, 2), np.arange(10)
    given = tf.data.Dataset.from_tensor_slices((x, y))
    for each in (given, given.batch(3), given.filter(lambda a, b: b >= 0)):
        assert np.array_equal(gathered(each, "data", Silent())[0], x)
    assert refusal(given.repeat()).startswith("data: a tf.data.Dataset without an end; expected a finite one")
