"""Keras models converted, read, rewritten and built again: the same answers, in layers that QAT takes."""

import numpy as np
import pytest

from tests.own_model import keras_models
from tinykd.own_model.answers import Adaptation, as_the_model, take_range
from tinykd.own_model.build import build
from tinykd.own_model.convert import converted
from tinykd.own_model.foreign_layers import layer_classes
from tinykd.own_model.read import read_network
from tinykd.own_model.rewrite import join_swish, rewrite
from tinykd.quantization.qat_compatibility import check_qat_compatible
from tinykd.quantization.recurrent import calibrated_layers
from tinykd.teacher.takes import InputRange

pytestmark = pytest.mark.slow

PIXELS = InputRange("[0, 255]", (255.0,), (0.0,))
NOTHING = InputRange("[0, 1]")


def read(name):
    model = keras_models.with_weights(getattr(keras_models, name)())
    shape = tuple(model.inputs[0].shape[1:])
    flatbuffer = converted(lambda x: model(x, training=False), shape, "mine.keras")
    return model, shape, read_network(flatbuffer, layer_classes(model))


@pytest.mark.parametrize(
    ("name", "takes", "layers"),
    [("images", PIXELS, 18), ("windows", NOTHING, 14), ("nested", NOTHING, 5), ("gated", NOTHING, 15)],
)
def test_the_same_answers(name, takes, layers):
    model, shape, (network, problems) = read(name)
    assert problems == ()
    samples = shape if len(shape) == 3 else (shape[0], 1, shape[1])
    take_range(network, takes, samples)
    join_swish(network)
    ends = rewrite(network, True, lambda _network: None)
    student = build(network, samples, "own_model")
    x = np.random.default_rng(1).uniform(0, 1, (20, *samples)).astype(np.float32)
    wanted = model.predict(takes.given(x).reshape(20, *shape), verbose=0)
    found = as_the_model(student.predict(x, verbose=0), ends.end)
    np.testing.assert_allclose(found, wanted, atol=2e-6 * np.ptp(wanted) + 1e-7)
    assert len(network.nodes) == layers, [(n.kind.value, n.name) for n in network.nodes]
    if name == "gated":
        assert set(calibrated_layers(student)) == {"PReLU", "Multiply", "TFOpLambda"}
    else:
        check_qat_compatible(student, trained=True)
        assert calibrated_layers(student) == ()


def test_one_logit_of_two_classes_becomes_two():
    model, shape, (network, _) = read("nested")
    rewrite(network, True, Adaptation(columns=(-1, 0)).add_to)
    student = build(network, shape, "own_model")
    x = np.random.default_rng(1).random((9, *shape), dtype=np.float32)
    logits = student.predict(x, verbose=0)
    assert not logits[:, 0].any()
    np.testing.assert_allclose(1 / (1 + np.exp(-logits[:, 1:])), model.predict(x, verbose=0), atol=1e-6)


def test_every_layer_without_a_form_has_a_line():
    _, _, (_, problems) = read("attention")
    found = [(problem.layer.partition(" (")[2].rstrip(")"), problem.found) for problem in problems]
    assert found == [
        ("LayerNormalization", "MEAN over other axes than height and width has no form here"),
        ("MultiHeadAttention", "BATCH_MATMUL has no form here"),
    ]
