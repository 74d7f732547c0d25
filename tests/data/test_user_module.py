"""Functions of the user's that give data, and what is said when they do not."""

from pathlib import Path

import numpy as np
import pytest

from tinykd.data.load import load_dataset
from tinykd.data.sources import stream, user_function
from tinykd.engine.stage import Job
from tinykd.errors import DataError
from tinykd.pipeline.inputs import dataset
from tinykd.project.samples import DataSection
from tinykd.project.schema import Project
from tinykd.training.tensorflow import libraries

HEAD = """
import numpy as np
x = np.random.default_rng(0).random((40, 4, 4), dtype=np.float32)
y = np.arange(40) % 4
"""
STREAM = """
class Stream:  # what is used of a tf.data.Dataset
    class Spec:
        def __init__(self, rank):
            self.shape = type("Shape", (), {"rank": rank})()
    def __init__(self, pairs, rank):
        self.pairs, self.element_spec = pairs, (None, self.Spec(rank))
    def as_numpy_iterator(self):
        return iter(self.pairs)
one_by_one = Stream([(a, b) for a, b in zip(x, y)], 0)
in_batches = Stream([(x[:30], y[:30]), (x[30:], y[30:])], 1)
"""


def write(root, body, head=HEAD):
    (root / "mydata.py").write_text(f"{head}\n{body}\n")


def load(root, source="mydata:load", **section):
    return load_dataset(DataSection(source=source, **section), root, 1)


def error(root, *arguments):
    with pytest.raises(DataError) as caught:
        load(root, *arguments)
    text = str(caught.value)
    assert "\n" not in text
    return text.replace(f"{root}/", "")


@pytest.mark.parametrize(
    "body",
    [
        "def load(): return {'x': x, 'y': y}",
        "def load(): return x, y",
        "def load(root): assert (root / 'mydata.py').is_file(); return x, y",
        f"{STREAM}\ndef load(): return one_by_one",
        f"{STREAM}\ndef load(): return in_batches",
    ],
)
def test_what_a_function_may_give(tmp_path, body):
    write(tmp_path, body)
    data = load(tmp_path)
    assert data.name == "mydata" and data.input_shape == (4, 4, 1) and len(data.train) == 24


def test_pairs_as_kerass_data_sets_come(tmp_path):
    write(
        tmp_path,
        "def load():\n    x, y = np.random.default_rng(0).random((48, 4, 4)), np.arange(48) % 4\n"
        "    return (x[:40], y[:40]), (x[40:], y[40:])\n",
    )
    data = load(tmp_path)
    assert len(data.test) == 8 and len(data.train) + len(data.validation) == 40


def test_streams_by_part(tmp_path):
    write(tmp_path, f"{STREAM}\ndef load(): return {{'train': one_by_one, 'test': in_batches}}")
    data = load(tmp_path)
    assert [len(split) for split in data.splits.values()] == [32, 8, 40]
    assert data.notes == ("40 of 40 test samples are, byte for byte, learnt from too",)


def test_a_dataset_is_taken_as_it_is(tmp_path):
    write(
        tmp_path,
        "from tinykd.data.splits.split import split_dataset\n"
        "def load(): return split_dataset('own', x[..., None], y, ('a', 'b', 'c', 'd'))",
    )
    assert load(tmp_path).classes == ("a", "b", "c", "d")


def test_labels_of_a_dataset_from_1_on(tmp_path):
    write(
        tmp_path,
        "from tinykd.data.splits.split import split_dataset\n"
        "def load(): return split_dataset('own', x[..., None], y + 1, ('a', 'b', 'c', 'd'))",
    )
    assert error(tmp_path) == (
        "mydata:load: train: label 4 for 4 classes; expected labels 0 to 3. "
        "Labels start at 0: subtract 1 (y - 1)"
    )


def test_a_dataset_for_another_task(tmp_path):
    write(
        tmp_path,
        "from tinykd.data.splits.split import split_dataset\n"
        "def load(): return split_dataset('own', x[..., None], y, ('a', 'b', 'c', 'd'))",
    )
    with pytest.raises(DataError) as caught:
        load_dataset(DataSection(source="mydata:load"), tmp_path, 1, "anomaly")
    assert str(caught.value) == (
        'mydata:load: gives a Dataset for task "classification"; expected "anomaly", as [project] says'
    )


