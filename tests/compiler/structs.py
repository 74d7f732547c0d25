"""Constants are written by position (C++17 has no designated initializers): is the order that of the C
headers?"""

import re

from tinykd.compiler.kernel import Pointer, Struct
from tinykd.compiler.program import Program
from tinykd.paths import FIRMWARE


def declared(program: Program) -> dict[str, list[str]]:
    """Struct name -> its fields in order, from the headers of the program's kernels."""
    found: dict[str, list[str]] = {}
    for file in program.kernel_files:
        if file.endswith(".h"):
            text = re.sub(r"/\*.*?\*/|//[^\n]*", "", (FIRMWARE / file).read_text(), flags=re.S)
            for body, name in re.findall(r"typedef struct \w*\s*\{(.*?)\}\s*(\w+);", text, flags=re.S):
                found[name] = [_name(d) for line in body.split(";") if line.strip() for d in line.split(",")]
    return found


def _name(declarator: str) -> str:
    return re.findall(r"\w+", declarator.split("[")[0])[-1]


def check(program: Program) -> None:
    headers = declared(program)
    for step in program.steps:
        if step.call.params is not None:
            _check(step.call.params, headers)


def _check(struct: Struct, headers: dict[str, list[str]]) -> None:
    assert struct.type in headers, f"{struct.type} is in no header that its kernel lists"
    assert [name for name, _ in struct.fields] == headers[struct.type], struct.type
    for _, value in struct.fields:
        inner = value.struct if isinstance(value, Pointer) else value
        if isinstance(inner, Struct):
            _check(inner, headers)
