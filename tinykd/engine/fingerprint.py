"""What a stage's result depends on, as comparable values; two equal fingerprints mean: nothing to do.

A file counts as unchanged when its size and time of change are those noted, and is hashed otherwise, so that
gigabytes of logits cost nothing on the second run. Source code is the affair of ``code``.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from tinykd.files import sha256_file
from tinykd.project.schema import Project


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
