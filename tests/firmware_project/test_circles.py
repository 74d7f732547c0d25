"""In firmware/, includes and calls point one way: no file reaches itself through others.

A header may call into the source of its own name. Ports define the same functions, one set for each board: a
call goes to the file of the caller's own folder that has it, else to all that have it.
"""

import re
from collections import defaultdict
from pathlib import Path

from tinykd.paths import FIRMWARE

DEFINED = re.compile(
    r"^(?!static\b|typedef\b|extern\b)\w[^;{}=#]*?\b([a-z]\w*)(?:\([^;{}]*\)\s*\{|\[\w*\][^;{}]*=)",
    re.MULTILINE,
)
BODY = re.compile(r"\)\s*\{(.*?)(?:^\}|\}$)|^#define(.*?[^\\])$", re.MULTILINE | re.DOTALL)
INCLUDE = re.compile(r'^#include "([\w.]+)"', re.MULTILINE)
COMMENT_OR_STRING = re.compile(r'/\*.*?\*/|//[^\n]*|(?<!include )"(?:\\.|[^"\\\n])*"', re.DOTALL)

Arrows = dict[str, set[str]]


def texts(root: Path) -> dict[str, str]:
    """Path -> code without comments and strings."""
    files = sorted(p for p in root.rglob("*") if p.suffix in (".c", ".h", ".cpp"))
    return {p.relative_to(root).as_posix(): COMMENT_OR_STRING.sub(" ", p.read_text()) for p in files}


def nearest(caller: str, found: list[str]) -> list[str]:
    near = [f for f in found if Path(f).parent == Path(caller).parent]
    return near or found


def arrows(root: Path) -> Arrows:
    files = texts(root)
    named, defined = defaultdict(list), defaultdict(list)
    for path, text in files.items():
        named[Path(path).name].append(path)
        if not path.endswith(".h"):
            for name in DEFINED.findall(text):
                defined[name].append(path)
    found: Arrows = {path: set() for path in files}
    for path, text in files.items():
        code = INCLUDE.sub("", text)
        if path.endswith(".h"):
            code = "\n".join(part for parts in BODY.findall(code) for part in parts)
        for header in INCLUDE.findall(text):
            found[path] |= set(nearest(path, named[header]))
        for name in set(re.findall(r"\w+", code)) & defined.keys():
            if path not in defined[name]:
                found[path] |= {f for f in nearest(path, defined[name]) if Path(f).stem != Path(path).stem}
    return found


def circles(graph: Arrows) -> list[list[str]]:
    """Groups of files that reach one another (each file with what it reaches, and is reached by)."""
    reach = {path: _reached(path, graph) for path in graph}
    groups = {
        tuple(sorted(p for p in reach[path] if path in reach[p])) for path in graph if path in reach[path]
    }
    return sorted(map(list, groups))


def _reached(start: str, graph: Arrows) -> set[str]:
    found: set[str] = set()
    waiting = list(graph[start])
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += graph[path]
    return found


def test_no_circles() -> None:
    assert circles(arrows(FIRMWARE)) == []


def test_a_call_upwards_is_a_circle(tmp_path: Path) -> None:
    """As the session called the app, which it stands below, and two kernels each other."""
    (tmp_path / "low.h").write_text("void low(void);\n")
    (tmp_path / "low.c").write_text('#include "low.h"\n/* high(); */\nvoid low(void) { high(); }\n')
    (tmp_path / "high.c").write_text('#include "low.h"\nvoid high(void) {\n    low();\n}\n')
    assert circles(arrows(tmp_path)) == [["high.c", "low.c"]]
    (tmp_path / "low.c").write_text('#include "low.h"\nvoid low(void) { puts("high()"); /* high */ }\n')
    assert circles(arrows(tmp_path)) == []
