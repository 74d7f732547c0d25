"""The table of packages in docs/architecture.md: complete, in the order of the imports; no circles."""

import ast
import re
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TABLE = re.findall(r"^\| `tinykd/(\w+)` \|", (ROOT / "docs/architecture.md").read_text(), re.MULTILINE)


def imported(file: Path) -> set[str]:
    """The packages of tinykd that a file imports, within functions too."""
    modules = set[str]()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        match node:
            case ast.ImportFrom(module="tinykd", names=names):
                modules |= {f"tinykd.{alias.name}" for alias in names}
            case ast.ImportFrom(module=str(module)):
                modules.add(module)
            case ast.Import(names=names):
                modules |= {alias.name for alias in names}
    return {name.split(".")[1] for name in modules if name.startswith("tinykd.")}


def test_every_package_is_in_the_table_once() -> None:
    packages = {path.parent.name for path in ROOT.glob("tinykd/*/__init__.py")}
    assert sorted(TABLE) == sorted(packages)


def test_a_package_imports_only_what_stands_above_it() -> None:
    for place, package in enumerate(TABLE):
        for file in (ROOT / "tinykd" / package).rglob("*.py"):
            below = imported(file) & set(TABLE[place + 1 :])
            assert not below, f"{file.relative_to(ROOT)} imports {below}"


def test_no_import_runs_in_a_circle() -> None:
    """Between files, within packages too; imports in functions and for types alone count as well."""
    files = {_module(file): file for file in (ROOT / "tinykd").rglob("*.py")}
    uses = {name: _used(file, set(files)) - {name} for name, file in files.items()}
    tuple(TopologicalSorter(uses).static_order())  # a CycleError names the circle


def test_the_folders_of_a_package_import_one_another_one_way() -> None:
    """A folder counts as one: no file beside it, nor another folder, imports it and is imported by it."""
    files = {_module(file): file for file in (ROOT / "tinykd").rglob("*.py") if file.name != "__init__.py"}
    for package in (path.parent for path in (ROOT / "tinykd").rglob("__init__.py")):
        inside = _module(package) + "."
        uses: dict[str, set[str]] = {}
        for name, file in files.items():
            if name.startswith(inside):
                here = _child(name, inside)
                found = {_child(used, inside) for used in _used(file, set(files)) if used.startswith(inside)}
                uses.setdefault(here, set()).update(found - {here})
        tuple(TopologicalSorter(uses).static_order())  # a CycleError names the circle


def test_a_class_name_has_one_meaning() -> None:
    """No two classes of the package have the same name, whatever their files are called."""
    places: dict[str, list[str]] = {}
    for file in sorted((ROOT / "tinykd").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                places.setdefault(node.name, []).append(f"{file.relative_to(ROOT)}:{node.lineno}")
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def _child(module: str, inside: str) -> str:
    """The file or folder directly in ``inside`` that ``module`` is, or is in."""
    return module.removeprefix(inside).split(".")[0]


def _module(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _used(file: Path, known: set[str]) -> set[str]:
    """The modules that a file imports from: the one that is named, or the one in it."""
    found = set[str]()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        match node:
            case ast.ImportFrom(module=str(module), names=names):
                found |= {f"{module}.{a.name}" if f"{module}.{a.name}" in known else module for a in names}
            case ast.Import(names=names):
                found |= {alias.name for alias in names}
    return found & known
