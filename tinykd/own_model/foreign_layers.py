"""Layers of Keras files that nothing can be made of, all at once, and mixed precision, which float32 takes.

A file is a program: layers of others are named from its config, and nothing of it is built (``safe_config``).
"""

import json
import zipfile
from pathlib import Path
from typing import Any

from tinykd.teacher.archive import check_archive, is_keras_3
from tinykd.teacher.formats import Format
from tinykd.teacher.hdf5 import check_hdf5, model_config
from tinykd.teacher.safe_config import Dialect, config_problems


def layer_problems(file: Path, path: Path, format: Format) -> list[str]:
    """A line for each layer of a Keras file that is not Keras' own; none of other files."""
    if format is not Format.KERAS:
        return []
    if file.suffix == ".h5":
        check_hdf5(file, path)
        return _lines(model_config(file, path)[0], path, Dialect.KERAS_2)
    if not zipfile.is_zipfile(file):
        check_archive(file)  # says what it is instead
    with zipfile.ZipFile(file) as archive:
        if "config.json" not in archive.namelist():
            return []
        try:
            config = json.loads(archive.read("config.json"))
        except (ValueError, RecursionError):
            return []  # refused by who loads it
    return _lines(config, path, Dialect.KERAS_3 if is_keras_3(file) else Dialect.KERAS_2)


def _lines(config: Any, path: Path, dialect: Dialect) -> list[str]:
    return [str(problem).removeprefix(f"{path}: ") for problem in config_problems(config, path, dialect)]


def in_float32(model: Any) -> list[str]:
    """Brings a Keras ``model`` of mixed precision to float32, in which its weights are; a note says so."""
    layers = [each for each in all_layers(model) if "float16" in str(_compute_dtype(each))]
    found = sorted({str(_compute_dtype(each)) for each in layers})
    for layer in layers:
        if hasattr(layer, "_set_dtype_policy"):  # tf_keras
            layer._set_dtype_policy("float32")
        else:
            layer.dtype_policy = "float32"
    if not layers:
        return []
    return [f"computes {len(layers)} layers in {', '.join(found)}; here in float32, as its weights are"]


def layer_classes(model: Any) -> dict[str, str]:
    """The class of every layer by its name, those of nested models too; empty for no Keras model."""
    return {each.name: type(each).__name__ for each in all_layers(model) if not hasattr(each, "layers")}


def all_layers(model: Any) -> list[Any]:
    """Of a Keras ``model``, those of nested models too; of anything else none."""
    flatten = getattr(model, "_flatten_layers", None)
    return [] if flatten is None else list(flatten())


def _compute_dtype(layer: Any) -> str | None:
    return getattr(layer, "compute_dtype", None)
