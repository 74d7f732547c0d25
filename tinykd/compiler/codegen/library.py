"""Program -> a C library in one folder, as a pure function to ``{relative path: text}``, sorted.

No I/O but reading tinykd's own templates and firmware. The folder builds with make or CMake, and without
tinykd. It holds the model, what it calls and nothing else: no port, no harness, no main but an example.

Kernels keep their names in every library, so that models in one program share them: the linker takes each
from the first archive that has it, and CMake compiles each once. That is right only if they are the same
kernels, so every library carries their ``revision`` and two different ones refuse to link.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath
from typing import Any

from tinykd.compiler.codegen.render import environment, render
from tinykd.compiler.codegen.sources import FOLDERS
from tinykd.compiler.core import Core
from tinykd.compiler.program import Program
from tinykd.paths import FIRMWARE
from tinykd.version import __version__

PUBLIC = ("include/tkd_model.h", "include/tkd_status.h", "kernels/tkd_quantize.h")  # what NAME.h includes
_ARM = {
    Core.CORTEX_M0: ("-mcpu=cortex-m0", "-mthumb"),
    Core.CORTEX_M4: ("-mcpu=cortex-m4", "-mthumb"),
    Core.CORTEX_M7: ("-mcpu=cortex-m7", "-mthumb"),
    Core.CORTEX_M33: ("-mcpu=cortex-m33", "-mthumb"),
    Core.CORTEX_M55: ("-mcpu=cortex-m55", "-mthumb", "-mfloat-abi=hard"),  # no vectors without
}
_OPTIMIZE = {"speed": "-O3", "balanced": "-O2", "size": "-Os", "ram": "-O2"}


@dataclass(frozen=True)
class Toolchain:
    """The default compiler of the Makefile and its flags."""

    cross: str = ""  # prefix of gcc and ar: "arm-none-eabi-"
    machine: tuple[str, ...] = ()  # "-mcpu=cortex-m4", "-mthumb"


def default_toolchain(core: Core) -> Toolchain:
    """GCC for ``core``, if it is one that GCC is known for."""
    return Toolchain("arm-none-eabi-", _ARM[core]) if core in _ARM else Toolchain()


def library_files(
    program: Program, toolchain: Toolchain | None = None, more: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The library of ``program``; its Makefile's defaults are those of ``toolchain``.

    ``more``: files that go with the model, by their paths in the library; sources among them are built.
    """
    name = program.name
    sources = render(program)
    files = {path: _firmware(origin) for origin, path in _copied(program).items()}
    files[f"include/{name}.h"] = sources[f"{name}.h"]
    files |= more or {}
    context = _context(program, toolchain or default_toolchain(program.options.core), sorted(files))
    files[f"src/{name}.c"] = sources[f"{name}.c"] + _template("guard.c.j2", context)
    files["kernels/tkd_revision.c"] = _template("tkd_revision.c.j2", context)
    for path in ("Makefile", "CMakeLists.txt", "README.md", "example.c", "stack.awk"):
        files[path] = _template(f"{path}.j2", context)
    return dict(sorted(files.items()))


@cache
def revision() -> str:
    """The kernels' revision: 12 hexadecimal digits of a hash over all of them and the public headers."""
    digest = hashlib.sha256()
    for path in sorted(p for d in ("include", *FOLDERS, "events") for p in (FIRMWARE / d).rglob("*.[ch]")):
        digest.update(f"{path.relative_to(FIRMWARE).as_posix()}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def _copied(program: Program) -> dict[str, str]:
    """Hand-written files: their path in firmware/ and in the library."""
    public = {origin: f"include/{PurePosixPath(origin).name}" for origin in PUBLIC}
    return {**{origin: origin for origin in program.kernel_files}, **public}


def _firmware(path: str) -> str:
    return (FIRMWARE / path).read_text(encoding="utf-8")


def _template(path: str, context: dict[str, Any]) -> str:
    return environment("library").get_template(path).render(context)


def _context(program: Program, toolchain: Toolchain, copied: list[str]) -> dict[str, Any]:
    """The context of the templates."""
    kernels = [path for path in copied if path.startswith(("kernels/", "features/", "events/"))]
    return {
        "program": program,
        "name": program.name,
        "version": __version__,
        "revision": revision(),
        "toolchain": toolchain,
        "optimize": _OPTIMIZE[program.options.optimize],
        "sources": [f"src/{program.name}.c", *(p for p in copied if p.startswith("src/"))],
        "kernels": sorted([*(p for p in kernels if p.endswith(".c")), "kernels/tkd_revision.c"]),
        "folders": sorted({"kernels", *(str(PurePosixPath(p).parent) for p in kernels)}),
        "portable": not (program.options.core.has_mve or program.options.core.has_esp_nn),
    }
