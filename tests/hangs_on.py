"""What a test's outcome might hang on beside the code, by its file: markers ``sums`` and ``processes``.

- ``sums``: it trains, or judges what was trained. Sums of floats are rounded as the processor, the libraries
  and the number of threads have it.
- ``processes``: it talks to what runs beside it (a board, an emulator, a command line). Load decides
  who is first.

A file is taken for both where it says so itself, or through the helpers of ``tests`` that it imports and the
conftest.py beside it. ``tests/settings.py`` runs each under what might turn it red.
"""

import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SIGNS = {
    "sums": re.compile(
        r"libraries\(\)|import (tensorflow|keras|tf_keras|onnxruntime)|tinykd\.distill\(|def tutorials"
        r"|from tinykd\.(training|student|teacher|distillation|pruning|fine_tuning|quantization|fitting)\b"
        r"|from tinykd\.post_training|log_mel|linalg\."
        r"|call\([^)]*\"(run|train|distill|quantize|generate)\"|LinearRegression|Ridge\("
    ),
    "processes": re.compile(
        r"Popen|open_board|Device\.open|running\(|emulated\(|slow_line|tinykd\(\"|\bcall\("
        r"|threading|workers\.workers"
    ),
}
_HELPER = re.compile(r"^from (tests(?:\.\w+)+) import (.+)|^import (tests(?:\.\w+)+)", re.MULTILINE)


def mark(items: list[pytest.Item]) -> None:
    """Give each of ``items`` the markers of its file."""
    for item in items:
        for name in marks_of(item.path):
            item.add_marker(name)


@cache
def marks_of(path: Path) -> tuple[str, ...]:
    """The markers of a test file."""
    texts = [file.read_text(encoding="utf-8") for file in _read_with(path)]
    return tuple(name for name, sign in SIGNS.items() if any(sign.search(text) for text in texts))


def _read_with(path: Path) -> set[Path]:
    """The file, the conftest.py beside it, and the helpers that either imports, however deep."""
    found, waiting = set[Path](), [path, path.with_name("conftest.py")]
    while waiting:
        file = waiting.pop()
        if file not in found and file.is_file():
            found.add(file)
            waiting += _helpers(file)
    return found


@cache
def _helpers(file: Path) -> list[Path]:
    found = []
    for module, names, whole in _HELPER.findall(file.read_text(encoding="utf-8")):
        place = ROOT / (module or whole).replace(".", "/")
        found += [place.with_suffix(".py"), *(place / f"{name}.py" for name in re.findall(r"\w+", names))]
    return found
