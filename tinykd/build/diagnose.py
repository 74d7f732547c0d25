"""The first thing a compiler or linker complained of, with the file and line that it came from.

Formats: GCC's and Clang's diagnostics (``file:line:column: error: text``), GNU ld's (``file:line: undefined
reference to `name'``), CMake's (``CMake Error at file:line (command):``, the text on the next line).
"""

import re
from pathlib import Path

from tinykd.build.tool import ToolFailedError
from tinykd.errors import ToolError

_FILE = r"(?P<file>[^\s:][^:\n]*?\.(?:c|cc|cpp|cxx|h|hpp|ino|S|s))"
_COMPILER = re.compile(rf"^{_FILE}:(?P<line>\d+)(?::\d+)?: (?:fatal )?error: (?P<text>.+)$", re.MULTILINE)
_LINKER = re.compile(
    rf"^(?:\S*ld(?:\.exe)?: )?{_FILE}:(?P<line>\d+):(?:\([^)]*\):)? ?"
    r"(?P<text>undefined reference to .+|multiple definition of [^;]+)",
    re.MULTILINE,
)
_CMAKE = re.compile(r"^CMake Error at (?P<file>[^:\n]+):(?P<line>\d+) .*:\n\s*(?P<text>.+)$", re.MULTILINE)


def compiler_error(failed: ToolFailedError, project: Path) -> ToolError | None:
    """The compiler's first message on a file, with a path that exists here; None if it is something else."""
    found = [m for pattern in (_COMPILER, _LINKER, _CMAKE) if (m := pattern.search(failed.output))]
    if not found:
        return None
    first = min(found, key=lambda match: match.start())
    where = f"{_place(first['file'], project)}:{first['line']}"
    return ToolError(where, first["text"].strip(), fix=f"The whole output is in {failed.log}")


def _place(file: str, project: Path) -> Path:
    """``file`` as it is found from here."""
    path = Path(file)
    return path if path.is_absolute() else project / path
