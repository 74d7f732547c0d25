"""Loads what Keras 3 or tf_keras saved as a file: ``.keras`` and ``.h5``, each with the Keras that wrote it.

Old ``.h5`` files go to tf_keras, which reads configs that Keras 3 no longer knows (DepthwiseConv2D with
``groups`` and the like). Neither sees a file before its config and its HDF5 were looked through.
"""

from pathlib import Path
from typing import Any

from tinykd.errors import ModelError, one_line
from tinykd.teacher.archive import check_archive, is_keras_3
from tinykd.teacher.hdf5 import check_hdf5, check_weights, model_config
from tinykd.teacher.safe_config import Dialect, check_config
from tinykd.teacher.signature import LoadedModel, ModelSignature, check_shapes, layout_note
from tinykd.training.loop import Predictor
from tinykd.training.tensorflow import libraries

_RESAVE = (
    "Load it with the Keras version that saved it, build the same layers with Keras 3, copy the weights "
    '(new.set_weights(old.get_weights())) and type new.save("teacher.keras")'
)


def load_keras_file(file: Path, path: Path, signature: ModelSignature) -> LoadedModel:
    """The model of ``file``, a copy of ``path``, if it has that ``signature``."""
    model = load_any_keras(file, path)
    shape, predictor = check_shapes(model, path, signature), Predictor(model)
    return LoadedModel(
        lambda x: predictor(x.reshape(len(x), *shape)),
        int(model.count_params()),
        layout_note(shape, signature),
        lambda x: model(x, training=False),
        shape,
        model,
    )


def load_any_keras(file: Path, path: Path) -> Any:
    """The checked model of ``file``, ``.h5`` or ``.keras``, with the Keras that wrote it."""
    return load_hdf5(file, path) if file.suffix == ".h5" else _load_archive(file, path)


def _load_archive(file: Path, path: Path) -> Any:
    check_archive(file)
    check_weights(file)
    return load_keras(file) if is_keras_3(file) else _load(libraries().tf_keras, file, path)


def load_keras(path: Path) -> Any:
    """The checked Keras 3 model of ``path``; never compiled, never with unsafe deserialisation."""
    check_archive(path)
    return _load(libraries().keras, path, path)


def load_hdf5(file: Path, path: Path) -> Any:
    """The model in an HDF5 ``file``, with the Keras that wrote it."""
    check_hdf5(file, path)
    config, version = model_config(file, path)
    check_config(config, path, Dialect.KERAS_2)
    return _load(libraries().keras if version.startswith("3.") else libraries().tf_keras, file, path)


def _load(keras: Any, file: Path, path: Path) -> Any:
    try:
        return keras.models.load_model(file, compile=False, safe_mode=True)
    except Exception as error:  # noqa: BLE001 - a foreign file may fail in any way
        name = "Keras" if keras is libraries().keras else "tf_keras"
        found = f"{name} cannot load it ({one_line(str(error), 160)})"
        raise ModelError(path, found, "", "" if name == "Keras" else _RESAVE) from None
