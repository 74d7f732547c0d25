"""Can this student be trained with int8 in mind? Found out before training, with what to write instead.

tfmot 0.8 refuses some layers with one message for several causes, and leaves others in float without a word
(Dense + BatchNormalization, Conv2DTranspose + BatchNormalization). Measured with TensorFlow 2.21.
"""

from collections.abc import Iterator
from typing import Any

from tinykd.errors import ModelError
from tinykd.training.tensorflow import libraries

_GOOD = """
InputLayer Conv2D DepthwiseConv2D SeparableConv2D Dense BatchNormalization ReLU Activation LeakyReLU
Softmax Add Concatenate AveragePooling2D MaxPooling2D GlobalAveragePooling2D Flatten Reshape Dropout
ZeroPadding2D UpSampling2D Conv2DTranspose
"""
SUITABLE = frozenset(_GOOD.split())

INSTEAD = {
    "Conv1D": "Reshape to (time, 1, channels) and use Conv2D(filters, (k, 1))",
    "MaxPooling1D": "Reshape to (time, 1, channels) and use MaxPooling2D((k, 1))",
    "AveragePooling1D": "Reshape to (time, 1, channels) and use AveragePooling2D((k, 1))",
    "GlobalAveragePooling1D": "Reshape to (time, 1, channels) and use GlobalAveragePooling2D",
    "LSTM": "Use Conv2D over time",
    "GRU": "Use Conv2D over time",
    "LayerNormalization": "Use BatchNormalization directly after a Conv2D",
    "Multiply": "Use Add or Concatenate",
    "PReLU": "Use ReLU",
    "Rescaling": "Scale the data before training",
    "Normalization": "Scale the data before training",
    "TFOpLambda": "Use layers only, such as Add instead of +",
    "SlicingOpLambda": "Use layers only, no slices of tensors",
    "Lambda": "Use built-in layers",
}
_BEFORE_NORM = ("Conv2D", "DepthwiseConv2D")
_NORM = "Put BatchNormalization directly after Conv2D or DepthwiseConv2D, or leave it out"


def check_suitable(model: Any) -> None:
    """Raise a ``ModelError`` for the first thing that quantization-aware training cannot take."""
    tf_keras = libraries().tf_keras
    where = f"student {getattr(model, 'name', type(model).__name__)}"
    if isinstance(model, libraries().keras.Model):
        raise ModelError(
            where, "is a Keras 3 model", "a tf_keras model", "Write `import tf_keras` and `tf_keras.layers`"
        )
    if not (isinstance(model, tf_keras.Sequential) or getattr(model, "_is_graph_network", False)):
        raise ModelError(where, f"is subclassed ({type(model).__name__})", "tf_keras.Model(inputs, outputs)")
    for layer in model.layers:
        _check_layer(layer, f"{where}: layer {layer.name}")


def _check_layer(layer: Any, where: str) -> None:
    kind = type(layer).__name__
    if isinstance(layer, libraries().tf_keras.Model):
        raise ModelError(where, "is a model inside of the model", "layers only", "Call its layers one by one")
    if kind not in SUITABLE:
        fix = INSTEAD.get(kind, "Use one of " + ", ".join(sorted(SUITABLE - {"InputLayer"})))
        raise ModelError(where, f"{kind} cannot be quantized while training", "", fix)
    if kind == "BatchNormalization":
        for before in _inputs_of(layer):
            _check_norm(before, where)


def _check_norm(before: Any, where: str) -> None:
    if type(before).__name__ not in _BEFORE_NORM:
        found = f"BatchNormalization after {before.name} ({type(before).__name__}) stays in float"
        raise ModelError(where, found, "", _NORM)
    if before.get_config()["activation"] != "linear":
        found = f"BatchNormalization after the activation of {before.name} stays in float"
        raise ModelError(where, found, "", "Put the activation after BatchNormalization")


def _inputs_of(layer: Any) -> Iterator[Any]:
    for node in layer.inbound_nodes:
        inbound = node.inbound_layers
        yield from inbound if isinstance(inbound, list) else [inbound]
