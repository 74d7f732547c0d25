"""What a fake header declares, read from clang's syntax tree: functions, variables, methods, linkage."""

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.ports.cores import FAKES, Core

UNCACHED = os.environ | {"CCACHE_DISABLE": "1"}  # a cache of the compiler's keeps no syntax trees apart


@dataclass(frozen=True)
class Declaration:
    """One name with its C++ type. ``owner``: a method's class. ``linkage``: "C", "C++", or "" if static."""

    name: str
    type: str
    linkage: str
    function: bool
    owner: str = ""


def declarations(core: Core, headers: tuple[str, ...]) -> list[Declaration]:
    """What the fake of ``core`` declares in its own files; not what those include of the C library."""
    wheres = [f"-I{library}" for library in (FAKES / core.folder / "libraries").iterdir()]
    included = [f"-include{header}" for header in headers]
    command = ["clang++", f"-std={core.standard}", "-w", "-fsyntax-only", "-Xclang", "-ast-dump=json"]
    done = subprocess.run(
        [*command, *core.flags, *wheres, *included, "-x", "c++", "/dev/null"],
        capture_output=True,
        text=True,
        check=True,
        env=UNCACHED,
    )
    tree = json.loads(done.stdout)
    _name_files(tree, [""])
    return list(dict.fromkeys(_declared(tree, "C++", "")))


def _name_files(part: Any, last: list[str]) -> None:
    """clang names a file only where it is another than before: ``loc`` gets the one that holds."""
    if isinstance(part, list):
        for each in part:
            _name_files(each, last)
    elif isinstance(part, dict):
        last[0] = part.get("file", last[0]) if "offset" in part else last[0]
        if "offset" in part:
            part["file"] = last[0]
        for key, each in part.items():
            if key != "includedFrom":
                _name_files(each, last)


def _is_ours(node: dict[str, Any]) -> bool:
    place = node.get("loc", {})
    place = place.get("expansionLoc", place)
    return Path(place.get("file", "")).is_relative_to(FAKES) and not node.get("isImplicit")


def _declared(node: dict[str, Any], linkage: str, owner: str) -> Iterator[Declaration]:
    for child in node.get("inner", ()):
        match child["kind"]:
            case "LinkageSpecDecl":
                yield from _declared(child, child["language"], owner)
            case "NamespaceDecl" | "CXXRecordDecl":
                yield from _declared(child, linkage, f"{owner}{child.get('name', '')}::")
            case "FunctionDecl" | "VarDecl" | "CXXMethodDecl" if _is_ours(child):
                yield _declaration(child, linkage, owner)


def _declaration(node: dict[str, Any], linkage: str, owner: str) -> Declaration:
    kind = node["type"]["qualType"].partition(" __attribute__")[0]
    static = node.get("storageClass") == "static"
    function = node["kind"] != "VarDecl"
    return Declaration(node["name"], kind, "" if static else linkage, function, owner)
