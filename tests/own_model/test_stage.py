"""A model file taken in by stage ``check``: in a subprocess, with its own answers as the measure."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from tests.own_model import keras_models
from tinykd.data.splits.split import split_dataset
from tinykd.errors import ModelError
from tinykd.own_model.stage import take_own_model
from tinykd.progress import Silent
from tinykd.project.schema import Project
from tinykd.student.build import build_student
from tinykd.training.tensorflow import libraries

pytestmark = pytest.mark.slow

RNG = np.random.default_rng(0)
DATA = split_dataset("d", RNG.random((60, 8, 8, 1), dtype=np.float32), np.arange(60) % 2, ("no", "yes"))


class Noted(Silent):
    """Keeps the notes."""

    def __init__(self):
        self.notes = []

    def note(self, text):
        self.notes.append(text)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A model of two classes with one sigmoid, in the formats that are read, and two that cannot be."""
    folder = tmp_path_factory.mktemp("files")
    keras = libraries().keras
    model = keras_models.with_weights(keras_models.nested())
    model.save(folder / "mine.keras")
    model.export(folder / "saved", verbose=False)
    from tinykd.own_model.convert import converted

    (folder / "mine.tflite").write_bytes(converted(lambda x: model(x, training=False), (8, 8, 1), folder))
    layers = keras.layers
    given = keras.Input((8, 8, 1))
    x = layers.Lambda(lambda x: x * 2, name="double")(given)
    x = layers.Flatten()(layers.Lambda(lambda x: x + 1, name="more")(x))
    keras.Model(given, layers.Dense(2)(x)).save(folder / "lambda.keras")
    keras.mixed_precision.set_global_policy("mixed_float16")
    try:
        half = keras.Sequential([given, layers.Conv2D(3, 3), layers.Flatten(), layers.Dense(2)])
        half.save(folder / "half.keras")
    finally:
        keras.mixed_precision.set_global_policy("float32")
    return folder


def taken(files, out, name, **student):
    sections = {"project": {"name": "x"}, "student": {"model": name, **student}}
    project, noted = Project.model_validate(sections), Noted()
    take_own_model(project, DATA, files, out, noted)
    section = project.student.resolved(files, None, None, out)
    return build_student(section, DATA), json.loads((out / "own" / "own_model.json").read_text()), noted.notes


@pytest.mark.parametrize("name", ["mine.keras", "./saved", "mine.tflite"])
def test_formats_give_one_student(files, tmp_path, name):
    student, facts, notes = taken(files, tmp_path, name)
    assert facts["apart"] < 1e-5
    assert student.output_shape == (None, 2)
    model = libraries().keras.models.load_model(files / "mine.keras", compile=False)
    logits = student.predict(DATA.test.x, verbose=0)
    wanted = model.predict(DATA.test.x, verbose=0)
    np.testing.assert_allclose(1 / (1 + np.exp(logits[:, :1] - logits[:, 1:])), wanted, atol=1e-5)
    assert notes[-1].startswith(f"{Path(name).name}: rebuilt of 5 layers, answers ")


def test_mixed_precision_is_computed_in_float32(files, tmp_path):
    _, facts, notes = taken(files, tmp_path, "half.keras")
    assert facts["apart"] < 1e-5
    assert notes[0] == "half.keras: computes 3 layers in float16; here in float32, as its weights are"


def test_each_layer_of_somebody_elses_code_has_a_line(files, tmp_path):
    project = Project.model_validate({"project": {"name": "x"}, "student": {"model": "lambda.keras"}})
    noted = Noted()
    with pytest.raises(ModelError) as caught:
        take_own_model(project, DATA, files, tmp_path, noted)
    assert noted.notes == [
        f"lambda.keras: layer '{name}' is of class Lambda; expected Keras' own layers only (no Lambda, "
        "TFSMLayer or custom class). Rewrite it with built-in layers and save it again"
        for name in ("double", "more")
    ]
    assert str(caught.value) == (
        f"{files}/lambda.keras: 2 layers have no form here: double, more. A line for each is above"
    )


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("pipe.keras", "{0}/pipe.keras: is a device or a pipe; expected a Keras or tf_keras file"),
        (
            "./folder",
            "[student] model = ./folder: no such model; expected a file (.keras, .h5, .onnx, .tflite), "
            "or a folder with saved_model.pb",
        ),
    ],
)
def test_what_is_no_model(tmp_path, name, line):
    os.mkfifo(tmp_path / "pipe.keras")
    (tmp_path / "folder").mkdir()
    project = Project.model_validate({"project": {"name": "x"}, "student": {"model": name}})
    with pytest.raises(ModelError) as caught:
        take_own_model(project, DATA, tmp_path, tmp_path / "out", Silent())
    assert str(caught.value) == line.format(tmp_path)


