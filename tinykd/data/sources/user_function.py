"""Data from a function of the user's, ``"mydata:load"``: the file ``mydata.py`` beside ``tinykd.toml``.

The function takes nothing, or the project's folder. It gives what an ``.npz`` would hold, as a dictionary of
arrays; or ``(x, y)``; or ``(x_train, y_train), (x_test, y_test)``; or a ``tf.data.Dataset`` of such pairs, or
what gives them by their numbers, or a dictionary of those by part (``train``, ``validation``, ``test``); or a
``tinykd.data.dataset.Dataset``, split and normalised already.
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
from tinykd.data.sources.random_access import is_random_access, rows_of_source
from tinykd.data.sources.stream import gathered, is_stream
from tinykd.data.types import SampleRows
from tinykd.errors import DataError
from tinykd.progress import Progress, Silent
from tinykd.project.samples import DataKind
from tinykd.project.user_code import UserFunction, function_file, parameters
from tinykd.project.values import TaskName


def is_function(source: str) -> bool:
    """Whether ``source`` is ``"module:function"``."""
    return function_file(source) is not None


def load_module(source: str, root: Path, kinds: Kinds, kind: DataKind, task: TaskName) -> Raw | Dataset:
    """What the function ``source`` of a module in ``root`` gives."""
    users = _users(source, root)
    given, where = called(source, root)
    if isinstance(given, Dataset):
        return given
    arrays = users.call(rows_of, given, where)  # a stream runs the user's code
    return NpzArrays(where, source.partition(":")[0], arrays, kinds, kind).raw(task)


def called(source: str, root: Path) -> tuple[Any, str]:
    """What the function ``source`` gives, and where it is, for errors."""
    users = _users(source, root)
    function = users.load()
    given = users.call(function, root) if users.call(parameters, function) else users.call(function)
    return given, f"{users.path}: {users.name}"


def _users(source: str, root: Path) -> UserFunction:
    return UserFunction(source, root, "a function such as `def load(): ...`", DataError)


def arrays_of(given: Any, where: str, progress: Progress | None = None) -> dict[str, NDArray[Any]]:
    """What was given, as an ``.npz`` would hold it, all of it; streams are gathered on disk."""
    return {name: np.asarray(rows) for name, rows in rows_of(given, where, progress).items()}


def rows_of(given: Any, where: str, progress: Progress | None = None) -> dict[str, SampleRows]:
    """The same, where sources that give any sample by its number are read when they are asked for."""
    progress = progress or Silent()
    if isinstance(given, Mapping):
        found: dict[str, SampleRows] = {}
        parts = part_names(str(name) for name in given)
        for name, value in ((str(name), value) for name, value in given.items()):
            if name in parts and (is_stream(value) or is_random_access(value)):
                x, y = _pairs_of(value, where, progress)
                found[f"x_{parts[name]}"], found[f"y_{parts[name]}"] = x, y
            elif not is_stream(value):
                found[name] = np.asarray(value)
        names = canonical_names(found, where)
        return {meant: found[name] for name, meant in names.items()}
    if is_stream(given) or is_random_access(given):
        x, y = _pairs_of(given, where, progress)
        return {"x": x, "y": y}
    if _is_divided(given):
        (x, y), (x_test, y_test) = given
        divided = {"x_train": x, "y_train": y, "x_test": x_test, "y_test": y_test}
        return {name: np.asarray(value) for name, value in divided.items()}
    if isinstance(given, tuple) and len(given) == 2:
        return {"x": np.asarray(given[0]), "y": np.asarray(given[1])}
    wanted = "a dictionary of arrays, (x, y), a tf.data.Dataset or a tinykd Dataset"
    raise DataError(where, f"gave a {type(given).__name__}", wanted)


def _pairs_of(given: Any, where: str, progress: Progress) -> tuple[SampleRows, NDArray[Any]]:
    """Samples and labels of a stream, or of what gives them by their numbers."""
    return gathered(given, where, progress) if is_stream(given) else rows_of_source(given, where, progress)


def _is_divided(given: Any) -> bool:
    """``(x_train, y_train), (x_test, y_test)``, as Keras' data sets come."""
    pairs = given if isinstance(given, tuple) else ()
    return len(pairs) == 2 and all(isinstance(pair, tuple) and len(pair) == 2 for pair in pairs)
