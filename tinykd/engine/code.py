"""Hashes of the source that a stage's result depends on: what ``closure`` finds, and what the files hold.

Source counts through its bytes, not its version. What depends on what is worked out once for a state of the
package (about a second) and kept in ``build/.code.json``, and for other projects in the user's cache; the
files themselves are hashed each time.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path

from tinykd import paths
from tinykd.engine.closure import closures
from tinykd.engine.source import PACKAGE
from tinykd.engine.stage import Stage
from tinykd.files import sha256_bytes, sha256_file, write_json

KEPT = ".code.json"
SHARED_STATES = 16  # of the package, in the user's cache; those that are looked up least go
ROOT = Path(__file__).resolve().parents[2]  # the folder that the package is in
_DATA = {"firmware": paths.FIRMWARE, "templates": paths.TEMPLATES}
_BOARDS = "boards"


def code_hashes(
    stage: Stage, stages: Sequence[Stage], build: Path, boards: Callable[[], Mapping[str, Path]]
) -> dict[str, str]:
    """A hash by path of all that ``stage``, one of ``stages``, depends on.

    ``boards`` finds the TOMLs of those at hand.
    """
    if not stage.function.startswith(f"{PACKAGE}."):
        return {}
    found = parts(tuple(each.function for each in stages), build, ROOT).get(stage.function, [])
    hashes = {part.removeprefix(f"{PACKAGE}/"): _hash(part, ROOT) for part in found if part != _BOARDS}
    if _BOARDS in found:
        hashes |= {f"{_BOARDS}/{name}.toml": sha256_file(toml) for name, toml in boards().items()}
    return dict(sorted(hashes.items(), key=lambda item: ("." not in item[0], item[0])))  # folders last


@cache
def parts(functions: tuple[str, ...], build: Path, root: Path) -> dict[str, list[str]]:
    """By stage's function, as they were worked out before for this state of the package, in any project."""
    state = _digest(sorted((root / PACKAGE).rglob("*.py")), root)
    key = sha256_bytes("\n".join((state, *functions)).encode())
    found = _kept(build / KEPT, key)
    if found is None:
        found = _worked_out(functions, key, root)
        _keep(build / KEPT, key, found)
    return found


def _worked_out(functions: tuple[str, ...], key: str, root: Path) -> dict[str, list[str]]:
    """From the user's cache if another project has asked before."""
    file = shared_folder() / f"{key[:32]}.json"
    found = _kept(file, key)
    if found is not None:
        with suppress(OSError):
            file.touch()
        return found
    found = closures(functions, root)
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        _keep(file, key, found)
        newest = sorted(file.parent.glob("*.json"), key=lambda each: each.stat().st_mtime, reverse=True)
        for old in newest[SHARED_STATES:]:
            old.unlink()
    return found


def shared_folder() -> Path:
    """A folder of the user's cache; it may be deleted at any time."""
    from platformdirs import user_cache_path

    return user_cache_path("tinykd") / "code"


def _kept(file: Path, key: str) -> dict[str, list[str]] | None:
    try:
        value = json.loads(file.read_text(encoding="utf-8"))
        return dict(value["parts"]) if value["package"] == key else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _keep(file: Path, key: str, kept: dict[str, list[str]]) -> None:
    """Only where something was made already; a folder that cannot be written costs a second each time."""
    if not file.parent.is_dir():
        return
    with suppress(OSError):
        write_json(file, {"package": key, "parts": kept})


@cache
def _hash(part: str, root: Path) -> str:
    path = _place(part, root)
    if path.is_file():
        return sha256_file(path)
    return _digest(sorted(file for file in path.rglob("*") if _is_source(file)), path)


def _place(part: str, root: Path) -> Path:
    top, _, rest = part.partition("/")
    return _DATA[top] / rest if top in _DATA else root / part


def _digest(files: Iterable[Path], start: Path) -> str:
    lines = (f"{file.relative_to(start).as_posix()} {sha256_file(file)}" for file in files)
    return sha256_bytes("\n".join(lines).encode())


def _is_source(path: Path) -> bool:
    return path.is_file() and path.suffix != ".pyc" and not path.name.startswith(".")
