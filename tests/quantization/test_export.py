"""QAT and export of small untrained students: what must hold for any weights."""

import numpy as np
import pytest

from tinykd.data.spread import spread
from tinykd.errors import ModelError
from tinykd.oracle import run_tflm
from tinykd.progress import Silent
from tinykd.quantization.export import to_int8
from tinykd.quantization.lint import lint
from tinykd.quantization.measure import quantized_scores
from tinykd.quantization.ptq import post_training
from tinykd.quantization.qat import insert_fake_quant
from tinykd.quantization.ranges import _Range, narrow_ranges
from tinykd.student.ds_cnn import ds_cnn
from tinykd.training.loop import Predictor
from tinykd.training.tensorflow import libraries, set_seed

pytestmark = pytest.mark.slow  # imports TensorFlow

X = np.random.default_rng(0).random((64, 8, 8, 1), dtype=np.float32)
OPS = frozenset({"CONV_2D", "DEPTHWISE_CONV_2D", "MEAN", "FULLY_CONNECTED"})


def layers_of(model):
    return frozenset(layer.name for layer in model.layers)


@pytest.fixture(scope="module")
def student():
    set_seed(1)
    return ds_cnn((8, 8, 1), 10, 0.5)


@pytest.fixture(scope="module")
def simulated(student):
    return insert_fake_quant(student, X)


@pytest.fixture(scope="module")
def flatbuffer(simulated):
    return to_int8(simulated, X)


def test_ranges_come_from_the_student_not_from_tfmots_six(student, simulated):
    found = ranges(simulated)
    assert input_range(simulated) == pytest.approx((0.0, X.max()))
    stem = libraries().tf_keras.Model(student.inputs, student.get_layer("stem_relu").output)
    assert found["quant_stem_relu/output_max:0"] == pytest.approx(float(np.max(stem(X))), rel=1e-5)


def ranges(model):
    names = ("_min:0", "_max:0")
    return {
        w.name: w.numpy().tolist() for layer in model.layers for w in layer.weights if w.name.endswith(names)
    }


def input_range(model):
    given = next(layer for layer in model.layers if layer.name.startswith("quantize_layer"))
    return float(given.quantizer_vars["min_var"]), float(given.quantizer_vars["max_var"])


def narrowed(student, x):
    model = insert_fake_quant(student, x)
    narrow_ranges(model, student, x, Silent())
    return model


def test_ranges_of_activations_stay_while_the_model_learns(student):
    """tfmot's own move to the mean of the batches' extremes, and cut off what is rare."""
    model = narrowed(student, X)  # not the first of this process: tfmot numbers its layers
    before = ranges(model)
    for _ in range(3):
        model(0.5 * X, training=True)
    assert ranges(model) == before
    assert input_range(model) == pytest.approx((0.0, X.max()))


def sums_and_differences():
    """Ten answers, each the pixels added with signs: how far an answer is off follows from the step alone."""
    keras = libraries().tf_keras
    inputs = keras.layers.Input((8, 8, 1), name="input")
    flat = keras.layers.Flatten(name="flat")(inputs)
    model = keras.Model(inputs, keras.layers.Dense(10, use_bias=False, name="logits")(flat))
    model.get_layer("logits").set_weights([np.random.default_rng(1).choice([-1.0, 1.0], (64, 10))])
    return model


def test_a_rare_extreme_does_not_make_all_steps_coarse():
    """One of 2,048 samples has a pixel 4 times as bright as others: the answers gain by cutting it off.

    Weights of 1 and -1 are exact in int8. The mean square of an answer's error is that of 64 roundings of the
    input, 64 step**2 / 12, and one of the output. In steps of 4/255 the former is 0.0013; with the range cut
    to 0.38 of it, which loses nothing of any other sample, 0.0002. What the rounding of 5,120 answers adds to
    that at random is below 0.00003, so 0.38 to 0.52 of the range is chosen on every machine.
    """
    x = np.random.default_rng(2).random((2048, 8, 8, 1), dtype=np.float32)
    x[1, 0, 0, 0] = 4.0
    assert 0.38 * 4 - 1e-6 <= input_range(narrowed(sums_and_differences(), x))[1] <= 0.52 * 4 + 1e-6


@pytest.mark.parametrize("best", [1.0, 0.72, 0.38])
def test_a_range_is_narrowed_to_where_the_error_is_least(best):
    variable = libraries().tf.Variable
    held = _Range(variable(-2.0), variable(4.0))
    assert held.narrow(lambda: abs(float(held.high) - 4.0 * best), 4.0 * (1 - best)) == pytest.approx(
        0, abs=1e-6
    )
    assert (float(held.low), float(held.high)) == pytest.approx((-2.0 * best, 4.0 * best))


def test_zero_is_in_every_range():
    variable = libraries().tf.Variable
    held = _Range.of({"min_var": variable(9.0), "max_var": variable(9.0)})
    held.set(1.0, 4.0)
    assert (float(held.low), float(held.high)) == (0.0, 4.0)


def test_what_a_tanh_is_given_is_measured_in_training():
    """Only its output is known from the float student."""
    keras = libraries().tf_keras
    inputs = keras.layers.Input((4,), name="input")
    student = keras.Model(inputs, keras.layers.Dense(3, activation="tanh", name="bent")(inputs))
    model = insert_fake_quant(student, X[:, 0, :4, 0])
    before = ranges(model)["quant_bent/pre_activation_max:0"]
    model(X[:, 0, :4, 0], training=True)
    assert ranges(model)["quant_bent/pre_activation_max:0"] < before


def test_the_simulation_is_close_before_any_training(student, simulated):
    wanted, given = Predictor(student)(X), Predictor(simulated)(X)
    assert np.abs(wanted - given).max() < 0.2 * np.ptp(wanted)


