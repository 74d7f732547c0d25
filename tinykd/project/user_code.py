"""Runs a function of the user's: ``"mymodels:student"`` is ``student`` in ``mymodels.py``.

What goes wrong in it is one line that names its file and line.
"""

import importlib.util
import inspect
import re
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from tinykd.errors import UserError, one_line

_FUNCTION = re.compile(r"([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*):([A-Za-z_]\w*)", re.ASCII)


def function_file(text: str) -> str | None:
    """The file that ``text`` names, ``"mymodels.py"`` or ``"a/b.py"``; None if it names no function."""
    match = _FUNCTION.fullmatch(text)
    return match[1].replace(".", "/") + ".py" if match else None


@dataclass(frozen=True)
class UserFunction:
    """``text``: ``"module:function"``; ``root``: the folder of ``tinykd.toml``."""

    text: str
    root: Path
    wanted: str  # an example of such a function, for the error
    error: type[UserError]  # that faults become

    @property
    def name(self) -> str:
        """Of the function."""
        return self.text.partition(":")[2]

    @property
    def path(self) -> Path:
        """Of its file."""
        file = function_file(self.text)
        assert file is not None
        return self.root / file

    def load(self) -> Callable[..., Any]:
        """The function; its file is run anew: its source decides, not what was imported before."""
        if not self.path.is_file():
            raise self.error(self.path, "no such file", f"a Python file with the function {self.name}")
        found = getattr(self._module(), self.name, None)
        if not callable(found):
            raise self.error(self.path, f"has no function {self.name}", self.wanted)
        return found  # type: ignore[no-any-return]

    def call(self, function: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        """What ``function``, which ``load`` gave, returns."""
        return self._reporting(lambda: function(*arguments, **options))

    def _module(self) -> ModuleType:
        spec = importlib.util.spec_from_file_location(f"tinykd_user_{self.path.stem}", self.path)
        assert spec is not None and spec.loader is not None
        module, run = importlib.util.module_from_spec(spec), spec.loader.exec_module
        sys.modules[spec.name] = module  # a dataclass in it looks for its module there
        self._reporting(lambda: run(module))
        return module

    def _reporting(self, call: Callable[[], Any]) -> Any:
        """``call()``, with an error of the user's code as ``error``; errors of ours pass."""
        try:
            with _importable(self.root, self.path.parent):
                return call()
        except UserError:
            raise
        except SyntaxError as error:
            where = self.path if self._is_mine(error.filename or "") else error.filename or self.path
            raise self.error(where, f"line {error.lineno}: {error.msg}", "Python") from None
        except Exception as error:  # noqa: BLE001 - it is the user's code
            frames = [f for f in traceback.extract_tb(error.__traceback__) if self._is_mine(f.filename)]
            line = f"line {frames[-1].lineno}: " if frames else ""
            found = f"{line}{type(error).__name__}: {one_line(str(error), 200)}"
            raise self.error(self.path, found) from None

    def _is_mine(self, filename: str) -> bool:
        return Path(filename).resolve() == self.path.resolve()


def parameters(function: Callable[..., Any]) -> frozenset[str]:
    """The names of its parameters."""
    return frozenset(inspect.signature(function).parameters)


@contextmanager
def _importable(*folders: Path) -> Iterator[None]:
    """For what the user's code imports from beside itself."""
    added = [str(folder.resolve()) for folder in folders]
    sys.path[:0] = added
    try:
        yield
    finally:
        for folder in added:
            sys.path.remove(folder)
