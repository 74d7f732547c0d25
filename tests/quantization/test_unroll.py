"""GRU and SimpleRNN unrolled: what Keras computes, one range for all steps, int8 that TFLM runs."""

import numpy as np
import pytest

from tinykd.graph.reader import read_graph
from tinykd.quantization.export import to_int8
from tinykd.quantization.measure import model_ends, quantized_scores
from tinykd.quantization.unroll import unrolled
from tinykd.training.loop import Predictor
from tinykd.training.tensorflow import libraries, set_seed

pytestmark = pytest.mark.slow  # imports TensorFlow
X = np.random.default_rng(0).standard_normal((16, 6, 3)).astype(np.float32)
LAYERS = {
    "gru": lambda k: k.GRU(4, bias_initializer="uniform"),
    "gru, no bias, backwards": lambda k: k.GRU(4, use_bias=False, go_backwards=True),
    "simple": lambda k: k.SimpleRNN(4, bias_initializer="uniform"),
    "relu, no bias, stacked": lambda k: k.SimpleRNN(
        4, activation="relu", use_bias=False, return_sequences=True, go_backwards=True
    ),
}


def network(name):
    keras = libraries().tf_keras
    set_seed(1)
    inputs = keras.layers.Input(X.shape[1:])
    return keras.Model(inputs, LAYERS[name](keras.layers)(inputs), name="n")


@pytest.mark.parametrize("name", LAYERS)
def test_unrolled_it_is_what_keras_computes(name):
    model = network(name)
    wanted = Predictor(model)(X)
    with unrolled(model, X):
        found = model(X).numpy()
    # at most ten places a step are rounded to 1/255 of their range
    assert 0 < np.abs(found - wanted).max() <= 0.05 * np.ptp(wanted)
    assert np.array_equal(model(X).numpy(), network(name)(X).numpy())  # Keras' own again


@pytest.mark.parametrize("name", LAYERS)
def test_tflm_runs_it_with_one_scale_at_each_place(name):
    model = network(name)
    flatbuffer = to_int8(model, X)
    wanted = Predictor(model)(X).reshape(len(X), -1)
    answer = model_ends(flatbuffer)[1]
    assert np.abs(answer.real(quantized_scores(flatbuffer, X)) - wanted).max() <= 0.06 * np.ptp(wanted)
    ops = read_graph(flatbuffer).main.ops
    tables = [op for op in ops if op.kind in ("TANH", "LOGISTIC")]
    steps = {(op.kind, op.inputs[0].scale, op.inputs[0].zero_point) for op in tables}
    assert len(tables) == {"gru": 12, "gru, no bias, backwards": 12, "simple": 6}.get(name, 0)
    assert len(steps) == len({op.kind for op in tables})
