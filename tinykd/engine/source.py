"""The package's own modules as text: what each defines, imports and refers to. Nothing is imported or run."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

PACKAGE = "tinykd"
PATHS = f"{PACKAGE}.paths"
DATA = {
    f"{PATHS}.{name}": name.lower() for name in ("TEMPLATES", "FIRMWARE", "BOARDS", "EXAMPLES")
}  # its constants, and the folders
_Scope = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_INNER = (
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef),
    *(ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp),
)


@dataclass(frozen=True)
class Data:
    """A file or folder that is read: ``"templates/report"``, ``"boards"``, or ``"tinykd/tflm/ports"``."""

    path: str


Reference = str | Data  # "tinykd.files.write_json": a module or what is in one


class Sources:
    """The package's modules, each parsed once."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._known: dict[str, Module | None] = {}

    def module(self, name: str) -> "Module | None":
        """The module or package called ``name``; None: there is none in this package."""
        if name not in self._known:
            self._known[name] = self._read(name)
        return self._known[name]

    def modules_of(self, package: str) -> list[str]:
        """The names of all modules that lie in ``package``."""
        files = sorted((self._root / package.replace(".", "/")).glob("*.py"))
        return [f"{package}.{file.stem}" for file in files if file.stem != "__init__"]

    def _read(self, name: str) -> "Module | None":
        if name.partition(".")[0] != PACKAGE:
            return None
        path = name.replace(".", "/")
        for file in (f"{path}/__init__.py", f"{path}.py"):
            if (self._root / file).is_file():
                return Module(name, file, ast.parse((self._root / file).read_bytes()), self)
        return None


@dataclass(frozen=True, eq=False)
class Module:
    """A module's text, parsed."""

    name: str
    path: str
    tree: ast.Module
    sources: Sources
    _known: dict[str, list[Reference]] = field(default_factory=dict)

    @cached_property
    def defined(self) -> dict[str, _Definition]:
        """Functions and classes."""
        return {node.name: node for node in self.tree.body if isinstance(node, _Definition)}

    @cached_property
    def bound(self) -> dict[str, str]:
        """What the names mean that it imports."""
        return {
            name: target
            for node in _running(self.tree)
            if isinstance(node, ast.Import | ast.ImportFrom)
            for name, target in _imported(node)
        }

    @property
    def imports(self) -> list[str]:
        """The modules that it imports when it is imported itself."""
        targets = self.bound.values()
        return [name if self.sources.module(name) else name.rpartition(".")[0] for name in targets]

    @cached_property
    def statements(self) -> list[Reference]:
        """What its own statements refer to; functions and classes apart, but for their decorators."""
        other = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
        tops = [node for node in self.tree.body if not isinstance(node, other)]
        decorators = [each for node in self.defined.values() for each in node.decorator_list]
        return [found for node in (*tops, *decorators) for found in self._references(node, frozenset())]

    def inside(self, name: str) -> list[Reference]:
        """What the function or class called ``name`` refers to, looked up once."""
        if name not in self._known:
            self._known[name] = list(self._references(self.defined[name], frozenset()))
        return self._known[name]

    def _references(self, node: ast.AST, local: frozenset[str]) -> Iterator[Reference]:
        match node:
            case ast.If() if _is_for_types(node):
                for other in node.orelse:
                    yield from self._references(other, local)
                return
            case ast.Import() | ast.ImportFrom():
                yield from (target for _, target in _imported(node))
            case ast.BinOp(ast.Name(name), ast.Div(), ast.Constant(str(folder))) if self._data(name, local):
                yield Data(f"{self._data(name, local)}/{folder}")
                return
            case ast.Attribute(ast.Name(name), attribute) if name not in local and name in self.bound:
                yield f"{self.bound[name]}.{attribute}" if self._is_module(name) else self.bound[name]
                return
            case ast.Name(name) if name not in local:
                yield from self._named(name)
            case ast.Constant(str(text)) if text.startswith(f"{PACKAGE}.") and self.sources.module(text):
                yield text
            case ast.Call(ast.Attribute(place, "with_name"), [ast.Constant(str(text))]) if _is_own(place):
                yield self._beside(text)
        inner = local | _locals(node) if isinstance(node, _Scope) else local
        for child in _children(node):
            yield from self._references(child, inner)

    def _named(self, name: str) -> Iterator[Reference]:
        if name in self.defined:
            yield f"{self.name}.{name}"
        elif name in self.bound:
            yield f"{self.bound[name]}.*" if self._is_module(name) else self.bound[name]

    def _is_module(self, name: str) -> bool:
        return self.sources.module(self.bound[name]) is not None

    def _data(self, name: str, local: frozenset[str]) -> str | None:
        return None if name in local else DATA.get(self.bound.get(name, ""))

    def _beside(self, name: str) -> Reference:
        if name.endswith(".py"):
            package = self.name if self.path.endswith("__init__.py") else self.name.rpartition(".")[0]
            return f"{package}.{name.removesuffix('.py')}"
        return Data(Path(self.path).with_name(name).as_posix())


def _running(node: ast.AST) -> Iterator[ast.AST]:
    """What runs when a module is imported: nothing inside functions, nothing for types alone."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and _is_for_types(child):
            for other in child.orelse:
                yield other
                yield from _running(other)
        elif not isinstance(child, _Definition | ast.Lambda):
            yield child
            yield from _running(child)


def _imported(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
    """Each name, and what it means; tinykd has no relative imports."""
    for alias in node.names:
        if isinstance(node, ast.ImportFrom):
            yield alias.asname or alias.name, f"{node.module}.{alias.name}"
        else:
            yield alias.asname or alias.name.partition(".")[0], alias.name


def _is_for_types(node: ast.If) -> bool:
    return isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def _is_own(place: ast.AST) -> bool:
    return any(isinstance(node, ast.Name) and node.id == "__file__" for node in ast.walk(place))


def _locals(scope: _Scope) -> frozenset[str]:
    """The names that mean something of the function's own: arguments, what it binds or imports itself."""
    names = {node.arg for node in ast.walk(scope.args) if isinstance(node, ast.arg)}
    for node in _of_scope(scope):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names |= {name for name, _ in _imported(node)}
    return frozenset(names)


def _of_scope(scope: ast.AST) -> Iterator[ast.AST]:
    """Nodes of this very scope; comprehensions and inner functions have scopes of their own."""
    waiting = [scope]
    while waiting:
        inside = [child for child in _children(waiting.pop()) if not isinstance(child, _INNER)]
        yield from inside
        waiting += inside


def _children(node: ast.AST) -> list[ast.AST]:
    """As ``ast.iter_child_nodes``, which takes longer, without the marks for load and store."""
    found: list[ast.AST] = []
    for name in node._fields:
        value = getattr(node, name, None)
        if isinstance(value, list):
            found += [each for each in value if isinstance(each, ast.AST)]
        elif isinstance(value, ast.AST) and name != "ctx":
            found.append(value)
    return found
