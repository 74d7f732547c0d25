"""Students of texts: a table that stays int8 and whose padding counts for nothing, exact in C and TFLM."""

import dataclasses

import numpy as np
import pytest

from tests.compiler import host
from tinykd.compiler.compile import compile_graph
from tinykd.compiler.core import CompileOptions
from tinykd.data.dataset import Dataset, Split
from tinykd.data.features.frontend import TextFrontend
from tinykd.data.features.text import TextFeatures
from tinykd.data.texts import Texts
from tinykd.errors import ModelError
from tinykd.graph.model_input import input_rows
from tinykd.graph.reader import read_graph
from tinykd.oracle import run_tflm
from tinykd.progress import Silent
from tinykd.project.text import TextSection
from tinykd.project.training import StudentSection
from tinykd.quantization.export import to_int8
from tinykd.quantization.lint import lint
from tinykd.quantization.measure import quantized_scores
from tinykd.quantization.qat import insert_fake_quant
from tinykd.quantization.qat_compatibility import check_qat_compatible
from tinykd.quantization.ranges import narrow_ranges
from tinykd.student.build import build_student
from tinykd.training.loop import Predictor, Schedule, Training, fit
from tinykd.training.supervised import supervised_loss
from tinykd.training.tensorflow import libraries, set_seed

pytestmark = pytest.mark.slow  # imports TensorFlow

LINES = tuple(
    f"{verb} the {thing}" for verb in ("open", "close", "dim") for thing in ["door", "window", "lamp", "fan"]
)
HOW = TextFeatures(TextSection(length=7, vocabulary=64))
OPS = {
    "embedding_bag": ("GATHER", "RESHAPE", "MEAN", "FULLY_CONNECTED"),
    "text_cnn": ("GATHER", "RESHAPE", "CONV_2D", "MAX_POOL_2D", "FULLY_CONNECTED"),
}  # fmt: skip


def texts() -> Dataset:
    """Three verbs to be told apart."""
    given = Texts(LINES, HOW)
    split = Split(given.ids(), np.repeat(np.arange(3), 4).astype(np.int64), texts=given)
    return Dataset("demo", split, split, split, ("open", "close", "dim"), frontend=TextFrontend(HOW))


@pytest.fixture(scope="module", params=list(OPS))
def trained(request: pytest.FixtureRequest):
    """A student after a few steps, and the same with int8 simulated after a few more."""
    set_seed(1)
    data = texts()
    student = build_student(StudentSection(model=request.param, width=0.5), data)
    check_qat_compatible(student)
    learn(student, data)
    model = insert_fake_quant(student, data.train.x)
    narrow_ranges(model, student, data.train.x, Silent())
    learn(model, data)
    return data, student, model, to_int8(model, data.train.x)


def learn(model, data: Dataset) -> None:
    split = data.train
    training = Training(
        "demo",
        lambda outputs, labels: supervised_loss("classification", outputs, labels),
        lambda _: (split.x, split.y),
        Schedule(3, 4, 0.01),
        1,
    )
    fit(model, libraries().tf_keras.optimizers.Adam(0.01), training, data.validation, Silent())


def test_the_table_is_int8_and_its_padding_is_exactly_zero(trained):
    _, student, model, flatbuffer = trained
    graph = read_graph(flatbuffer).main
    assert [op.kind for op in graph.ops] == list(OPS[student.name])
    table, ids = (graph.tensors[i] if isinstance(i, int) else i for i in graph.ops[0].inputs)
    assert (ids.dtype.value, ids.shape) == ("int32", (1, 7))
    assert (table.dtype.value, table.shape[0], table.zero_point) == ("int8", 64, 0)
    assert not table.data[0].any()
    assert table.data[1:].any(axis=1).all()
    for weights in (
        student.get_layer("embedding").get_weights()[0],
        model.get_layer("quant_embedding").get_weights()[0],
    ):
        assert not weights[0].any() and weights[1:].any(axis=1).all()


def test_lint_takes_ids_that_are_looked_up(trained):
    _, student, _, flatbuffer = trained
    names = frozenset(layer.name for layer in student.layers)
    assert lint(flatbuffer, names, frozenset(OPS[student.name])).findings == ()


def test_c_answers_as_tflm_for_every_text(trained, tmp_path):
    """Also for ids at both ends of the table."""
    data, student, _, flatbuffer = trained
    x = np.concatenate(
        [data.train.x, np.random.default_rng(0).integers(0, 64, (20, 1, 1, 7)).astype(np.float32)]
    )
    graph = read_graph(flatbuffer)
    rows = input_rows(x, graph.main.inputs[0])
    assert rows.shape == (32, 28)
    assert rows[0].tobytes() == HOW.ids(LINES[:1]).astype("<i4").tobytes()
    program = compile_graph(graph, CompileOptions(name=student.name))
    outputs = run_tflm(flatbuffer, rows)
    assert host.run(host.build(program, tmp_path), rows) == outputs.tobytes()
    assert np.array_equal(quantized_scores(flatbuffer, x), outputs.reshape(len(rows), -1))


def test_int8_is_what_was_simulated(trained):
    """Within a few steps of the output, whatever was learnt: both round the same ranges."""
    data, _, model, flatbuffer = trained
    answer = read_graph(flatbuffer).main.outputs[0]
    simulated = Predictor(model)(data.train.x) / answer.scale + answer.zero_point
    assert np.abs(quantized_scores(flatbuffer, data.train.x) - simulated).max() <= 3


def test_a_student_for_numbers_and_one_for_texts():
    data = texts()
    with pytest.raises(ModelError) as caught:
        build_student(StudentSection(model="ds_cnn"), data)
    assert str(caught.value) == (
        "[student] model = ds_cnn: takes numbers, and the samples are texts; "
        "expected embedding_bag or text_cnn"
    )
    numbers = dataclasses.replace(data, frontend=Dataset.__dataclass_fields__["frontend"].default)
    with pytest.raises(ModelError) as caught:
        build_student(StudentSection(model="text_cnn"), numbers)
    assert str(caught.value) == (
        "[student] model = text_cnn: takes texts, and the samples are none; expected a network for numbers, "
        "such as ds_cnn"
    )


def test_a_table_with_a_mask_is_refused():
    keras = libraries().tf_keras
    inputs = keras.layers.Input((7,), dtype="int32")
    x = keras.layers.Embedding(64, 4, mask_zero=True, name="table")(inputs)
    model = keras.Model(inputs, keras.layers.Dense(3)(keras.layers.Flatten()(x)), name="mine")
    with pytest.raises(ModelError) as caught:
        check_qat_compatible(model)
    assert str(caught.value) == (
        "student mine: layer table: mask_zero=True, which no device knows; expected a plain table. "
        "Leave mask_zero out, and keep row 0 of the table zero"
    )
