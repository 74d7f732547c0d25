"""Is a ``.keras`` file safe to hand to Keras? Looked at from outside, before anything in it is built.

A ``.keras`` file is a zip of metadata.json, config.json and model.weights.h5. Checked: names, sizes, and
that config.json asks for nothing but Keras' own layers. Why: CVE-2025-1550, -9905, -9906, -12058, 2026-0897
(code or files reached through deserialization). Keras' own ``safe_mode`` is the second line of defence, a
subprocess the third.
"""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tinykd.errors import ModelError

MAX_UNPACKED_BYTES = 1 << 30
MAX_JSON_BYTES = 16 << 20
MAX_ENTRIES = 64
MAX_DEPTH = 100
_FILES = ("metadata.json", "config.json", "model.weights.h5")
_SYMLINK = 0o120000

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
Softmax SpatialDropout1D SpatialDropout2D Subtract TimeDistributed UnitNormalization UpSampling1D
UpSampling2D ZeroPadding1D ZeroPadding2D
"""
LAYERS = frozenset(_LAYERS.split())
_MODELS = frozenset({"Functional", "Sequential", "Model"})
_PLAIN_MODULES = ("keras.initializers", "keras.regularizers", "keras.constraints")
_VALUES = frozenset({"__keras_tensor__", "__tensor__", "__numpy__", "__bytes__", "__ellipsis__", "__slice__"})
_NOT_BUILT = frozenset({"compile_config", "build_config"})  # loaded with compile=False; shapes only


def check_archive(path: Path) -> None:
    """Raise a ``ModelError`` unless ``path`` is a ``.keras`` file of Keras' own layers."""
    if not path.is_file():
        raise ModelError(path, "no such file", "a Keras 3 .keras file")
    try:
        with zipfile.ZipFile(path) as archive:
            _check_entries(archive, path)
            config = json.loads(archive.read("config.json"))
    except (zipfile.BadZipFile, UnicodeDecodeError, json.JSONDecodeError, RecursionError, EOFError) as error:
        raise ModelError(path, f"cannot be read ({error})", "a Keras 3 .keras file", _RESAVE) from None
    for entry in _objects(config, path):
        _check_object(entry, path)


_RESAVE = 'Save the model again with Keras 3: model.save("teacher.keras")'


def _check_entries(archive: zipfile.ZipFile, path: Path) -> None:
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        raise ModelError(path, f"{len(entries)} files inside", f"at most {MAX_ENTRIES}")
    for entry in entries:
        parts = entry.filename.replace("\\", "/").split("/")
        if (
            entry.filename.startswith("/")
            or ".." in parts
            or (entry.external_attr >> 16) & 0o170000 == _SYMLINK
        ):
            raise ModelError(path, f"holds {entry.filename}, which leads out of the archive", "plain files")
        if entry.filename.endswith(".json") and entry.file_size > MAX_JSON_BYTES:
            raise ModelError(
                path, f"{entry.filename} unpacks to {entry.file_size} bytes", f"at most {MAX_JSON_BYTES}"
            )
    size = sum(entry.file_size for entry in entries)
    if size > MAX_UNPACKED_BYTES:
        raise ModelError(path, f"unpacks to {size} bytes", f"at most {MAX_UNPACKED_BYTES}")
    names = {entry.filename for entry in entries}
    for name in _FILES:
        if name not in names:
            raise ModelError(path, f"has no {name}", "a Keras 3 .keras file", _RESAVE)


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


def _check_object(entry: dict[str, Any], path: Path) -> None:
    name, module = entry["class_name"], entry.get("module")
    where = entry.get("config", {}).get("name") if isinstance(entry.get("config"), dict) else None
    if not isinstance(name, str) or not _allowed(name, module):
        found = f"layer {where!r} is of class {name}" if where else f"asks for class {name}"
        origin = f" of module {module}" if module and not str(module).startswith("keras") else ""
        raise ModelError(
            path,
            f"{found}{origin}",
            "Keras' own layers only (no Lambda, TFSMLayer or custom class)",
            _REWRITE,
        )
    if entry.get("registered_name") not in (None, name):
        raise ModelError(
            path, f"asks for the registered class {entry['registered_name']}", "Keras' own layers only"
        )


_REWRITE = "Rewrite it with built-in layers and save it again"


def _allowed(name: str, module: object) -> bool:
    if name in _VALUES:
        return module is None or module == "builtins"
    if name in _MODELS:
        return module in (
            "keras",
            "keras.models",
            "keras.src.models.functional",
            "keras.src.models.sequential",
        )
    if name in LAYERS:
        return module == "keras.layers"
    if name == "DTypePolicy":
        return module == "keras"
    return module in _PLAIN_MODULES and name.isidentifier()