def test_statistics_of_norms_are_frozen(student):
    simulated = insert_fake_quant(student, X)  # its own: a step in training sets the ranges of weights

    def statistics():
        return [w.numpy() for layer in simulated.layers for w in layer.weights if "moving_" in w.name]

    before = statistics()
    simulated(X * 0.5, training=True)
    assert before and all(np.array_equal(a, b) for a, b in zip(before, statistics(), strict=True))


def test_the_flatbuffer_is_clean_and_the_same_every_time(student, simulated, flatbuffer):
    found = lint(flatbuffer, layers_of(student), OPS)
    assert found.findings == ()
    assert [op.layer for op in found.ops][-2:] == ["pool", "logits"]
    assert to_int8(simulated, X) == flatbuffer


def test_an_lstm_is_the_same_every_time():
    """The converter writes what calibration left in its states into buffers that nothing reads."""
    keras = libraries().tf_keras
    inputs = keras.layers.Input((8, 8), name="input")
    model = keras.Model(inputs, keras.layers.Dense(3)(keras.layers.LSTM(4)(inputs)))
    assert to_int8(model, X[:, :, :, 0]) == to_int8(model, X[:, :, :, 0])


def test_a_model_that_the_converter_refuses_is_one_line():
    tf, keras = libraries().tf, libraries().tf_keras
    inputs = keras.layers.Input((4,), name="input")
    strange = keras.layers.Lambda(lambda x: tf.numpy_function(lambda v: v, [x], tf.float32))
    with pytest.raises(ModelError, match=r"^student odd: cannot be converted \(Could not translate"):
        to_int8(keras.Model(inputs, strange(inputs), name="odd"), X[:, 0, :4, 0])


def test_tflm_computes_what_was_simulated(simulated, flatbuffer):
    """Within 2 % of the range: the simulation rounds in float, and biases only on export."""
    from tinykd.graph.quantize import dequantize
    from tinykd.quantization.measure import model_ends

    answer = model_ends(flatbuffer)[1]
    given = dequantize(quantized_scores(flatbuffer, X), answer.scale, answer.zero_point)
    wanted = Predictor(simulated)(X)
    assert np.abs(given - wanted).max() <= 0.02 * np.ptp(wanted)


def test_without_training_int8_is_close_to_the_float_student(student):
    """Calibrated only: clean, within 3 % of the range of the float student's answers."""
    from tinykd.graph.quantize import dequantize
    from tinykd.quantization.measure import model_ends

    untrained = post_training(student, X)
    assert lint(untrained, layers_of(student), OPS).findings == ()
    answer, wanted = model_ends(untrained)[1], Predictor(student)(X)
    given = dequantize(quantized_scores(untrained, X), answer.scale, answer.zero_point)
    assert np.abs(given - wanted).max() <= 0.03 * np.ptp(wanted)


@pytest.mark.parametrize(
    ("n", "count", "wanted"), [(10, 4, [0, 2, 5, 7]), (3, 4, [0, 1, 2]), (4, 4, [0, 1, 2, 3])]
)
def test_calibration_samples_are_spread_over_the_file(n, count, wanted):
    assert spread(np.arange(n, dtype=np.float32), count).tolist() == wanted


def test_inputs_are_one_sample_of_int8(flatbuffer):
    outputs = run_tflm(flatbuffer, np.zeros((3, 1, 8, 8, 1), np.int8)[:, 0])
    assert outputs.reshape(3, -1).shape == (3, 10) and outputs.dtype == np.int8


def converted(model, shape):
    """A careless conversion: no representative data, float at both ends."""
    tf = libraries().tf
    call = tf.function(lambda x: model(x, training=False))
    concrete = call.get_concrete_function(tf.TensorSpec(shape, tf.float32))
    weights = tf.Module()  # not the model: Keras would save all of it first
    weights.of_model = list(concrete.variables)
    converter = tf.lite.TFLiteConverter.from_concrete_functions([concrete], weights)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    return converter.convert()


def test_every_fault_of_a_float_model_names_its_layer(student):
    """What lint is for: the same student, converted without quantization and with an open batch."""
    raw = converted(student, (None, 8, 8, 1))
    found = lint(raw, layers_of(student), OPS).findings
    faults = {(finding.layer, finding.fault) for finding in found}
    assert ("stem", "FLOAT32 tensor") in faults or ("stem_relu", "FLOAT32 tensor") in faults
    assert ("logits", "FLOAT32 tensor") in faults
    assert any(fault == "open shape" for _, fault in faults)
    assert any(fault == "FLOAT32 at the model's end" for _, fault in faults)
    assert all(finding.layer for finding in found if finding.fault == "FLOAT32 tensor")


def test_a_layer_left_in_float_is_found():
    """Dense + BatchNormalization + ReLU: tfmot says nothing, the flatbuffer shows it."""
    keras = libraries().tf_keras
    layers = keras.layers
    inputs = layers.Input((8, 8, 1))
    x = layers.Flatten(name="flat")(inputs)
    x = layers.ReLU(name="act")(layers.BatchNormalization(name="norm")(layers.Dense(8, name="hidden")(x)))
    model = keras.Model(inputs, layers.Dense(3, name="logits")(x), name="s")
    quantized = libraries().tfmot.quantization.keras.quantize_model(model)
    found = lint(converted(quantized, (1, 8, 8, 1)), layers_of(model), OPS | {"RESHAPE", "RELU"}).findings
    assert ("flat", "DEQUANTIZE between layers: it was left in float") in {(f.layer, f.fault) for f in found}
    assert ("hidden", "FLOAT32 tensor") in {(f.layer, f.fault) for f in found}
