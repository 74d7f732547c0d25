"""TensorFlow and both Kerases, loaded once, quietly and repeatably, and only when a training stage asks.

``keras`` is Keras 3 (teachers), ``tf_keras`` is Keras 2 (students: tfmot knows no other); ``tf.keras`` is
never used, so ``TF_USE_LEGACY_KERAS`` is not needed. tfmot sets it on import; it is put back as it was,
since child processes inherit it.
"""

import logging
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from tinykd.errors import ToolError

_THREADS = 2  # one number on every machine: another one rounds sums otherwise
_ENVIRONMENT = {
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "KERAS_BACKEND": "tensorflow",
    "TF_USE_LEGACY_KERAS": None,
}
_UNUSED = ("sklearn", "matplotlib")  # Keras imports them where they are, for wrappers and plots
_ONEDNN = "TF_ENABLE_ONEDNN_OPTS"  # off: for layers as small as ours its kernels cost a third more time


@dataclass(frozen=True)
class Libraries:
    """The modules, so that nobody imports TensorFlow at the top of a file."""

    tf: Any
    keras: Any  # Keras 3
    tf_keras: Any  # Keras 2
    tfmot: Any


@lru_cache(maxsize=1)
def libraries() -> Libraries:
    """Import TensorFlow and the rest (about six seconds), or a ``ToolError`` that says what to install."""
    try:
        with _environment(), quiet_stderr():
            return _import_all()
    except ModuleNotFoundError as error:
        fix = "Type `pip install 'tinykd[train]'`"
        raise ToolError("training", f"Python package {error.name} is missing", "", fix) from None


def _import_all() -> Libraries:
    with _without(_UNUSED):
        import keras
    import tensorflow as tf
    import tensorflow_model_optimization as tfmot
    import tf_keras

    if keras.backend.backend() != "tensorflow":
        raise ToolError("training", f"Keras runs on {keras.backend.backend()}", "TensorFlow as its backend")
    tf.get_logger().setLevel(logging.ERROR)
    logging.getLogger("absl").setLevel(logging.ERROR)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    tf.config.threading.set_intra_op_parallelism_threads(_threads())
    tf.config.experimental.enable_op_determinism()
    return Libraries(tf, keras, tf_keras, tfmot)


@contextmanager
def _without(names: Iterable[str]) -> Iterator[None]:
    """Those of ``names`` that are not imported yet cannot be while this lasts; importers do without."""
    held = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(held))  # type: ignore[arg-type]  # None: not there
    try:
        yield
    finally:
        for name in held:
            sys.modules.pop(name, None)


def _threads() -> int:
    """TensorFlow's own variable where the user sets it."""
    said = os.environ.get("TF_NUM_INTRAOP_THREADS", "")
    return int(said) if said.isdecimal() and int(said) else _THREADS


def set_seed(seed: int) -> None:
    """Start every random generator of TensorFlow and both Kerases at ``seed``."""
    libs = libraries()
    libs.keras.backend.clear_session()
    libs.tf_keras.backend.clear_session()
    libs.keras.utils.set_random_seed(seed)
    libs.tf_keras.utils.set_random_seed(seed)


@contextmanager
def _environment() -> Iterator[None]:
    """Environment for the import only; restored after, for the sake of child processes."""
    wanted = {_ONEDNN: os.environ.get(_ONEDNN, "0"), **_ENVIRONMENT}
    before = {name: os.environ.get(name) for name in wanted}
    _set_environment(wanted)
    try:
        yield
    finally:
        _set_environment(before)


def _set_environment(values: dict[str, str | None]) -> None:
    for name, value in values.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


@contextmanager
def quiet_stderr() -> Iterator[None]:
    """Hold back what C++ writes to standard error; shown only if an exception ends the block."""
    sys.stderr.flush()
    kept = os.dup(2)
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            yield
        except BaseException:
            os.dup2(kept, 2)
            held.seek(0)
            os.write(2, held.read())
            raise
        finally:
            os.dup2(kept, 2)
            os.close(kept)