def test_a_weight_that_is_no_number(files, tmp_path):
    model = libraries().keras.models.load_model(files / "mine.keras", compile=False)
    model.set_weights([np.full(each.shape, np.nan, np.float32) for each in model.weights])
    model.save(tmp_path / "nan.keras")
    project = Project.model_validate({"project": {"name": "x"}, "student": {"model": "nan.keras"}})
    with pytest.raises(
        ModelError, match=r"nan\.keras: some of its own answers are NaN or infinite; expected"
    ):
        take_own_model(project, DATA, tmp_path, tmp_path / "out", Silent())


def test_a_torn_file_is_called_by_its_own_name(files, tmp_path):
    content = (files / "mine.keras").read_bytes()
    (tmp_path / "torn.keras").write_bytes(content[: len(content) // 2])
    project = Project.model_validate({"project": {"name": "x"}, "student": {"model": "torn.keras"}})
    with pytest.raises(ModelError) as caught:
        take_own_model(project, DATA, tmp_path, tmp_path / "out", Silent())
    assert str(caught.value).startswith(f"{tmp_path}/torn.keras: cannot be read (File is not a zip file); ")


def test_outputs_that_are_not_the_datas(files, tmp_path):
    three = split_dataset(
        "d", RNG.random((60, 8, 8, 1), dtype=np.float32), np.arange(60) % 3, ("a", "b", "c")
    )
    project = Project.model_validate({"project": {"name": "x"}, "student": {"model": "mine.keras"}})
    with pytest.raises(ModelError, match=r"its output is \[1\]; expected \[3\], a logit for each class"):
        take_own_model(project, three, files, tmp_path, Silent())


def test_onnx(tmp_path):
    """Channels first, BatchNormalization, groups, a clip at 6; onnxruntime's answers are the measure."""
    _, facts, notes = taken(onnx_file(tmp_path), tmp_path / "out", "mine.onnx")
    assert facts["apart"] < 1e-5
    assert notes[0] == "mine.onnx: is given samples as NCHW [1, 8, 8]"
    assert notes[1].startswith("mine.onnx: rebuilt of 9 layers, answers ")


def onnx_file(folder):
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    rng = np.random.default_rng(2)
    weights = {"lo": np.float32(0), "hi": np.float32(6), "var": rng.uniform(0.5, 2, 4)}
    shapes = {
        "k": (4, 1, 3, 3),
        "b": (4,),
        "g": (4,),
        "be": (4,),
        "mu": (4,),
        "d": (4, 1, 3, 3),
        "w": (2, 64),
    }
    weights |= {name: rng.normal(0, 0.3, shape) for name, shape in shapes.items()}
    nodes = [
        helper.make_node("Conv", ["x", "k", "b"], ["c"], pads=[1] * 4),
        helper.make_node("BatchNormalization", ["c", "g", "be", "mu", "var"], ["n"]),
        helper.make_node("Relu", ["n"], ["r"]),
        helper.make_node("Conv", ["r", "d"], ["e"], pads=[1] * 4, group=4),
        helper.make_node("Clip", ["e", "lo", "hi"], ["l"]),
        helper.make_node("Add", ["r", "l"], ["a"]),
        helper.make_node("MaxPool", ["a"], ["p"], kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("Flatten", ["p"], ["f"]),
        helper.make_node("Gemm", ["f", "w"], ["y"], transB=1),
    ]
    given = [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 1, 8, 8])]
    answer = [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 2])]
    initial = [numpy_helper.from_array(np.asarray(v, np.float32), name) for name, v in weights.items()]
    graph = helper.make_graph(nodes, "g", given, answer, initial)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, folder / "mine.onnx")
    return folder
