"""Is an HDF5 file safe to hand to Keras? No links, no bytes of other files, no absurd sizes.

Why: CVE-2026-1462 and kin. Runs in the subprocess that the foreign file lives in: HDF5 itself is C.
"""

import json
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from tinykd.errors import ModelError, one_line

MAX_BYTES = 1 << 30  # of all weights
MAX_CONFIG_BYTES = 16 << 20
_RESAVE = 'Save the whole model: model.save("teacher.h5")'


def check_weights(path: Path) -> None:
    """Refuse links and absurd sizes in ``model.weights.h5`` of a ``.keras`` file before Keras reads it."""
    import io

    try:
        with zipfile.ZipFile(path) as archive:
            weights = archive.read("model.weights.h5")
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        found = f"its weights cannot be read ({one_line(str(error), 120)})"
        fix = "Copy it again, or save the model again"
        raise ModelError(path, found, "a file that is whole", fix) from None
    check_hdf5(io.BytesIO(weights), path)


def check_hdf5(source: Path | IO[bytes], path: Path) -> None:
    """The same of an HDF5 file itself; ``path`` is what it is called in errors."""
    import h5py

    total = 0
    try:
        with h5py.File(source, "r") as file:
            for item in _walk(file, path):
                if item.external or item.is_virtual:
                    raise ModelError(path, "its weights point to another file", "weights inside of the file")
                total += item.nbytes
                if total > MAX_BYTES:
                    raise ModelError(path, f"its weights claim {total} bytes", f"at most {MAX_BYTES}")
    except (OSError, RuntimeError) as error:
        raise ModelError(path, f"its weights cannot be read ({error})", "a valid HDF5 file") from None


def _walk(group: Any, path: Path) -> Iterator[Any]:
    """Every dataset below ``group``; soft and external links are refused, not followed."""
    import h5py

    for name in group:
        link = group.get(name, getlink=True)
        if not isinstance(link, h5py.HardLink):
            raise ModelError(path, f"its weights hold a link ({name})", "weights inside of the file")
        item = group[name]
        if isinstance(item, h5py.Group):
            yield from _walk(item, path)
        else:
            yield item


def model_config(file: Path, path: Path) -> tuple[Any, str]:
    """The config in a file of ``model.save("x.h5")``, and the version of Keras that wrote it."""
    import h5py

    with h5py.File(file, "r") as content:
        raw = content.attrs.get("model_config")
        version = _text(content.attrs.get("keras_version", ""))
    if raw is None:
        raise ModelError(path, "holds weights only", "a whole model", _RESAVE)
    text = _text(raw)
    if len(text) > MAX_CONFIG_BYTES:
        raise ModelError(path, f"its config is {len(text)} characters", f"at most {MAX_CONFIG_BYTES}")
    try:
        return json.loads(text), version
    except (json.JSONDecodeError, RecursionError) as error:
        raise ModelError(path, f"its config cannot be read ({error})", "a whole model", _RESAVE) from None


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
