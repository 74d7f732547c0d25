"""Students that quantization-aware training cannot take, refused before it with what to write instead."""

import pytest

from tinykd.errors import ModelError
from tinykd.quantization.qat_compatibility import check_qat_compatible
from tinykd.student.ds_cnn import ds_cnn
from tinykd.training.tensorflow import libraries

pytestmark = pytest.mark.slow  # imports TensorFlow


def student(*build, shape=(8, 8, 1)):
    """A functional model named ``s`` of layers in a row."""
    keras = libraries().tf_keras
    inputs = x = keras.layers.Input(shape)
    for layer in build:
        x = layer(x)
    return keras.Model(inputs, x, name="s")


def refusal(model):
    with pytest.raises(ModelError) as caught:
        check_qat_compatible(model)
    text = str(caught.value)
    assert "\n" not in text
    return text


@pytest.mark.parametrize("shape", [(8, 8, 1), (49, 10, 1), (32, 32, 3)])
def test_our_own_student_is_suitable(shape):
    check_qat_compatible(ds_cnn(shape, 10, 0.5))


def cases():
    return [
        (
            "conv1d",
            lambda k: student(k.Conv1D(4, 3, name="c"), shape=(16, 3)),
            "student s: layer c: Conv1D cannot be quantized while training. "
            "Reshape to (time, 1, channels) and use Conv2D(filters, (k, 1))",
        ),
        (
            "bidirectional",
            lambda k: student(k.Bidirectional(k.LSTM(4), name="b"), shape=(16, 3)),
            "student s: layer b: Bidirectional cannot be quantized while training. "
            "Use an LSTM, and one with go_backwards=True beside it",
        ),
        (
            "prelu",
            lambda k: student(k.PReLU(name="p")),
            "student s: layer p: PReLU cannot be quantized while training. Use ReLU",
        ),
        (
            "rescaling",
            lambda k: student(k.Rescaling(1 / 255, name="r")),
            "student s: layer r: Rescaling cannot be quantized while training. "
            "Scale the data before training",
        ),
        (
            "norm after dense",
            lambda k: student(k.Flatten(), k.Dense(4, name="d"), k.BatchNormalization(name="n")),
            "student s: layer n: BatchNormalization after d (Dense) stays in float. "
            "Put BatchNormalization directly after Conv2D or DepthwiseConv2D, or leave it out",
        ),
        (
            "norm after transposed convolution",
            lambda k: student(k.Conv2DTranspose(4, 3, name="t"), k.BatchNormalization(name="n"), k.ReLU()),
            "student s: layer n: BatchNormalization after t (Conv2DTranspose) stays in float. "
            "Put BatchNormalization directly after Conv2D or DepthwiseConv2D, or leave it out",
        ),
        (
            "norm after activation",
            lambda k: student(k.Conv2D(4, 3, activation="relu", name="c"), k.BatchNormalization(name="n")),
            "student s: layer n: BatchNormalization after the activation of c stays in float. "
            "Put the activation after BatchNormalization",
        ),
        (
            "max pooling over time",
            lambda k: student(k.MaxPooling1D(2, name="m"), shape=(16, 3)),
            "student s: layer m: MaxPooling1D cannot be quantized while training. "
            "Reshape to (time, 1, channels) and use MaxPooling2D((k, 1))",
        ),
        (
            "layer normalization",
            lambda k: student(k.LayerNormalization(name="n")),
            "student s: layer n: LayerNormalization cannot be quantized while training. "
            "Use BatchNormalization directly after a Conv2D",
        ),
        (
            "activation of a convolution",
            lambda k: student(k.Conv2D(4, 3, activation="relu6", name="c")),
            "student s: layer c: activation relu6 cannot be quantized while training; "
            "expected linear, relu, sigmoid, softmax, swish, tanh. Use ReLU(6.0) as a layer of its own",
        ),
        (
            "activation that nobody has",
            lambda k: student(k.Activation("elu", name="a")),
            "student s: layer a: activation elu cannot be quantized while training; "
            "expected linear, relu, relu6, sigmoid, softmax, swish, tanh. Use relu",
        ),
        (
            "function as an activation",
            lambda k: student(k.Dense(4, activation=lambda x: x, name="d")),
            "student s: layer d: its activation is a function of your own; expected relu. Use ReLU",
        ),
        (
            "norm first",
            lambda k: student(k.BatchNormalization(name="n")),
            "student s: layer n: BatchNormalization after {} (InputLayer) stays in float. "
            "Put BatchNormalization directly after Conv2D or DepthwiseConv2D, or leave it out",
        ),
        (
            "unrolled",
            lambda k: student(k.LSTM(4, unroll=True, name="l"), shape=(16, 3)),
            "student s: layer l: unroll=True; expected unroll=False",
        ),
        (
            "reset before",
            lambda k: student(k.GRU(4, reset_after=False, name="g"), shape=(16, 3)),
            "student s: layer g: reset_after=False; expected reset_after=True, Keras' default",
        ),
        (
            "gate of a gru",
            lambda k: student(k.GRU(4, recurrent_activation="hard_sigmoid", name="g"), shape=(16, 3)),
            "student s: layer g: recurrent_activation hard_sigmoid has no int8 form in GRU; expected sigmoid",
        ),
        (
            "long",
            lambda k: student(k.LSTM(4, return_sequences=True), k.SimpleRNN(4, name="r"), shape=(200, 3)),
            "student s: layer r: SimpleRNN is unrolled over 200 steps; expected at most 128. "
            "Shorten the time with strides of a Conv2D before it, or use LSTM",
        ),
        (
            "open",
            lambda k: student(k.LSTM(4, name="l"), shape=(None, 3)),
            "student s: layer l: has no fixed number of steps; expected Input((steps, channels))",
        ),
        (
            "nested",
            lambda k: student(libraries().tf_keras.Sequential([k.Conv2D(4, 3)], name="inner")),
            "student s: layer inner: is a model inside of the model; expected layers only. "
            "Call its layers one by one",
        ),
    ]


