"""The C type of each field of the kernels' parameter structs, read from their headers.

It reads text and compiles nothing, so it relies on one rule of this project: a ``typedef struct`` has no
struct inside, and a type of one word before the names of its fields. Pointers and arrays are left out.
"""

import re
from collections.abc import Iterator
from functools import cache

from tinykd.paths import FIRMWARE

_COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
_STRUCT = re.compile(r"typedef struct \w+ \{(.*?)\} (\w+);", re.DOTALL)
_FIELDS = re.compile(r"(\w+) (\w+(?:, \w+)*)")
FOLDERS = ("kernels", "features")  # of firmware/


@cache
def struct_fields() -> dict[str, dict[str, str]]:
    """By struct, then by field: its type."""
    found: dict[str, dict[str, str]] = {}
    for path in sorted(p for folder in FOLDERS for p in (FIRMWARE / folder).rglob("*.h")):
        for body, name in _STRUCT.findall(_COMMENT.sub(" ", path.read_text(encoding="utf-8"))):
            found[name] = dict(_fields(body))
    return found


def _fields(body: str) -> Iterator[tuple[str, str]]:
    for declaration in body.split(";"):
        if matched := _FIELDS.fullmatch(" ".join(declaration.split())):
            yield from ((name, matched[1]) for name in matched[2].split(", "))
