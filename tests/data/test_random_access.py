"""Sources that give samples by their numbers are read as they are asked for, and give the same bytes."""

from types import SimpleNamespace

import numpy as np
import pytest

from tests.data.test_stream import Stream
from tinykd.data.load import load_dataset
from tinykd.data.sources.random_access import is_random_access, rows_of_source
from tinykd.data.sources.stream import gathered
from tinykd.data.stored.files import VARIABLE
from tinykd.errors import DataError
from tinykd.progress import Silent
from tinykd.project.samples import DataSection

X = np.random.default_rng(2).integers(0, 256, (60, 6, 5, 1)).astype(np.uint8)
Y = np.arange(60) % 3
MODULE = """
from tests.data.test_random_access import Source, X, Y
def load():
    return {"train": Source(X[:40], Y[:40]), "test": Source(X[40:], Y[40:])}
def whole():
    return {"x_train": X[:40], "y_train": Y[:40], "x_test": X[40:], "y_test": Y[40:]}
"""


class Source:
    """What is used of ``tfds.data_source``; counts what it was asked for."""

    def __init__(self, x, y):
        self.x, self.y, self.asked = x, y, []

    def __len__(self):
        return len(self.y)

    def __getitem__(self, number):
        self.asked.append(number)
        return {"id": b"7", "image": self.x[number], "label": self.y[number]}


@pytest.mark.parametrize("megabytes", ["0", "128"])
def test_it_gives_the_bytes_of_arrays(tmp_path, monkeypatch, megabytes):
    monkeypatch.setenv(VARIABLE, megabytes)
    (tmp_path / f"of{megabytes}.py").write_text(MODULE)
    found, wanted = (
        load_dataset(DataSection(source=f"of{megabytes}:{name}"), tmp_path, 1) for name in ("load", "whole")
    )
    for name, split in wanted.splits.items():
        np.testing.assert_array_equal(found.splits[name].x[:], split.x[:], strict=True)
        np.testing.assert_array_equal(found.splits[name].y, split.y, strict=True)


def test_samples_are_not_gathered():
    source = Source(X, Y)
    rows, labels = rows_of_source(source, "f.py: load", Silent())
    np.testing.assert_array_equal(labels, Y)
    source.asked.clear()
    np.testing.assert_array_equal(rows[[5, 2]], X[[5, 2]])
    assert source.asked == [5, 2]


def test_a_stream_of_dictionaries_is_read():
    stream = Stream(({"image": x, "label": y} for x, y in zip(X, Y, strict=True)))
    spec = SimpleNamespace(shape=SimpleNamespace(rank=0))
    stream.element_spec = {"image": spec, "label": spec}
    x, y = gathered(stream, "f.py: load", Silent())
    np.testing.assert_array_equal(x, X)
    np.testing.assert_array_equal(y, Y)


PAIRS = "pairs of sample and label, or dictionaries with image and label"
UNLIKE = "f: sample 1: uint8 of shape [3, 5, 1]; expected uint8 of shape [6, 5, 1], as the first"
FAULTS = [
    ([], "f: no samples"),
    ([{"a": 1}], f"f: sample 0: gave dictionaries of a; expected {PAIRS}"),
    ([(X[0], 1), (X[0, :3], 1)], UNLIKE),
    (["x"], f"f: sample 0: is a str; expected {PAIRS}"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "said"), FAULTS)
def test_what_cannot_be_used_is_one_line(given, said):
    with pytest.raises(DataError) as error:
        rows_of_source(given, "f", Silent())
    assert str(error.value) == said


def test_arrays_and_collections_are_none():
    assert is_random_access(Source(X, Y))
    assert not any(map(is_random_access, (X, [1], (1,), {"a": 1}, "text", b"text", 3)))
