"""A user's teacher: its weights file, its shapes, its outputs, and the subprocess that it lives in."""

import io
import zipfile
from contextlib import contextmanager
from types import SimpleNamespace

import h5py
import numpy as np
import pytest

from tinykd.data.splits.split import split_dataset
from tinykd.errors import ModelError
from tinykd.progress import Silent
from tinykd.teacher.external import ExternalRequest, run_external
from tinykd.teacher.formats import Format
from tinykd.teacher.hdf5 import check_weights
from tinykd.teacher.logits import Views, read_logits
from tinykd.teacher.signature import ModelSignature, OutputKind, check_shapes, looks_like_probabilities


def weights_file(path, write):
    raw = io.BytesIO()
    with h5py.File(raw, "w") as file:
        write(file)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("model.weights.h5", raw.getvalue())
    return path


def keras_file(path):
    return ExternalRequest(path, Format.KERAS)


def refusal(call):
    with pytest.raises(ModelError) as caught:
        call()
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("write", "text"),
    [
        (
            lambda f: f.__setitem__("a", h5py.ExternalLink("/etc/passwd", "/x")),
            "its weights hold a link (a); expected weights inside of the file",
        ),
        (
            lambda f: f.create_group("g").__setitem__("b", h5py.SoftLink("/g")),
            "its weights hold a link (b); expected weights inside of the file",
        ),
        (
            lambda f: f.create_dataset("a", (4,), "u1", external=[("/etc/passwd", 0, 4)]),
            "its weights point to another file; expected weights inside of the file",
        ),
        (
            lambda f: f.create_dataset("a", (10**7, 10**7), "f4", chunks=(1024, 1024)),
            "its weights claim 400000000000000 bytes; expected at most 1073741824",
        ),
    ],
)
def test_hostile_weights(tmp_path, write, text):
    path = weights_file(tmp_path / "t.keras", write)
    assert refusal(lambda: check_weights(path)) == f"{path}: {text}"


def test_plain_weights_pass(tmp_path):
    check_weights(weights_file(tmp_path / "t.keras", lambda f: f.create_dataset("a/b", data=np.zeros(5))))


def test_broken_weights(tmp_path):
    path = tmp_path / "t.keras"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("model.weights.h5", "no HDF5")
    assert refusal(lambda: check_weights(path)).startswith(f"{path}: its weights cannot be read (")


def shaped(inputs, outputs):
    signature = [[SimpleNamespace(shape=(None, *shape)) for shape in shapes] for shapes in (inputs, outputs)]
    return SimpleNamespace(inputs=signature[0], outputs=signature[1])


@pytest.mark.parametrize(
    ("model", "text"),
    [
        (
            shaped([(8, 8, 1)], [(7,)]),
            "t: its output is [7]; expected [10], a logit for each class of the data",
        ),
        (
            shaped([(8, 8, 1)], [(12,)]),
            "t: its output is [12]; expected [10], a logit for each class of the data. "
            "If the data's classes are among them, say [teacher] classes, the names of all 12",
        ),
        (
            shaped([(8, 8, 1)], [(4, 10)]),
            "t: its output is [4, 10]; expected [10], a logit for each class of the data",
        ),
        (
            shaped([(8, 8, 3)], [(10,)]),
            "t: its input is [8, 8, 3]; expected [8, 8, 1], the shape of the data's samples. "
            "Of images, [image] grayscale = true or false says how many channels are read",
        ),
        (
            shaped([(63,)], [(10,)]),
            "t: its input is [63]; expected [8, 8, 1], the shape of the data's samples",
        ),
        (shaped([(8, 8, 1)] * 2, [(10,)]), "t: 2 inputs and 1 outputs; expected one of each"),
    ],
)
def test_shapes_that_do_not_fit(model, text):
    assert refusal(lambda: check_shapes(model, "t", ModelSignature((8, 8, 1), 10))) == text


def test_open_sizes_fit():
    check_shapes(shaped([(None, None, 1)], [(10,)]), "t", ModelSignature((8, 8, 1), 10))


def test_probabilities_are_told_from_logits():
    probabilities = np.array([[0.25, 0.75], [1.0, 0.0]], np.float32)
    assert looks_like_probabilities(probabilities)
    assert not looks_like_probabilities(probabilities * 2)
    assert not looks_like_probabilities(np.array([[-0.5, 1.5]], np.float32))


