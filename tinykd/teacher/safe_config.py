"""Safe configs: a saved model's config may name Keras' own layers only. Checked before anything is built.

Why: CVE-2025-1550, -9905, -9906, -12058, 2026-0897 (code or files reached through deserialization; in
12058 by a vocabulary that is the name of a file), and tf_keras, which runs the code of a Lambda layer
whatever ``safe_mode`` says. An object of a class that is not listed here is refused, wherever in the config
it stands.
"""

from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any

from tinykd.errors import ModelError

MAX_DEPTH = 100

_LAYERS = """
Activation ActivityRegularization Add AlphaDropout Average AveragePooling1D AveragePooling2D
BatchNormalization Bidirectional CategoryEncoding CenterCrop Concatenate Conv1D Conv1DTranspose
Conv2D Conv2DTranspose Cropping1D Cropping2D Dense DepthwiseConv1D DepthwiseConv2D Dot Dropout ELU
EinsumDense Embedding Flatten GRU GRUCell GaussianDropout GaussianNoise GlobalAveragePooling1D
GlobalAveragePooling2D GlobalMaxPooling1D GlobalMaxPooling2D GroupNormalization GroupQueryAttention
Identity InputLayer LSTM LSTMCell LayerNormalization LeakyReLU Masking MaxPooling1D MaxPooling2D
Maximum Minimum MultiHeadAttention Multiply Normalization PReLU Permute RMSNormalization
RandomBrightness RandomContrast RandomCrop RandomFlip RandomRotation RandomTranslation RandomZoom
ReLU RepeatVector Rescaling Reshape Resizing SeparableConv1D SeparableConv2D SimpleRNN SimpleRNNCell
Softmax SpatialDropout1D SpatialDropout2D Subtract TextVectorization TimeDistributed UnitNormalization
UpSampling1D UpSampling2D ZeroPadding1D ZeroPadding2D
"""
LAYERS = frozenset(_LAYERS.split())
_MODELS = frozenset({"Functional", "Sequential", "Model"})
_KERAS_3_MODELS = ("keras", "keras.models", "keras.src.models.functional", "keras.src.models.sequential")
_KERAS_2_MODELS = (*("keras", "tf_keras", "keras.models"), "tf_keras.src.engine.functional")
_PLAIN_MODULES = ("keras.initializers", "keras.regularizers", "keras.constraints")
_UNNAMED = """
Zeros Ones Constant RandomNormal RandomUniform TruncatedNormal VarianceScaling GlorotNormal GlorotUniform
HeNormal HeUniform LecunNormal LecunUniform Orthogonal Identity L1 L2 L1L2 MaxNorm MinMaxNorm NonNeg UnitNorm
"""
_PLAIN_UNNAMED = frozenset(_UNNAMED.split())  # old files name no module
_VALUES = frozenset({"__keras_tensor__", "__tensor__", "__numpy__", "__bytes__", "__ellipsis__", "__slice__"})
_NOT_BUILT = frozenset({"compile_config", "build_config"})  # loaded with compile=False; shapes only
_FUNCTIONS = """
linear relu relu6 leaky_relu elu selu gelu swish silu hard_silu hard_swish sigmoid hard_sigmoid tanh softmax
softplus softsign exponential mish log_softmax
"""
ACTIVATIONS = frozenset(_FUNCTIONS.split())


class Dialect(Enum):
    """Whose way of writing a config; the older one leaves modules out."""

    KERAS_3 = "Keras 3"
    KERAS_2 = "tf_keras"


def check_config(config: Any, path: Path, dialect: Dialect) -> None:
    """Raise a ``ModelError`` at the first object that is not Keras' own."""
    for entry in _objects(config, path):
        _check_object(entry, path, dialect)


def config_problems(config: Any, path: Path, dialect: Dialect) -> list[ModelError]:
    """One for each object that is not Keras' own; what such an object holds is not looked at."""
    found, inner = [], set[int]()
    for entry in _objects(config, path):
        if id(entry) in inner:
            continue
        try:
            _check_object(entry, path, dialect)
        except ModelError as error:
            found.append(error)
            inner.update(id(each) for each in _objects(entry, path))
    return found


def _objects(value: Any, path: Path, depth: int = 0) -> Iterator[dict[str, Any]]:
    """Every serialised object in ``value``, outermost first."""
    if depth > MAX_DEPTH:
        raise ModelError(path, "config.json is nested too deeply", f"at most {MAX_DEPTH} levels")
    if isinstance(value, list):
        for each in value:
            yield from _objects(each, path, depth + 1)
    if isinstance(value, dict):
        if "class_name" in value:
            yield value
        for key, each in value.items():
            if key not in _NOT_BUILT or "class_name" not in value:
                yield from _objects(each, path, depth + 1)


_ONLY = "Keras' own layers only (no Lambda, TFSMLayer or custom class)"
_REWRITE = "Rewrite it with built-in layers and save it again"
_STEPS = "Choose steps by return_sequences=False, Cropping1D or pooling instead of x[...], and save it again"
_MADE_BY = {
    **dict.fromkeys(("NotEqual", "Any"), "Masking made it: leave Masking out, and save it again"),
    **dict.fromkeys(("GetItem", "SlicingOpLambda"), _STEPS),
}


def _check_object(entry: dict[str, Any], path: Path, dialect: Dialect) -> None:
    name, module, config = entry["class_name"], entry.get("module"), entry.get("config")
    where = config.get("name") if isinstance(config, dict) else None
    if not isinstance(name, str) or not _allowed(name, module, dialect):
        found = f"layer {where!r} is of class {name}" if where else f"asks for class {name}"
        origin = f" of module {module}" if module and not str(module).startswith("keras") else ""
        raise ModelError(path, f"{found}{origin}", _ONLY, _MADE_BY.get(str(name), _REWRITE))
    if entry.get("registered_name") not in (None, name):
        found = f"asks for the registered class {entry['registered_name']}"
        raise ModelError(path, found, "Keras' own layers only")
    if isinstance(config, dict):
        _check_vocabulary(config, path)
        if dialect is Dialect.KERAS_2:
            _check_activations(config, path)


def _check_vocabulary(config: dict[str, Any], path: Path) -> None:
    """Keras reads the file that it names, wherever that lies."""
    for key in ("vocabulary", "idf_weights"):
        if isinstance(config.get(key), str):
            found = f"asks for the {key} of a file, {config[key]}"
            raise ModelError(path, found, "words that the model holds itself", _REWRITE)


def _check_activations(config: dict[str, Any], path: Path) -> None:
    """tf_keras looks a name up among all that its module holds."""
    for key in ("activation", "recurrent_activation"):
        value = config.get(key)
        if isinstance(value, str) and value not in ACTIVATIONS:
            raise ModelError(path, f"asks for the activation {value}", "one of Keras' own", _REWRITE)


def _allowed(name: str, module: object, dialect: Dialect) -> bool:
    old = dialect is Dialect.KERAS_2
    if name in _VALUES:
        return module is None or module == "builtins"
    if name in _MODELS:
        return module in (_KERAS_2_MODELS if old else _KERAS_3_MODELS) or (old and module is None)
    if name in LAYERS and (module == "keras.layers" or (old and module is None)):
        return True
    if name in ("DTypePolicy", "Policy"):
        return module in ("keras", "keras.mixed_precision") or (old and module is None)
    if old and module is None:
        return name in _PLAIN_UNNAMED
    return module in _PLAIN_MODULES and name.isidentifier()
