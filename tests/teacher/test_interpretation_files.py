"""Teachers of bytes and of one sigmoid, in every format that a file may have, through the whole stage."""

import json
from dataclasses import replace

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from tests.notes import Notes
from tinykd.data.features.frontend import ImageFrontend
from tinykd.data.splits.split import split_dataset
from tinykd.errors import DataError, ModelError
from tinykd.project.schema import Project
from tinykd.teacher.stage import train_teacher

RNG = np.random.default_rng(4)
LABELS = np.arange(150) % 2
LEVEL = (LABELS + 0.5) / 2
X = (LEVEL[:, None, None, None] + 0.04 * RNG.standard_normal((150, 3, 2, 1))).clip(0, 1).astype(np.float32)
DATA = replace(split_dataset("d", X, LABELS, ("no", "yes")), frontend=ImageFrontend(255.0))


def weights(outputs, unit):
    """Of a dense layer on a mean level: 24 steeps, 0 at the middle; ``unit``: how much a white pixel is."""
    second = np.float32([[24 / unit]]), np.float32([-12])
    if outputs == 1:
        return second
    return np.concatenate([0 * second[0], second[0]], axis=1), np.float32([0, -12])


def keras_file(keras, path, outputs, unit, activation=None):
    inputs = keras.Input((3, 2, 1))
    x = keras.layers.GlobalAveragePooling2D()(inputs)
    model = keras.Model(inputs, keras.layers.Dense(outputs, activation=activation)(x))
    model.layers[-1].set_weights(weights(outputs, unit))
    if path.suffix:
        model.save(path)
    else:
        model.export(path, verbose=False)


def onnx_file(path, outputs, unit, kind=TensorProto.FLOAT):
    """The mean over all of (n, 3, 2, 1), as a row of 6."""
    w, b = weights(outputs, unit)
    nodes = [
        helper.make_node("Cast", ["x"], ["f"], to=TensorProto.FLOAT),
        helper.make_node("MatMul", ["f", "w"], ["m"]),
        helper.make_node("Add", ["m", "b"], ["y" if outputs > 1 else "z"]),
        *([helper.make_node("Sigmoid", ["z"], ["y"])] if outputs == 1 else []),
    ]
    signature = [helper.make_tensor_value_info("x", kind, ["n", 6])]
    answers = [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", outputs])]
    arrays = {"w": np.repeat(w / 6, 6, axis=0), "b": b}
    constants = [numpy_helper.from_array(value.astype(np.float32), name) for name, value in arrays.items()]
    graph = helper.make_graph(nodes, "g", signature, answers, constants)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)


FORMATS = ("t.keras", "t2.keras", "t.h5", "saved", "t.onnx", "u8.onnx")


def save(root, name, outputs, unit):
    from tinykd.training.tensorflow import libraries, quiet_stderr

    path, activation = root / name, "sigmoid" if outputs == 1 else None
    if path.suffix == ".onnx":
        return onnx_file(path, outputs, unit, TensorProto.UINT8 if name == "u8.onnx" else TensorProto.FLOAT)
    libs = libraries()
    with quiet_stderr():
        if name in ("t2.keras", "t.h5"):
            return keras_file(libs.tf_keras, path, outputs, unit, activation)
        return keras_file(libs.keras, path, outputs, unit, activation)


def train(root, *models, **teacher):
    notes, out = Notes(), root / "out"
    sections = {
        "project": {"name": "x"},
        "data": {"augmented_copies": 3},
        "teacher": {"model": list(models), **teacher},
    }
    train_teacher(Project.model_validate(sections), DATA, root, out, notes)
    return notes.said, json.loads((out / "train.json").read_text())["teacher"]["test"]


def refusal(root, *models, **teacher):
    with pytest.raises((ModelError, DataError)) as caught:
        train(root, *models, **teacher)
    assert "\n" not in str(caught.value)
    return str(caught.value).replace(f"{root}/", "")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:You are saving your model as an HDF5 file")
@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("outputs", [1, 2])
def test_a_teacher_of_bytes_is_found_out_before_it_labels_views(tmp_path, name, outputs):
    save(tmp_path, name, outputs, unit=255)
    assert refusal(tmp_path, name) == (
        f"{name}: 15 of 30 validation samples right with samples in [0, 1], 30 with samples in [0, 255]; "
        "expected the range that it was trained in. Say [teacher] range = [0, 255]"
    )
    assert not (tmp_path / "out" / "logits_views.npy").exists()
    notes, test = train(tmp_path, name, range=[0, 255])
    assert test["correct"] == test["total"] == 30
    assert any("one sigmoid" in note for note in notes) == (outputs == 1)


@pytest.mark.slow
def test_teachers_of_different_ranges_and_orders_together(tmp_path):
    save(tmp_path, "t.keras", 2, 255)
    onnx_file(tmp_path / "t.onnx", 1, 1)
    logits = {name: np.eye(2, dtype=np.float32)[1 - split.y] * 3 for name, split in DATA.splits.items()}
    np.savez(tmp_path / "l.npz", **logits)
    models = ("t.keras", "t.onnx", "l.npz")
    assert refusal(tmp_path, *models).endswith("Say [teacher] range = [0, 255]")
    ranges = [[0, 255], [0, 1], [0, 1]]
    assert refusal(tmp_path, *models, range=ranges) == (
        "l.npz: 0 of 30 validation samples right, 30 with its classes in another order; expected outputs in "
        "the order of the data's classes (no, yes). "
        'Say [teacher] classes = ["yes", "no"], what its outputs are'
    )
    classes = [["no", "yes"], ["no", "yes"], ["yes", "no"]]
    assert train(tmp_path, *models, range=ranges, classes=classes)[1]["correct"] == 30


@pytest.mark.parametrize("shape", [(-1,), (-1, 1)])
@pytest.mark.parametrize("probability", [True, False])
def test_logits_of_one_output(tmp_path, shape, probability):
    values = {
        name: (24 * split.x.mean(axis=(1, 2, 3)) - 12).reshape(shape) for name, split in DATA.splits.items()
    }
    values = {name: 1 / (1 + np.exp(-each)) if probability else each for name, each in values.items()}
    np.savez(tmp_path / "l.npz", **values)
    notes, test = train(tmp_path, "l.npz")
    assert test["correct"] == 30 and any("of the second class" in note for note in notes)
    np.save(tmp_path / "l.npy", np.concatenate(list(values.values())))
    assert train(tmp_path, "l.npy")[1] == test


@pytest.mark.slow
def test_a_teacher_that_knows_nothing_is_refused_before_it_labels_views(tmp_path):
    onnx_file(tmp_path / "t.onnx", 2, 1e9)  # it hardly looks at the sample
    assert refusal(tmp_path, "t.onnx") == (
        "t.onnx: it answers 15 of 30 validation samples right; expected more than the 15 that always naming "
        "the commonest class gets right. Train it longer, or check its inputs and classes"
    )
    assert not (tmp_path / "out" / "logits_views.npy").exists()
