"""What a stage's result depends on, as comparable values; two equal fingerprints mean: nothing to do.

A file counts as unchanged when its size and time of change are those noted, and is hashed otherwise, so that
gigabytes of logits cost nothing on the second run. Source code counts through its bytes, not its version.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from tinykd import paths
from tinykd.files import sha256_bytes, sha256_file
from tinykd.project.schema import Project

BOARD_FILE = "boards/{board}.toml"
_PACKAGE = Path(__file__).resolve().parent.parent


class FileMark(BaseModel):
    """A file as it was seen."""

    model_config = ConfigDict(frozen=True)

    bytes: int
    mtime_ns: int
    sha256: str

    @classmethod
    def of(cls, path: Path, before: "FileMark | None" = None) -> "FileMark":
        """The mark of ``path``; hashed only if it differs from ``before`` in size or time."""
        state = path.stat()
        if before and (state.st_size, state.st_mtime_ns) == (before.bytes, before.mtime_ns):
            return before
        return cls(bytes=state.st_size, mtime_ns=state.st_mtime_ns, sha256=sha256_file(path))


def tree_marks(folder: Path, before: Mapping[str, FileMark]) -> dict[str, FileMark]:
    """A mark per file below ``folder``, by relative path."""
    return {name: FileMark.of(folder / name, before.get(name)) for name in sorted(_files_below(folder))}


def _files_below(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*"):
        if path.is_file():
            yield path.relative_to(folder).as_posix()


def config_values(project: Project, keys: tuple[str, ...]) -> dict[str, Any]:
    """``("project.seed", "teacher")`` as ``{"project.seed": 1, "teacher.batch": 64, ...}``."""
    whole = json.loads(project.model_dump_json())
    values: dict[str, Any] = {}
    for key in keys:
        section, _, name = key.partition(".")
        held = whole[section] or {}  # a section that may be missing
        values |= {f"{section}.{k}": v for k, v in held.items() if name in ("", k)}
    return values


def code_hashes(parts: tuple[str, ...], toml: Callable[[], Path]) -> dict[str, str]:
    """A hash per part: ``"teacher"`` is a part of the package, ``"firmware"`` one of the data folders, and
    ``BOARD_FILE`` the board's own, which ``toml`` finds."""
    return {part: sha256_file(toml()) if part == BOARD_FILE else _code_hash(part) for part in parts}


@lru_cache
def _code_hash(part: str) -> str:
    path = _part_path(part)
    files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if _is_source(p))
    lines = [f"{file.relative_to(path).as_posix()} {sha256_file(file)}" for file in files]
    return sha256_bytes("\n".join(lines).encode())


def _part_path(part: str) -> Path:
    top, _, rest = part.partition("/")
    data = {"firmware": paths.FIRMWARE, "templates": paths.TEMPLATES}
    return data[top] / rest if top in data else _PACKAGE / part


def _is_source(path: Path) -> bool:
    return path.is_file() and path.suffix != ".pyc" and not path.name.startswith(".")