# --- with Keras -------------------------------------------------------------------------------------------

RNG = np.random.default_rng(0)
DATA = split_dataset("d", RNG.random((30, 4, 4, 1), dtype=np.float32), np.arange(30) % 3, ("a", "b", "c"))
VIEWS = Views(seed=1, count=1, how=None)


@pytest.fixture(scope="module")
def keras():
    from tinykd.training.tensorflow import libraries

    return libraries().keras


def teacher(keras, path, *layers):
    model = keras.Sequential([keras.Input((4, 4, 1)), *layers])
    model.save(path)
    return model


@pytest.mark.slow
def test_softmax_is_taken_back_to_logits(tmp_path, keras):
    flat, dense = keras.layers.Flatten(), keras.layers.Dense(3)
    model = teacher(keras, tmp_path / "t.keras", flat, dense, keras.layers.Softmax())
    (tmp_path / "out").mkdir()
    found = run_external(keras_file(tmp_path / "t.keras"), DATA, VIEWS, tmp_path / "out", Silent())
    assert found.notes == (OutputKind.SOFTMAX.value,) and found.parameters == 51
    logits = read_logits(tmp_path / "out", DATA, VIEWS)
    wanted = dense(flat(DATA.test.x)).numpy()
    difference = np.asarray(logits.test) - wanted  # the same but for a constant per row
    assert np.allclose(difference, difference[:, :1], atol=1e-5)
    assert np.allclose(np.exp(logits.test), model(DATA.test.x), atol=1e-6)


@pytest.mark.slow
def test_a_lambda_never_runs(tmp_path, keras):
    mark = tmp_path / "ran"
    teacher(keras, tmp_path / "t.keras", keras.layers.Flatten(), keras.layers.Lambda(lambda x: x[:, :3]))
    text = refusal(lambda: run_external(keras_file(tmp_path / "t.keras"), DATA, VIEWS, tmp_path, Silent()))
    assert "is of class Lambda" in text and not mark.exists()


@pytest.mark.slow
def test_weights_that_do_not_fit_are_one_line(tmp_path, keras):
    path = tmp_path / "t.keras"
    teacher(keras, path, keras.layers.Flatten(), keras.layers.Dense(3))
    teacher(keras, tmp_path / "other.keras", keras.layers.Flatten(), keras.layers.Dense(4))
    with zipfile.ZipFile(tmp_path / "other.keras") as other, zipfile.ZipFile(path) as this:
        files = {name: this.read(name) for name in this.namelist()}
        files["model.weights.h5"] = other.read("model.weights.h5")
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    text = refusal(lambda: run_external(keras_file(path), DATA, VIEWS, tmp_path, Silent()))
    assert text.startswith(f"{path}: Keras cannot load it (")


@pytest.mark.slow
def test_a_layer_larger_than_memory_is_one_line(tmp_path, keras):
    path = tmp_path / "t.keras"
    teacher(keras, path, keras.layers.Flatten(), keras.layers.Dense(3))
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    files["config.json"] = files["config.json"].replace(b'"units": 3', b'"units": 3000000000')
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    text = refusal(lambda: run_external(keras_file(path), DATA, VIEWS, tmp_path, Silent()))
    assert text.startswith(f"{path}: ")


class Counting(Silent):
    """Keeps how far each bar came."""

    def __init__(self):
        self.bars = {}

    @contextmanager
    def task(self, label, total):
        moves = []
        self.bars[label] = (total, moves)
        yield SimpleNamespace(advance=lambda steps=1, metric="": moves.append(steps))


@pytest.mark.slow
def test_the_bar_of_a_foreign_teacher_moves_with_its_answers(tmp_path, keras):
    """It stood at 0/1 until all views were labelled."""
    teacher(keras, tmp_path / "t.keras", keras.layers.Flatten(), keras.layers.Dense(3))
    (tmp_path / "out").mkdir()
    counting = Counting()
    run_external(keras_file(tmp_path / "t.keras"), DATA, VIEWS, tmp_path / "out", counting)
    ((total, moves),) = counting.bars.values()
    assert total == sum(moves) == sum(map(len, DATA.splits.values())) + VIEWS.count * len(DATA.train_inputs)
    assert len([steps for steps in moves if steps]) >= 3 + VIEWS.count
