"""A student of the user's own: ``model = "mymodels:student"`` is the function ``student`` in ``mymodels.py``.

The file stands beside ``tinykd.toml``. Signature: (input_shape, outputs[, width][, depth]) -> tf_keras model,
(n, H, W, C) in, (n, outputs) logits out. What goes wrong in it is told with its file and line.
"""

import importlib.util
import inspect
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from tinykd.errors import ModelError, one_line
from tinykd.project.functions import function_file
from tinykd.project.schema import StudentSection

_WANTED = "a function such as `def student(input_shape, outputs, width): ...`"


def load_function(section: StudentSection) -> Callable[..., Any]:
    """The function that ``section.model`` ("module:function") says."""
    path, function = _path(section), section.model.partition(":")[2]
    if not path.is_file():
        raise ModelError(path, "no such file", f"a Python file with the function {function}")
    found = getattr(_module(path), function, None)
    if not callable(found):
        raise ModelError(path, f"has no function {function}", _WANTED)
    return found  # type: ignore[no-any-return]


def call_function(section: StudentSection, shape: tuple[int, int, int], outputs: int) -> Any:
    """What the function returns; ``width`` and ``depth`` are passed if it has such parameters."""
    function = load_function(section)
    given = {"width": 1.0 if section.width is None else section.width, "depth": section.depth}
    options = {
        key: value for key, value in given.items() if key in parameters(function) and value is not None
    }
    return _told(_path(section), lambda: function(shape, outputs, **options))


def _path(section: StudentSection) -> Path:
    file = function_file(section.model)
    assert file is not None
    return section.root / file


def parameters(function: Callable[..., Any]) -> frozenset[str]:
    """The names of its parameters."""
    return frozenset(inspect.signature(function).parameters)


def _module(path: Path) -> ModuleType:
    """The module in ``path``, run anew: its source decides, not what was imported before."""
    spec = importlib.util.spec_from_file_location(f"tinykd_user_{path.stem}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    folder = str(path.resolve().parent)
    sys.path.insert(0, folder)  # for what it imports from beside itself
    try:
        _told(path, lambda: spec.loader.exec_module(module))  # type: ignore[union-attr]
    finally:
        sys.path.remove(folder)
    return module


def _told(path: Path, call: Callable[[], Any]) -> Any:
    """``call()``, with an error of the user's code as one line that names file and line."""
    try:
        return call()
    except SyntaxError as error:
        raise ModelError(path, f"line {error.lineno}: {error.msg}", "Python") from None
    except Exception as error:  # noqa: BLE001 - it is the user's code
        frames = [f for f in traceback.extract_tb(error.__traceback__) if Path(f.filename) == path]
        where = f"line {frames[-1].lineno}: " if frames else ""
        raise ModelError(path, f"{where}{type(error).__name__}: {one_line(str(error), 200)}") from None
