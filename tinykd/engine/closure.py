"""Which files decide what a function does: its own, and whatever it imports, found by reading the source.

A module that is imported runs its own statements, so its imports count. What stands inside a function or a
class counts where that is reached, by name, from the function that one began with: a stage does not depend
on its neighbours in one file. What no import shows counts as well: the data folders of ``tinykd.paths``,
modules that are started as processes or found in a package by listing it, files ``with_name`` beside a
module. Too much rather than too little: a name that may mean a module's function means it. Nothing is
imported here.
"""

from collections.abc import Iterable
from pathlib import Path

from tinykd.engine.source import DATA, PACKAGE, PATHS, Data, Reference, Sources


def closures(functions: Iterable[str], root: Path) -> dict[str, list[str]]:
    """The parts that each ``"module:name"`` depends on, by path below ``root``, the folder with the package.

    A part is a file, or a folder of which all files count; ``boards`` stands for the TOMLs of the boards
    at hand, whichever those are.
    """
    sources = Sources(root)
    return {function: sorted(_parts(function, sources)) for function in functions}


def _parts(function: str, sources: Sources) -> set[str]:
    walk = _Walk(sources)
    walk.reach(function.replace(":", "."))
    return walk.parts


class _Walk:
    """What is reached, so far."""

    def __init__(self, sources: Sources) -> None:
        self.parts: set[str] = set()
        self._sources = sources
        self._seen: set[Reference] = set()
        self._run: set[str] = set()  # modules
        self._found: list[Reference] = []

    def reach(self, reference: Reference) -> None:
        """All that follows from ``reference``."""
        self._found.append(reference)
        while self._found:
            if (found := self._found.pop()) not in self._seen:
                self._seen.add(found)
                self._take(found)

    def _take(self, reference: Reference) -> None:
        if isinstance(reference, Data):
            self.parts.add(reference.path)
        elif reference.endswith(".*"):
            self._listed(reference.removesuffix(".*"))
        elif reference in DATA:
            self._import(PATHS)
            self.parts.add(DATA[reference])
        elif whole := self._sources.module(reference):
            self._import(reference)
            self._found += [f"{reference}.{name}" for name in whole.defined]
        else:
            self._member(*reference.rpartition(".")[::2])

    def _listed(self, package: str) -> None:
        """All modules of a package that is looked through at run time."""
        self.parts.add(package.replace(".", "/"))
        self._found += self._sources.modules_of(package)

    def _import(self, name: str) -> None:
        """``name`` and the packages that it is in run their statements; the outermost only offers others'."""
        parents = name.split(".")
        for depth in range(min(2, len(parents)), len(parents) + 1):
            module = self._sources.module(".".join(parents[:depth]))
            if module and module.name not in self._run:
                self._run.add(module.name)
                self.parts.add(module.path)
                if name == PACKAGE:
                    continue
                for imported in module.imports:
                    self._import(imported)
                self._found += module.statements

    def _member(self, module: str, name: str) -> None:
        found = self._sources.module(module)
        if found is None:
            return  # another package's, or an attribute of a value
        self._import(module)
        if name in found.defined:
            self._found += found.inside(name)
        elif name in found.bound:
            self._found.append(found.bound[name])
