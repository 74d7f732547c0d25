"""Data from a function of the user's, ``"mydata:load"``: the file ``mydata.py`` beside ``tinykd.toml``.

The function takes nothing, or the project's folder. It gives what an ``.npz`` would hold, as a dictionary of
arrays; or ``(x, y)``; or ``(x_train, y_train), (x_test, y_test)``; or a ``tf.data.Dataset`` of such pairs, or
a dictionary of those by part (``train``, ``validation``, ``test``); or a ``tinykd.data.dataset.Dataset``,
split and normalised already.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.dataset import Dataset
from tinykd.data.kinds import Kinds
from tinykd.data.raw import Raw
from tinykd.data.sources.array_names import canonical_names, part_names
from tinykd.data.sources.npz import NpzArrays
from tinykd.errors import DataError
from tinykd.project.samples import DataKind
from tinykd.project.user_code import UserFunction, function_file, parameters
from tinykd.project.values import TaskName

MAX_BYTES = 4 << 30  # of all samples together


def is_function(source: str) -> bool:
    """Whether ``source`` is ``"module:function"``."""
    return function_file(source) is not None


def load_module(source: str, root: Path, kinds: Kinds, kind: DataKind, task: TaskName) -> Raw | Dataset:
    """What the function ``source`` of a module in ``root`` gives."""
    users = UserFunction(source, root, "a function such as `def load(): ...`", DataError)
    function, where = users.load(), f"{users.path}: {users.name}"
    given = users.call(function, root) if users.call(parameters, function) else users.call(function)
    if isinstance(given, Dataset):
        return given
    arrays = users.call(arrays_of, given, where)  # a stream runs the user's code
    return NpzArrays(where, source.partition(":")[0], arrays, kinds, kind).raw(task)


def arrays_of(given: Any, where: str) -> dict[str, NDArray[Any]]:
    """What was given, as an ``.npz`` would hold it."""
    if isinstance(given, Mapping):
        found: dict[str, NDArray[Any]] = {}
        parts = part_names(str(name) for name in given)
        for name, value in ((str(name), value) for name, value in given.items()):
            if name in parts and _is_stream(value):
                found[f"x_{parts[name]}"], found[f"y_{parts[name]}"] = _collected(value, where)
            elif not _is_stream(value):
                found[name] = np.asarray(value)
        names = canonical_names(found, where)
        return {meant: found[name] for name, meant in names.items()}
    if _is_stream(given):
        given = _collected(given, where)
    if _is_divided(given):
        (x, y), (x_test, y_test) = given
        divided = {"x_train": x, "y_train": y, "x_test": x_test, "y_test": y_test}
        return {name: np.asarray(value) for name, value in divided.items()}
    if isinstance(given, tuple) and len(given) == 2:
        return {"x": np.asarray(given[0]), "y": np.asarray(given[1])}
    wanted = "a dictionary of arrays, (x, y), a tf.data.Dataset or a tinykd Dataset"
    raise DataError(where, f"gave a {type(given).__name__}", wanted)


def _is_divided(given: Any) -> bool:
    """``(x_train, y_train), (x_test, y_test)``, as Keras' data sets come."""
    pairs = given if isinstance(given, tuple) else ()
    return len(pairs) == 2 and all(isinstance(pair, tuple) and len(pair) == 2 for pair in pairs)


def _is_stream(value: Any) -> bool:
    """A ``tf.data.Dataset``, without importing TensorFlow."""
    return hasattr(value, "as_numpy_iterator") and hasattr(value, "element_spec")


def _collected(stream: Any, where: str) -> tuple[NDArray[Any], NDArray[Any]]:
    """All samples of a stream of pairs, in batches or one by one; the shape of the labels decides."""
    if not isinstance(stream.element_spec, tuple) or len(stream.element_spec) != 2:
        raise DataError(where, f"a tf.data.Dataset of {stream.element_spec}", "pairs of sample and label")
    batched = stream.element_spec[1].shape.rank not in (0, None)
    samples, labels, size = [], [], 0
    for x, y in stream.as_numpy_iterator():
        samples.append(x if batched else x[np.newaxis])
        labels.append(np.atleast_1d(y))
        size += samples[-1].nbytes
        if size > MAX_BYTES:
            found = f"gives more than {MAX_BYTES} bytes"
            raise DataError(where, found, "a finite tf.data.Dataset", "Use take()")
    if not samples:
        raise DataError(where, "no samples")
    return np.concatenate(samples), np.concatenate(labels)
