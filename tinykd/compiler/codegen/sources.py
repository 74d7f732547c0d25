"""Which hand-written files a program needs, read from the files themselves: the C functions that it calls,
what those call in turn, and the headers that all of them include.

It reads text and compiles nothing, so it relies on one rule of this project: functions and tables with
linkage are named ``tkd_…`` and begin at the margin of a ``.c`` file. What is in a function of a header counts
for each source that includes the header; a declaration alone calls nothing. tests/kernels/test_sources.py
holds the result against what a compiler says.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, cached_property

from tinykd.paths import FIRMWARE

FOLDERS = ("kernels", "features")  # of firmware/
_COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
_INCLUDE = re.compile(r'^#include "(\w+\.h)"', re.MULTILINE)
_NAME = re.compile(r"\btkd_\w+")
_DEFINED = re.compile(  # a function, or a table
    r"^(?!static\b|typedef\b)\w[^;{}=#]*?\b(tkd_\w+)(?:\([^;{}]*\)\s*\{|\[\w*\][^;{}]*=)", re.MULTILINE
)
_DECLARED = re.compile(r"^(?!static\b|typedef\b)\w[^;{}=#]*?\b(tkd_\w+)\([^;{}]*\);", re.MULTILINE)
_BODY = re.compile(  # of a function, in one line or up to a brace at the margin, or of a macro
    r"\)\s*\{([^\n]*\}$|.*?^\})|^#define(.*?[^\\])$", re.MULTILINE | re.DOTALL
)


@dataclass(frozen=True)
class _File:
    """One file of ``FOLDERS``, without its comments."""

    path: str  # relative to firmware/
    text: str

    @cached_property
    def includes(self) -> tuple[str, ...]:
        """This project's headers, as ``#include`` names them."""
        return tuple(_INCLUDE.findall(self.text))

    @cached_property
    def called(self) -> frozenset[str]:
        """Names that code in it mentions: all of a source, the functions and macros of a header."""
        code = _INCLUDE.sub("", self.text)
        if self.path.endswith(".h"):
            code = "\n".join(part for parts in _BODY.findall(code) for part in parts)
        return frozenset(_NAME.findall(code))


@cache
def _kernels() -> dict[str, _File]:
    """The files of ``FOLDERS`` by name; ``#include`` names no folders, so file names are unique."""
    found: dict[str, _File] = {}
    for path in sorted(p for folder in FOLDERS for p in (FIRMWARE / folder).rglob("*.[ch]")):
        assert path.name not in found, f"two files named {path.name}"
        text = _COMMENT.sub(" ", path.read_text(encoding="utf-8"))
        found[path.name] = _File(path.relative_to(FIRMWARE).as_posix(), text)
    return found


@cache
def _where(suffix: str, pattern: "re.Pattern[str]") -> dict[str, str]:
    """Function -> the name of the file with ``suffix`` where ``pattern`` finds it."""
    return {
        function: name
        for name, file in _kernels().items()
        if name.endswith(suffix)
        for function in pattern.findall(file.text)
    }


def entry_headers(functions: Iterable[str]) -> tuple[str, ...]:
    """The headers that declare ``functions``, as ``#include`` names them."""
    declared = _where(".h", _DECLARED)
    return tuple(sorted({declared[f] for f in functions if f in declared}))


def needed_files(functions: Iterable[str], headers: Iterable[str] = ()) -> tuple[str, ...]:
    """Paths relative to firmware/: what ``functions`` need, and ``headers`` with what they include."""
    functions = set(functions)
    sources = _closure(_defining(functions), _called_sources)
    entries = {*headers, *entry_headers(functions), *(h for s in sources for h in _included(s))}
    names = sources | _closure(entries, _included)
    return tuple(sorted(_kernels()[name].path for name in names))


def _closure(names: Iterable[str], following: Callable[[str], Iterable[str]]) -> set[str]:
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += following(name)
    return found


def _included(name: str) -> tuple[str, ...]:
    return tuple(h for h in _kernels()[name].includes if h in _kernels())


def _called_sources(source: str) -> set[str]:
    """The sources that define what ``source`` calls."""
    texts = {source, *_closure(_included(source), _included)}
    return _defining({name for text in texts for name in _kernels()[text].called}) - {source}


def _defining(functions: Iterable[str]) -> set[str]:
    defined = _where(".c", _DEFINED)
    return {defined[f] for f in functions if f in defined}
