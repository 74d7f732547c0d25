"""The arguments of ``tinykd.distill`` as a project folder: ``tinykd.toml``, ``data.npz``, the teacher's file.

So a call from Python takes the way of the command line, which can go on with the folder.
"""

import filecmp
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.api.errors import InputError
from tinykd.files import write_if_changed
from tinykd.progress import Progress
from tinykd.project.load import PROJECT_FILE
from tinykd.scratch import scratch

DATA_FILE = "data.npz"
STUDENT_FILE = "student_of_mine.py"
Sections = dict[str, dict[str, Any]]


def write_project(folder: Path, sections: Sections) -> Path:
    """``tinykd.toml`` in ``folder``; keys that are None are left out."""
    import tomli_w

    given = {name: _without_none(section) for name, section in sections.items()}
    path = folder / PROJECT_FILE
    write_if_changed(path, tomli_w.dumps({name: section for name, section in given.items() if section}))
    return path


def _without_none(section: Mapping[str, Any]) -> dict[str, Any]:
    found = {key: _without_none(v) if isinstance(v, Mapping) else v for key, v in section.items()}
    return {key: value for key, value in found.items() if value is not None}


def write_data(folder: Path, data: Any, classes: tuple[str, ...], progress: Progress) -> str:
    """``data`` as ``[data] source``: a name or path as it is, arrays and ``tf.data.Dataset``s as a file."""
    if isinstance(data, str | Path):
        return str(data)
    arrays = _arrays(data, progress)
    if classes:
        arrays["classes"] = np.array(classes)
    _write_npz(folder / DATA_FILE, arrays)
    return DATA_FILE


def _arrays(data: Any, progress: Progress) -> dict[str, NDArray[Any]]:
    """``(x, y)``, ``((x_train, y_train), (x_test, y_test))``, a dictionary, or a ``tf.data.Dataset``."""
    from tinykd.data.sources.user_function import arrays_of

    if isinstance(data, tuple | list) and len(data) == 2 and all(isinstance(part, tuple) for part in data):
        (x_train, y_train), (x_test, y_test) = data
        data = {"x_train": x_train, "y_train": y_train, "x_test": x_test, "y_test": y_test}
    elif isinstance(data, list):
        data = tuple(data)
    return {name: _labels(name, values) for name, values in arrays_of(data, "data", progress).items()}


def _labels(name: str, values: NDArray[Any]) -> NDArray[Any]:
    """Labels of Keras's own data sets come as (n, 1)."""
    is_column = name.startswith("y") and values.ndim == 2 and values.shape[1] == 1
    return values[:, 0] if is_column else values


def _write_npz(path: Path, arrays: dict[str, NDArray[Any]]) -> None:
    """Beside its place first, so that an unchanged file keeps its stages; nothing is held in memory twice."""
    if any(values.dtype == object for values in arrays.values()):
        name = next(name for name, values in arrays.items() if values.dtype == object)
        raise InputError(f"data: {name}", "an array of objects", "one array of numbers")
    with scratch(f".{path.stem}-", path.parent) as folder:
        np.savez(folder / path.name, allow_pickle=False, **arrays)
        if not path.is_file() or not filecmp.cmp(path, folder / path.name, shallow=False):
            (folder / path.name).replace(path)


def write_teacher(folder: Path, teacher: Any) -> list[str]:
    """``teacher`` as ``[teacher] model``: names and paths as they are, a Keras model as a file."""
    given = teacher if isinstance(teacher, list | tuple) else [teacher]
    return [_teacher(folder, each, number) for number, each in enumerate(given, 1)]


def _teacher(folder: Path, teacher: Any, number: int) -> str:
    if isinstance(teacher, str):
        return teacher
    if isinstance(teacher, Path):
        return str(teacher.resolve())
    if not (hasattr(teacher, "save") and hasattr(teacher, "get_weights")):
        wanted = 'a Keras model, a file of one, or a name such as "resnet"'
        raise InputError("teacher", f"a {type(teacher).__name__}", wanted)
    name = f"teacher_{number}.keras"
    teacher.save(folder / name)
    return name


def write_student(folder: Path, student: Any) -> str:
    """``student`` as ``[student] model``: a name as it is, a tf_keras model as a function that builds it."""
    if isinstance(student, str):
        return student
    if not type(student).__module__.startswith("tf_keras"):
        wanted = 'a name such as "ds_cnn", or a tf_keras model (QAT takes no other)'
        raise InputError("student", f"a {type(student).__module__}.{type(student).__name__}", wanted)
    lines = (
        '"""The network that was given to tinykd.distill."""\n',
        f"CONFIG = {student.to_json()!r}\n\n",
        "def student(input_shape, outputs):",
        "    import tf_keras\n",
        "    return tf_keras.models.model_from_json(CONFIG)",
    )
    write_if_changed(folder / STUDENT_FILE, "\n".join(lines) + "\n")
    return f"{Path(STUDENT_FILE).stem}:student"
