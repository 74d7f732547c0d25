"""Models with LSTM, GRU and SimpleRNN as users have them, from files of both Keras and of TensorFlow Lite."""

import numpy as np
import pytest

from tests.own_model.keras_models import with_weights
from tests.own_model.test_stage import Noted
from tinykd.compiler.compile import compile_graph
from tinykd.compiler.core import CompileOptions, Core
from tinykd.data.splits.split import split_dataset
from tinykd.errors import ModelError
from tinykd.graph.reader import read_graph
from tinykd.own_model.stage import take_own_model
from tinykd.project.schema import Project
from tinykd.quantization.ptq import post_training
from tinykd.quantization.qat_compatibility import check_qat_compatible
from tinykd.quantization.recurrent import calibrated_layers
from tinykd.student.build import build_student
from tinykd.training.tensorflow import libraries

pytestmark = pytest.mark.slow

STEPS = 12
X = np.random.default_rng(0).normal(1, 2, (48, STEPS, 1, 4)).astype(np.float32)
DATA = split_dataset("d", X, np.arange(48) % 3, ("a", "b", "c"))


def stacked(keras):
    """Both directions, one alone backwards, a sum of both, layers for each step, a SimpleRNN."""
    layers = keras.layers
    given = keras.Input((STEPS, 4))
    x = layers.Normalization(mean=[0.1, 0.2, 0.3, 0.4], variance=[1.0, 2, 3, 4])(given)
    x = layers.Bidirectional(layers.LSTM(5, return_sequences=True))(x)
    x = layers.LSTM(4, return_sequences=True, go_backwards=True, use_bias=False)(x)
    x = layers.Bidirectional(layers.GRU(4, return_sequences=True), merge_mode="sum")(x)
    x = layers.TimeDistributed(layers.Dense(5, activation="relu"))(x)
    x = layers.TimeDistributed(layers.BatchNormalization())(x)
    x = layers.SimpleRNN(6, activation="relu")(x)
    return keras.Model(given, layers.Dense(3, activation="softmax")(x))


def refused(keras):
    """What has no form: five layers."""
    layers = keras.layers
    given = keras.Input((STEPS, 4))
    x = layers.LSTM(4, return_sequences=True, activation="relu", name="first")(given)
    x = layers.GRU(4, reset_after=False, recurrent_activation="hard_sigmoid", name="old")(
        layers.GRU(4, return_sequences=True, name="long")(layers.ZeroPadding1D(60)(x))
    )
    _, h, c = layers.LSTM(4, return_state=True, name="state")(given)
    y = layers.LSTM(4, name="told")(given, [h, c])
    return keras.Model(given, layers.Dense(3)(layers.Concatenate()([x, y])))


def taken(folder, name, data=DATA):
    project = Project.model_validate({"project": {"name": "x"}, "student": {"model": name}})
    noted = Noted()
    try:
        take_own_model(project, data, folder, folder / "out", noted)
    except ModelError as error:
        return error, noted.notes
    return build_student(project.student.resolved(folder, None, None, folder / "out"), data), noted.notes


@pytest.mark.parametrize(("writer", "name"), [("keras", "mine.keras"), ("tf_keras", "mine.h5")])
def test_layers_are_taken_and_become_int8(tmp_path, writer, name):
    model = with_weights(stacked(getattr(libraries(), writer)))
    model.save(tmp_path / name)
    student, notes = taken(tmp_path, name)
    assert notes[-1].startswith(f"{name}: rebuilt of 16 layers, answers ")
    check_qat_compatible(student, trained=True)
    assert calibrated_layers(student) == ("LSTM", "TFOpLambda", "GRU", "SimpleRNN")
    logits = student.predict(X, verbose=0)
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    wanted = model.predict(X[:, :, 0], verbose=0)
    np.testing.assert_allclose(powers / powers.sum(axis=1, keepdims=True), wanted, atol=1e-5)
    graph = read_graph(post_training(student, X))
    kinds = [op.kind for op in graph.main.ops]
    assert kinds.count("UNIDIRECTIONAL_SEQUENCE_LSTM") == 3 and "WHILE" not in kinds
    compile_graph(graph, CompileOptions("mine", Core.CORTEX_M4))


def test_the_last_step_alone_in_a_flatbuffer(tmp_path):
    """As TensorFlow Lite writes LSTM: every step's state, of which a slice takes the last."""
    libs = libraries()
    layers = libs.tf_keras.layers
    given = layers.Input((STEPS, 4), batch_size=1)
    both = layers.Bidirectional(layers.LSTM(5))(given)
    model = with_weights(libs.tf_keras.Model(given, layers.Dense(3)(both)))
    (tmp_path / "mine.tflite").write_bytes(libs.tf.lite.TFLiteConverter.from_keras_model(model).convert())
    student, _ = taken(tmp_path, "mine.tflite")
    assert [layer.return_sequences for layer in student.layers if hasattr(layer, "return_sequences")] == [
        False,
        False,
    ]
    wanted = np.concatenate([model(each[None, :, 0]) for each in X])
    np.testing.assert_allclose(student.predict(X, verbose=0), wanted, atol=1e-5)


def test_every_layer_without_a_form_has_a_line(tmp_path):
    refused(libraries().keras).save(tmp_path / "mine.keras")
    error, notes = taken(tmp_path, "mine.keras")
    assert notes == [
        f"mine.keras: layer {line}"
        for line in (
            "first (LSTM): activation relu has no int8 form in LSTM (expected tanh)",
            "old (GRU): reset_after=False (expected reset_after=True, Keras' default), "
            "recurrent_activation hard_sigmoid has no int8 form in GRU (expected sigmoid)",
            "state (LSTM): return_state=True (expected return_state=False)",
            "told (LSTM): is given a state, which has no form here",
            "long (GRU): GRU is unrolled over 132 steps; expected at most 128. "
            "Shorten the time with strides of a Conv2D before it, or use LSTM",
        )
    ]
    assert str(error).endswith(
        "5 layers have no form here: first, old, state, told, long. A line for each is above"
    )
