"""Files written whole or not at all, and the hashes that stages are compared by."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any


def write_whole(path: Path, data: bytes | str | Iterable[bytes]) -> None:
    """Write ``data`` to ``path`` through a temporary file in the same folder and an atomic rename."""
    raw = data.encode() if isinstance(data, str) else data
    parts = [raw] if isinstance(raw, bytes) else raw
    path.parent.mkdir(parents=True, exist_ok=True)
    fd, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    try:
        with os.fdopen(fd, "wb") as file:
            file.writelines(parts)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def write_if_changed(path: Path, data: bytes | str) -> bool:
    """``write_whole`` unless the file already holds ``data``; True if it was written."""
    raw = data.encode() if isinstance(data, str) else data
    if path.is_file() and path.read_bytes() == raw:
        return False
    write_whole(path, raw)
    return True


def write_tree(folder: Path, files: Mapping[str, bytes | str]) -> list[str]:
    """Write those of ``files`` (by path in ``folder``) that are not there yet with that content; their paths.

    All of them or none: they are written beside their places first, and then renamed.
    """
    raw = {path: data.encode() if isinstance(data, str) else data for path, data in files.items()}
    changed = sorted(path for path, data in raw.items() if not _holds(folder / path, data))
    if not changed:
        return []
    is_new = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(dir=folder, prefix=".tinykd.") as staging:
            for path in changed:
                (Path(staging) / path).parent.mkdir(parents=True, exist_ok=True)
                (Path(staging) / path).write_bytes(raw[path])
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
            for path in changed:
                (Path(staging) / path).replace(folder / path)
    except BaseException:
        if is_new:
            shutil.rmtree(folder, ignore_errors=True)
        raise
    return changed


def _holds(path: Path, data: bytes) -> bool:
    return path.is_file() and path.read_bytes() == data


def write_json(path: Path, value: Any) -> None:
    """Write ``value`` as stable, readable JSON (sorted keys, no NaN)."""
    write_whole(path, json.dumps(value, indent=2, sort_keys=True, allow_nan=False) + "\n")


def sha256_bytes(data: bytes) -> str:
    """SHA-256 of ``data`` as 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def sha256_file(path: Path) -> str:
    """SHA-256 of a file's content as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
