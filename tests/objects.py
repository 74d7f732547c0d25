"""Several sources to one program, an object each, so that a cache of compilations knows what was seen.

The cache is ccache, where it is installed: its folder of compilers comes first on the PATH of every test
(``through_ccache``, called by conftest.py). Its key is the compiler, the flags and all that is read, so a
changed source or flag is compiled. A compilation that must take place says ``CCACHE_DISABLE=1``.
"""

import os
import subprocess
import tempfile
from collections.abc import Iterable, MutableMapping, Sequence
from pathlib import Path

OBJECTS = "objects"
MASQUERADES = ("/usr/lib/ccache", "/usr/lib64/ccache", "/opt/homebrew/opt/ccache/libexec")


def through_ccache(environment: MutableMapping[str, str]) -> None:
    """Put ccache before the compilers of ``environment``, with a folder of its own, where there is one."""
    path = environment.get("PATH", "")
    found = next((folder for folder in MASQUERADES if Path(folder).is_dir()), None)
    if found is None or found in path.split(os.pathsep):
        return
    environment["PATH"] = f"{found}{os.pathsep}{path}"
    user = os.getuid() if hasattr(os, "getuid") else "all"
    environment.setdefault("CCACHE_DIR", f"{tempfile.gettempdir()}/tinykd-ccache-{user}")
    environment.setdefault("CCACHE_MAXSIZE", "1G")
    environment.setdefault("CCACHE_NOHASHDIR", "1")  # every test has a folder of its own


def build(
    command: Sequence[str],
    sources: Iterable[str | Path],
    out: Path,
    last: Sequence[str] = (),
    cwd: Path | None = None,
) -> "subprocess.CompletedProcess[str]":
    """``out`` of ``sources`` by ``command`` (compiler and flags), ``last`` at the end of the linker's.

    A source that is an object goes in as it is. What the first compiler said that failed, else what the
    linker said. It runs in ``cwd``, else beside ``out``, whose folder it is told as ``.``: the same command
    in another test's folder is the same.
    """
    where = cwd or out.parent
    command = [part.replace(str(where), ".") for part in command]
    (where / OBJECTS).mkdir(exist_ok=True)
    objects = []
    for number, source in enumerate(sources):
        if Path(source).suffix == ".o":
            objects.append(str(source))
            continue
        objects.append(f"{OBJECTS}/{out.name}-{number}.o")
        given = os.path.relpath(source, where) if Path(source).is_relative_to(where) else str(source)
        done = _run([*command, "-c", given, "-o", objects[-1]], where)
        if done.returncode:
            return done
    return _run([*command, "-x", "none", *objects, "-o", str(out), *last], where)


def _run(command: list[str], cwd: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, stdin=subprocess.DEVNULL)
