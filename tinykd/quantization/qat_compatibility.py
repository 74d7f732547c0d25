"""QAT compatibility: whether a student can be trained quantization-aware, checked before training.

tfmot 0.8 refuses some layers with one message for several causes, and leaves others in float without a word
(Dense + BatchNormalization, Conv2DTranspose + BatchNormalization). Measured with TensorFlow 2.21. Recurrent
layers are let pass: a student with one is calibrated instead (``recurrent``).
"""

from collections.abc import Iterator
from typing import Any

from tinykd.errors import ModelError
from tinykd.quantization.recurrent import RECURRENT, calibrated_layers, check_recurrent
from tinykd.training.tensorflow import libraries

_GOOD = """
InputLayer Conv2D DepthwiseConv2D SeparableConv2D Dense BatchNormalization ReLU Activation LeakyReLU
Softmax Add Concatenate AveragePooling2D MaxPooling2D GlobalAveragePooling2D Flatten Reshape Dropout
ZeroPadding2D Cropping2D UpSampling2D Conv2DTranspose Embedding
"""
QAT_LAYERS = frozenset(_GOOD.split())

_TIME = "Reshape to (time, 1, channels) and use"
_OTHER_NORM = "Use BatchNormalization directly after a Conv2D"
_SCALE = "Scale the data before training"
_OVER_TIME = "Use Conv2D over time"
INSTEAD = {
    "Conv1D": f"{_TIME} Conv2D(filters, (k, 1))",
    "SeparableConv1D": f"{_TIME} SeparableConv2D(filters, (k, 1))",
    "DepthwiseConv1D": f"{_TIME} DepthwiseConv2D((k, 1))",
    "MaxPooling1D": f"{_TIME} MaxPooling2D((k, 1))",
    "AveragePooling1D": f"{_TIME} AveragePooling2D((k, 1))",
    "GlobalAveragePooling1D": f"{_TIME} GlobalAveragePooling2D",
    "GlobalMaxPooling1D": f"{_TIME} MaxPooling2D over all of the time",
    "GlobalMaxPooling2D": "Use MaxPooling2D over the whole image, then Flatten",
    "ZeroPadding1D": f"{_TIME} ZeroPadding2D",
    "Bidirectional": "Use an LSTM, and one with go_backwards=True beside it",
    "TimeDistributed": "Use Conv2D with kernel (1, 1)",
    "MultiHeadAttention": _OVER_TIME,
    "Attention": _OVER_TIME,
    "LayerNormalization": _OTHER_NORM,
    "GroupNormalization": _OTHER_NORM,
    "UnitNormalization": _OTHER_NORM,
    "Multiply": "Use Add or Concatenate",
    "Subtract": "Use Add; a convolution before it can change the sign",
    "PReLU": "Use ReLU",
    "ELU": "Use ReLU",
    "SpatialDropout2D": "Use Dropout",
    "GaussianNoise": "Augment the data instead: [data] augment",
    "GaussianDropout": "Use Dropout",
    "Rescaling": _SCALE,
    "Normalization": _SCALE,
    "TFOpLambda": "Use layers only, such as Add instead of +",
    "SlicingOpLambda": "Use layers only, no slices of tensors",
    "Lambda": "Use built-in layers",
}
ACTIVATIONS = frozenset(
    {"linear", "relu", "tanh", "sigmoid", "softmax", "swish"}
)  # of a layer's own ``activation``
_ALONE = frozenset({"relu6"})  # only of a layer Activation
_APART = {"relu6": "Use ReLU(6.0) as a layer of its own"}
_BEFORE_NORM = ("Conv2D", "DepthwiseConv2D")
_NORM = "Put BatchNormalization directly after Conv2D or DepthwiseConv2D, or leave it out"
_NEW = "Write `import tf_keras` and `tf_keras.layers`"


def check_qat_compatible(model: Any, trained: bool = False) -> None:
    """Raise a ``ModelError`` for the first thing that quantization-aware training cannot take.

    ``trained``: by the user; what cannot be simulated is calibrated then.
    """
    tf_keras = libraries().tf_keras
    where = f"student {getattr(model, 'name', type(model).__name__)}"
    if isinstance(model, libraries().keras.Model):
        raise ModelError(where, "is a Keras 3 model", "a tf_keras model", _NEW)
    if not (isinstance(model, tf_keras.Sequential) or getattr(model, "_is_graph_network", False)):
        raise ModelError(where, f"is subclassed ({type(model).__name__})", "tf_keras.Model(inputs, outputs)")
    if trained and calibrated_layers(model):
        return
    for layer in model.layers:
        _check_layer(layer, f"{where}: layer {layer.name}")


def _check_layer(layer: Any, where: str) -> None:
    kind = type(layer).__name__
    if isinstance(layer, libraries().tf_keras.Model):
        raise ModelError(where, "is a model inside of the model", "layers only", "Call its layers one by one")
    if not type(layer).__module__.startswith(("keras.", "tf_keras.")):
        fix = "Use built-in layers"
        raise ModelError(where, f"{kind} is a layer of your own, which cannot be quantized", "", fix)
    if kind not in QAT_LAYERS | RECURRENT:
        fix = INSTEAD.get(kind, "Use one of " + ", ".join(sorted(QAT_LAYERS - {"InputLayer"})))
        raise ModelError(where, f"{kind}{_function_of(layer)} cannot be quantized while training", "", fix)
    if len(layer.inbound_nodes) > 1 and kind != "InputLayer":
        found = f"is called {len(layer.inbound_nodes)} times"
        raise ModelError(where, found, "each layer once", "Make a layer for each place")
    if kind in RECURRENT:
        check_recurrent(layer, where)
        return
    if kind == "Embedding":
        _check_table(layer, where)
    _check_activation(layer, where)
    if kind == "BatchNormalization":
        for before in _inputs_of(layer):
            _check_norm(before, where)


def _check_table(layer: Any, where: str) -> None:
    """Ids are looked up as they come; Keras' masks do not reach the device."""
    given = layer.inbound_nodes[0].keras_inputs[0]
    if not given.dtype.is_integer:
        raise ModelError(
            where, f"its ids are {given.dtype.name}", "int32", 'Write Input(shape, dtype="int32")'
        )
    if layer.mask_zero:
        found, fix = (
            "mask_zero=True, which no device knows",
            "Leave mask_zero out, and keep row 0 of the table zero",
        )
        raise ModelError(where, found, "a plain table", fix)


def _function_of(layer: Any) -> str:
    """Which operation on tensors a TFOpLambda is, where it says so."""
    return f" ({layer.symbol})" if getattr(layer, "symbol", None) else ""


def _check_activation(layer: Any, where: str) -> None:
    name = layer.get_config().get("activation", "linear")
    if not isinstance(name, str):
        raise ModelError(where, "its activation is a function of your own", "relu", "Use ReLU")
    known = ACTIVATIONS | _ALONE if type(layer).__name__ == "Activation" else ACTIVATIONS
    if name not in known:
        found = f"activation {name} cannot be quantized while training"
        raise ModelError(where, found, ", ".join(sorted(known)), _APART.get(name, "Use relu"))


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
