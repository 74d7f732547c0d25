"""Keras layers as the converter of TensorFlow writes them, many of them as outputs of one model.

A conversion costs seconds and a branch of it little, so that a model holds all layers of one kind of input.
What is not here has no int8 form in TFLM (gelu, exponential, softplus, UnitNormalization), or takes more
operands than TFLM has room for (UpSampling1D of tf_keras, of more than ten steps). Ops that keep the scale of
their input get a convolution of their own: of an input that others read too, converters leave them in float.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from tinykd.training.tensorflow import libraries

Layers = Any  # tf_keras.layers or keras.layers
Branch = Callable[[Layers, Any], Any]  # layers, input -> output
Branches = dict[str, Branch]


def _merged(name: str) -> Branch:
    return lambda k, x: getattr(k, name)()([k.Conv2D(4, 1)(x), x])


def _activation(name: str) -> Branch:
    return lambda k, x: k.Activation(name)(x)


IMAGES: Branches = {
    "Conv2D": lambda k, x: k.Conv2D(5, 3, strides=2, padding="same", activation="relu")(x),
    "Conv2D dilated": lambda k, x: k.Conv2D(5, 2, dilation_rate=2)(k.Conv2D(4, 1)(x)),
    "Conv2D grouped": lambda k, x: k.Conv2D(6, 3, groups=2)(x),
    "DepthwiseConv2D": lambda k, x: k.DepthwiseConv2D(3, depth_multiplier=2, padding="same")(x),
    "SeparableConv2D": lambda k, x: k.SeparableConv2D(5, 3)(x),
    "Conv2DTranspose": lambda k, x: k.Conv2DTranspose(5, 3, strides=2)(x),
    "MaxPooling2D": lambda k, x: k.MaxPooling2D()(k.Conv2D(4, 1)(x)),
    "AveragePooling2D": lambda k, x: k.AveragePooling2D(3, padding="same")(x),
    "GlobalAveragePooling2D": lambda k, x: k.GlobalAveragePooling2D()(x),
    "GlobalMaxPooling2D": lambda k, x: k.GlobalMaxPooling2D()(k.Conv2D(4, 1)(x)),
    "BatchNormalization": lambda k, x: k.BatchNormalization(beta_initializer="ones")(x),
    "Rescaling": lambda k, x: k.Rescaling(0.5, 0.1)(x),
    "PReLU": lambda k, x: k.PReLU(alpha_initializer="uniform", shared_axes=[1, 2])(x),
    "Flatten": lambda k, x: k.Dense(3)(k.Flatten()(k.Conv2D(2, 3)(x))),
    "Permute": lambda k, x: k.Permute((3, 1, 2))(k.Conv2D(4, 1)(x)),
    "ZeroPadding2D": lambda k, x: k.Conv2D(3, 3)(k.ZeroPadding2D(1)(x)),
    "Cropping2D": lambda k, x: k.Cropping2D(1)(k.Conv2D(4, 1)(x)),
    "UpSampling2D": lambda k, x: k.UpSampling2D()(k.Conv2D(4, 1)(x)),
    "UpSampling2D bilinear": lambda k, x: k.UpSampling2D(interpolation="bilinear")(k.Conv2D(4, 1)(x)),
    **{
        name: _merged(name)
        for name in ("Concatenate", "Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum")
    },
}
SEQUENCES: Branches = {
    "Conv1D": lambda k, x: k.Conv1D(5, 3, padding="causal")(x),
    "Conv1D dilated": lambda k, x: k.Conv1D(5, 3, dilation_rate=2)(x),
    "SeparableConv1D": lambda k, x: k.SeparableConv1D(5, 3)(x),
    "DepthwiseConv1D": lambda k, x: k.DepthwiseConv1D(3)(x),
    "Conv1DTranspose": lambda k, x: k.Conv1DTranspose(5, 3, strides=2)(x),
    "MaxPooling1D": lambda k, x: k.MaxPooling1D(2)(x),
    "AveragePooling1D": lambda k, x: k.AveragePooling1D(2)(x),
    "GlobalAveragePooling1D": lambda k, x: k.GlobalAveragePooling1D()(x),
    "GlobalMaxPooling1D": lambda k, x: k.GlobalMaxPooling1D()(x),
    "ZeroPadding1D": lambda k, x: k.ZeroPadding1D(2)(x),
    "Cropping1D": lambda k, x: k.Cropping1D(1)(x),
    "TimeDistributed": lambda k, x: k.TimeDistributed(k.Dense(3))(x),
    "Attention": lambda k, x: k.Attention()([x, x]),
}
RECURRENT: Branches = {
    "LSTM": lambda k, x: k.LSTM(5)(x),
    "GRU": lambda k, x: k.GRU(3, unroll=True)(x),
    "SimpleRNN": lambda k, x: k.SimpleRNN(3, unroll=True)(x),
}
LSTMS: Branches = {
    "backwards": lambda k, x: k.LSTM(3, go_backwards=True)(x),
    "stacked": lambda k, x: k.LSTM(3)(k.LSTM(5, return_sequences=True)(x)),
    "bidirectional": lambda k, x: k.Bidirectional(k.LSTM(3, return_sequences=True))(x),
    "bidirectional, last": lambda k, x: k.Bidirectional(k.LSTM(3))(x),
}
UNROLLED: Branches = {  # Keras 3 writes a loop of floats otherwise, or the converter crashes on it
    "LSTM": lambda k, x: k.LSTM(3, unroll=True)(x),
    "stacked": lambda k, x: k.LSTM(3, unroll=True)(k.LSTM(4, unroll=True, return_sequences=True)(x)),
    "bidirectional": lambda k, x: k.Bidirectional(k.LSTM(3, unroll=True))(x),
    "GRU": lambda k, x: k.GRU(3, unroll=True)(x),
}
ROWS: Branches = {
    "Dense": lambda k, x: k.Dense(3)(k.Dense(5, activation="relu")(x)),
    "ReLU": lambda k, x: k.ReLU(6.0)(x),
    "LeakyReLU": lambda k, x: k.LeakyReLU()(x),
    "Softmax": lambda k, x: k.Softmax()(x),
    **{name: _activation(name) for name in ("sigmoid", "tanh", "swish", "hard_sigmoid")},
    "Reshape": lambda k, x: k.Dense(3)(k.Reshape((3, 4))(x)),
    "RepeatVector": lambda k, x: k.RepeatVector(3)(k.Dense(4)(x)),
    "Dot": lambda k, x: k.Dot(1)([k.Dense(12)(x), x]),
}
WIDE: Branches = {name: ROWS[name] for name in ("Dense", "sigmoid", "tanh")}
DENSE: Branches = {name: ROWS[name] for name in ("Dense", "ReLU", "Softmax", "sigmoid", "tanh", "Reshape")}


@dataclass(frozen=True)
class Written:
    """How a model is built and converted."""

    keras: Literal["tf_keras", "keras"]
    shape: tuple[int, ...]
    branches: Branches
    batch: int | None = 1
    source: Literal["model", "saved", "function"] = "model"
    ends: Literal["int8", "uint8", "int16"] = "int8"
    new_quantizer: bool = True
    dense_per_channel: bool = True


_IMAGE, _SEQUENCE, _ROW = (6, 6, 4), (8, 4), (12,)
WRITTEN = {
    "images, tf_keras, batch 1, function": Written("tf_keras", _IMAGE, IMAGES, source="function"),
    "images, Keras 3, batch None": Written("keras", _IMAGE, IMAGES, batch=None),
    "images, tf_keras, batch None, uint8": Written("tf_keras", _IMAGE, IMAGES, batch=None, ends="uint8"),
    "sequences, tf_keras, batch 1, SavedModel": Written("tf_keras", _SEQUENCE, SEQUENCES, source="saved"),
    "sequences, Keras 3, batch 1": Written("keras", _SEQUENCE, SEQUENCES),
    "recurrent, tf_keras, batch 1": Written("tf_keras", _SEQUENCE, RECURRENT, source="function"),
    "LSTM, tf_keras, batch 1": Written("tf_keras", _SEQUENCE, LSTMS, source="function"),
    "unrolled, Keras 3, batch 1": Written("keras", (4, 4), UNROLLED, source="function"),
    "rows, Keras 3, batch 1": Written("keras", _ROW, ROWS),
    "rows, tf_keras, old quantizer": Written("tf_keras", _ROW, DENSE, new_quantizer=False),
    "rows, tf_keras, Dense per tensor": Written("tf_keras", _ROW, DENSE, dense_per_channel=False),
    "rows, tf_keras, 16x8": Written("tf_keras", _ROW, WIDE, ends="int16", source="saved", batch=None),
}


def converted(how: Written, folder: Path) -> bytes:
    """The flatbuffer; weights and samples are drawn from fixed seeds. ``folder``: for a SavedModel."""
    tf = libraries().tf  # whose threads cannot be set any more once it was used
    converter = _converter(_model(how), how, str(folder))
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: _samples(how.shape)
    sets, wide = tf.lite.OpsSet, how.ends == "int16"
    wanted = sets.EXPERIMENTAL_TFLITE_BUILTINS_ACTIVATIONS_INT16_WEIGHTS_INT8
    converter.target_spec.supported_ops = [wanted if wide else sets.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = converter.inference_output_type = getattr(tf, how.ends)
    converter.experimental_new_quantizer = how.new_quantizer
    converter._experimental_disable_per_channel_quantization_for_dense_layers = not how.dense_per_channel
    return bytes(converter.convert())


def _model(how: Written) -> Any:
    import keras
    import tf_keras

    library: Any = tf_keras if how.keras == "tf_keras" else keras
    library.utils.set_random_seed(1)
    x = library.Input(how.shape, batch_size=how.batch)
    return library.Model(x, [branch(library.layers, x) for branch in how.branches.values()])


def _samples(shape: tuple[int, ...]) -> Iterator[list[Any]]:
    draw = np.random.default_rng(0)
    for _ in range(4):
        yield [draw.uniform(-1, 1, (1, *shape)).astype(np.float32)]


def _converter(model: Any, how: Written, folder: str) -> Any:
    import tensorflow as tf

    if how.source == "model":
        return tf.lite.TFLiteConverter.from_keras_model(model)
    signature = tf.TensorSpec((how.batch, *how.shape), tf.float32)
    call = tf.function(lambda x: model(x, training=False), input_signature=[signature])
    if how.source == "function":
        concrete = call.get_concrete_function()
        return tf.lite.TFLiteConverter.from_concrete_functions([concrete], _owner(model, concrete))
    tf.saved_model.save(model, folder, signatures=_named(call))
    return tf.lite.TFLiteConverter.from_saved_model(folder)


def _owner(model: Any, concrete: Any) -> Any:
    """What has the variables, for the converter to freeze; it finds none in a model of Keras 3."""
    import keras
    import tensorflow as tf

    if not isinstance(model, keras.Model):
        return model
    owner = tf.Module()
    owner.variables_of_model = list(concrete.variables)
    return owner


def _named(call: Any) -> Any:
    """A SavedModel's outputs have names."""
    import tensorflow as tf

    def outputs(x: Any) -> dict[str, Any]:
        return {f"y{i:02}": y for i, y in enumerate(call(x))}

    return tf.function(outputs, input_signature=call.input_signature)