def test_modules_beside_it_can_be_imported(tmp_path):
    (tmp_path / "helper.py").write_text("SIDE = 4\n")
    write(tmp_path, "def load():\n    import helper\n    return x[:, : helper.SIDE], y")
    assert load(tmp_path).input_shape == (4, 4, 1)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("def lod(): pass", "mydata.py: has no function load; expected a function such as `def load(): ...`"),
        (
            "raise ImportError('no\\nsuch')",
            "mydata.py: line 6: ImportError: no\\nsuch",
        ),
        (
            "def load(): return 1 / 0",
            "mydata.py: line 6: ZeroDivisionError: division by zero",
        ),
        ("def = 3", "mydata.py: line 6: invalid syntax; expected Python"),
        (
            f"{STREAM}\ndef pairs():\n    yield x[0], y[0]\n    yield x[1], 1 / 0\n"
            "def load(): return Stream(pairs(), 0)",
            "mydata.py: line 20: ZeroDivisionError: division by zero",
        ),
        (
            "def load(): return 5",
            "mydata.py: load: gave a int; expected a dictionary of arrays, (x, y), a tf.data.Dataset or a "
            "tinykd Dataset",
        ),
        (
            "def load(): return x, y[:9]",
            "mydata.py: load: y: shape [9]; expected one label for each of the 40 samples",
        ),
        (
            "def load(): return {'x': x}",
            "mydata.py: load: has no array y, but x; expected x, y and optionally classes",
        ),
    ],
)
def test_faults(tmp_path, body, text):
    write(tmp_path, body)
    assert error(tmp_path) == text


def test_the_line_is_named_from_within_the_folder_too(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for body in ("def load(): return 1 / 0", "def = 3"):
        write(tmp_path, body)
        with pytest.raises(DataError, match=r"^mydata\.py: line 6: "):
            load(Path())


def test_a_dataclass_of_the_users(tmp_path):
    head = f"from __future__ import annotations\nfrom dataclasses import dataclass\n{HEAD}"
    write(tmp_path, "@dataclass\nclass Both:\n    x: int\ndef load(): return x, y", head)
    assert load(tmp_path).input_shape == (4, 4, 1)


def test_what_has_no_signature(tmp_path):
    write(tmp_path, "load = vars")
    assert error(tmp_path) == "mydata.py: ValueError: no signature found for builtin <built-in function vars>"


def test_no_such_module(tmp_path):
    assert error(tmp_path) == "mydata.py: no such file; expected a Python file with the function load"


def test_a_stream_that_never_ends(tmp_path, monkeypatch):
    monkeypatch.setattr(stream, "MAX_BYTES", 100)
    write(tmp_path, f"{STREAM}\ndef load(): return one_by_one")
    assert error(tmp_path) == (
        "mydata.py: load: gives more than 100 bytes; expected a finite tf.data.Dataset of no more. Use take()"
    )


def test_what_is_a_function_and_what_is_a_path():
    assert user_function.is_function("mydata:load") and user_function.is_function("pack.mydata:load")
    for other in ("C:\\data", "a/b:c", "digits", "x:", ":y", "../m:load"):
        assert not user_function.is_function(other)


@pytest.mark.slow
def test_a_real_stream(tmp_path):
    write(
        tmp_path,
        "def load():\n"
        "    import tensorflow as tf\n"
        "    return tf.data.Dataset.from_tensor_slices((x, y)).batch(16)",
    )
    sections = {"project": {"name": "x"}, "data": {"source": "mydata:load", "augment": False}}
    data = dataset(Job("train", Project.model_validate(sections), tmp_path, tmp_path / "out", training=True))
    assert len(data.train) == 24 and np.bincount(data.train.y).tolist() == [6, 6, 6, 6]
    libraries()  # TensorFlow's threads cannot be set once it has been used: the stage has seen to that