@pytest.mark.parametrize("number", range(19))
def test_refused(number):
    _, build, text = cases()[number]
    model = build(libraries().tf_keras.layers)
    assert refusal(model) == text.replace("{}", model.layers[0].name)


def test_arithmetic_on_tensors():
    keras = libraries().tf_keras
    inputs = keras.layers.Input((4, 4, 1))
    text = refusal(keras.Model(inputs, inputs * 2.0, name="s"))
    text = text.partition(": layer ")[2].partition(": ")[2]
    assert text == (
        "TFOpLambda (math.multiply) cannot be quantized while training. "
        "Use layers only, such as Add instead of +"
    )


def test_two_branches_multiplied():
    keras = libraries().tf_keras
    inputs = keras.layers.Input((4, 4, 1))
    product = keras.layers.Multiply(name="m")([inputs, inputs])
    assert refusal(keras.Model(inputs, product, name="s")) == (
        "student s: layer m: Multiply cannot be quantized while training. Use Add or Concatenate"
    )


def test_a_layer_that_is_called_twice():
    keras = libraries().tf_keras
    inputs, layer = keras.layers.Input((4, 4, 2)), keras.layers.Conv2D(2, 1, name="c")
    assert refusal(keras.Model(inputs, layer(layer(inputs)), name="s")) == (
        "student s: layer c: is called 2 times; expected each layer once. Make a layer for each place"
    )


def test_a_layer_of_ones_own():
    class Mine(libraries().tf_keras.layers.Layer):
        pass

    assert refusal(student(Mine(name="m"))) == (
        "student s: layer m: Mine is a layer of your own, which cannot be quantized. Use built-in layers"
    )


def test_keras_3():
    keras = libraries().keras
    inputs = keras.Input((4, 4, 1))
    model = keras.Model(inputs, keras.layers.Flatten()(inputs), name="s")
    assert refusal(model) == (
        "student s: is a Keras 3 model; expected a tf_keras model. "
        "Write `import tf_keras` and `tf_keras.layers`"
    )


def test_subclassed():
    class Mine(libraries().tf_keras.Model):
        pass

    assert refusal(Mine(name="s")) == (
        "student s: is subclassed (Mine); expected tf_keras.Model(inputs, outputs)"
    )
