"""Is a ``.keras`` file safe to hand to Keras 3 or tf_keras? Looked at from outside.

A ``.keras`` file is a zip of metadata.json, config.json and model.weights.h5. Checked: names, sizes, and
that config.json asks for nothing but Keras' own layers (``allowed``). Keras' own ``safe_mode`` is the second
line of defence, a subprocess the third.
"""

import json
import zipfile
import zlib
from pathlib import Path

from tinykd.errors import ModelError
from tinykd.teacher.safe_config import Dialect, check_config

MAX_UNPACKED_BYTES = 1 << 30
MAX_JSON_BYTES = 16 << 20
MAX_ENTRIES = 64
_FILES = ("metadata.json", "config.json", "model.weights.h5")
_SYMLINK = 0o120000
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    UnicodeDecodeError,
    json.JSONDecodeError,
    RecursionError,
    EOFError,
)


def check_archive(path: Path) -> None:
    """Raise a ``ModelError`` unless ``path`` is a ``.keras`` file of Keras' own layers."""
    if not path.is_file():
        raise ModelError(path, "no such file", "a Keras 3 .keras file")
    try:
        with zipfile.ZipFile(path) as archive:
            _check_entries(archive, path)
            config = json.loads(archive.read("config.json"))
    except _DAMAGED as error:
        raise ModelError(path, f"cannot be read ({error})", "a Keras 3 .keras file", _RESAVE) from None
    check_config(config, path, Dialect.KERAS_3 if is_keras_3(path) else Dialect.KERAS_2)


_RESAVE = 'Save the model again with Keras 3: model.save("teacher.keras")'


def _check_entries(archive: zipfile.ZipFile, path: Path) -> None:
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        raise ModelError(path, f"{len(entries)} files inside", f"at most {MAX_ENTRIES}")
    for entry in entries:
        parts = entry.filename.replace("\\", "/").split("/")
        if (
            entry.filename.startswith("/")
            or ".." in parts
            or (entry.external_attr >> 16) & 0o170000 == _SYMLINK
        ):
            raise ModelError(path, f"holds {entry.filename}, which leads out of the archive", "plain files")
        if entry.filename.endswith(".json") and entry.file_size > MAX_JSON_BYTES:
            raise ModelError(
                path, f"{entry.filename} unpacks to {entry.file_size} bytes", f"at most {MAX_JSON_BYTES}"
            )
    size = sum(entry.file_size for entry in entries)
    if size > MAX_UNPACKED_BYTES:
        raise ModelError(path, f"unpacks to {size} bytes", f"at most {MAX_UNPACKED_BYTES}")
    names = {entry.filename for entry in entries}
    for name in _FILES:
        if name not in names:
            raise ModelError(path, f"has no {name}", "a Keras 3 .keras file", _RESAVE)


def is_keras_3(path: Path) -> bool:
    """Whether Keras 3 wrote the checked archive; tf_keras notes a version 2."""
    with zipfile.ZipFile(path) as archive:
        try:
            metadata = json.loads(archive.read("metadata.json"))
        except (UnicodeDecodeError, json.JSONDecodeError, RecursionError):
            return True
    version = metadata.get("keras_version") if isinstance(metadata, dict) else None
    return not str(version).startswith("2.")
