"""Read a bundle that may come from anywhere: a .zip, or a folder that one was unpacked into.

Nothing is unpacked to disk. No file is read that the manifest does not name, none beyond its size, and each
is held against its SHA-256 before it is parsed; so a changed or missing byte refuses the whole bundle.
"""

import zipfile
import zlib
from collections.abc import Callable, Mapping
from io import BytesIO
from math import prod
from pathlib import Path
from tokenize import TokenError
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from tinykd.bundle.contents import MANIFEST, Bundle, BundleManifest, FileFacts
from tinykd.errors import DataError, one_line
from tinykd.files import sha256_bytes
from tinykd.oracle import OracleTensor

MAX_MANIFEST_BYTES = 4 << 20
MAX_BYTES = 512 << 20  # of all files together, unpacked
AGAIN = "Make it again: tinykd bundle"
_DAMAGED = (  # what zipfile raises; a name may be no UTF-8
    *(zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError),
    UnicodeDecodeError,
)
Read = Callable[[str, int], bytes]  # a file's name and the most bytes it may have


def is_bundle(path: Path) -> bool:
    """A .zip file, or a folder with a manifest."""
    return path.suffix.lower() == ".zip" or (path / MANIFEST).is_file()


def read_bundle(path: Path) -> Bundle:
    """The bundle at ``path``; ``DataError`` for whatever is wrong with it."""
    try:
        if path.is_dir():
            return _BundleReader(path, _from_folder(path)).bundle()
        with zipfile.ZipFile(path) as archive:
            return _BundleReader(path, _from_zip(archive)).bundle()
    except FileNotFoundError:
        raise DataError(path, "no such bundle", "a file made by tinykd bundle") from None
    except _DAMAGED as error:
        found = f"cannot be read ({one_line(str(error), 100)})"
        raise DataError(path, found, "a bundle", AGAIN) from None


def _from_zip(archive: zipfile.ZipFile) -> Read:
    def read(name: str, most: int) -> bytes:
        try:
            with archive.open(name) as file:
                return file.read(most + 1)
        except KeyError:
            raise DataError(name, "is missing") from None

    return read


def _from_folder(folder: Path) -> Read:
    root = folder.resolve()

    def read(name: str, most: int) -> bytes:
        path = (folder / name).resolve()
        if not path.is_relative_to(root) or not path.is_file():
            raise DataError(name, "is missing")
        with path.open("rb") as file:
            return file.read(most + 1)

    return read


def _parse_npy(data: bytes) -> NDArray[Any]:
    """NumPy's format, version 1.0; its header must name as many bytes as follow it: nothing is allocated."""
    file = BytesIO(data)
    if np.lib.format.read_magic(file) != (1, 0):
        raise ValueError("not version 1.0")
    try:
        shape, is_fortran, dtype = np.lib.format.read_array_header_1_0(file)
    except (SyntaxError, TokenError, MemoryError, RecursionError):  # NumPy parses it as Python
        raise ValueError("its header is none") from None
    body = data[file.tell() :]
    if dtype.hasobject or prod(shape) * dtype.itemsize != len(body):
        raise ValueError(f"shape {shape} of {dtype} in {len(body)} bytes")
    return np.frombuffer(body, dtype).reshape(shape, order="F" if is_fortran else "C")


class _BundleReader:
    """Reads one bundle; every refusal names its path."""

    def __init__(self, path: Path, read: Read) -> None:
        self._path, self._raw = path, read

    def bundle(self) -> Bundle:
        """All of it, checked."""
        manifest = self._manifest()
        if sum(file.bytes for file in manifest.files.values()) > MAX_BYTES:
            self._refuse("holds too much", f"at most {MAX_BYTES:,} bytes")
        model = self._file(manifest, "model.tflite")
        if sha256_bytes(model) != manifest.model_sha256:
            self._refuse("model.tflite is not the model that it names", "one SHA-256")
        inputs = self._array(manifest, "inputs.npy", "i1", manifest.samples)
        expected = self._array(manifest, "expected.npy", "i1", manifest.samples)
        labels = None
        if "labels.npy" in manifest.files:
            labels = self._array(manifest, "labels.npy", "i8", manifest.samples)
            if labels.ndim != 1:
                self._refuse("labels.npy has more than one dimension", "one label for each sample")
        traces = {sample: self._trace(manifest, sample) for sample in manifest.traces}
        return Bundle(manifest.facts, model, inputs, labels, expected, traces, manifest.digest)

    def _manifest(self) -> BundleManifest:
        raw = self._read(MANIFEST, MAX_MANIFEST_BYTES)
        if len(raw) > MAX_MANIFEST_BYTES:
            self._refuse(f"{MANIFEST} is too long", f"at most {MAX_MANIFEST_BYTES:,} bytes")
        try:
            manifest = BundleManifest.model_validate_json(raw)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            key = ".".join(map(str, first["loc"])) or "all of it"
            self._refuse(f"{MANIFEST}: {key}: {first['msg']}", "a manifest of format 1")
        if manifest.computed_digest() != manifest.digest:
            self._refuse(f"{MANIFEST} was changed after it was made", "the digest that it names")
        return manifest

    def _file(self, manifest: BundleManifest, name: str) -> bytes:
        facts = self._facts(manifest.files, name)
        data = self._read(name, facts.bytes)
        if len(data) != facts.bytes or sha256_bytes(data) != facts.sha256:
            found = f"{name} was changed: SHA-256 {sha256_bytes(data)[:12]}"
            self._refuse(found, facts.sha256[:12])
        return data

    def _facts(self, files: Mapping[str, FileFacts], name: str) -> FileFacts:
        if name not in files:
            self._refuse(f"{MANIFEST} does not name {name}", "it")
        return files[name]

    def _array(self, manifest: BundleManifest, name: str, kind: str, rows: int | None = None) -> NDArray[Any]:
        try:
            array = _parse_npy(self._file(manifest, name))
        except (ValueError, TypeError, EOFError) as error:
            self._refuse(f"{name} is no array ({one_line(str(error), 80)})", "a .npy file")
        if array.dtype.kind not in "iufb" or (kind and array.dtype.str[1:] != kind):
            self._refuse(f"{name} is of another type", f"numbers of type {kind}")
        if rows is not None and (array.ndim < 1 or len(array) != rows or rows == 0):
            self._refuse(f"{name} has shape {array.shape}", f"{rows} samples, at least one")
        return array

    def _trace(self, manifest: BundleManifest, sample: int) -> tuple[OracleTensor, ...]:
        return tuple(
            OracleTensor(tensor.name, tensor.operator, self._array(manifest, tensor.file, ""))
            for tensor in manifest.traces[sample]
        )

    def _read(self, name: str, most: int) -> bytes:
        try:
            return self._raw(name, most)
        except DataError:
            self._refuse(f"{one_line(name, 80)} is missing", "a whole bundle")

    def _refuse(self, found: str, expected: str) -> NoReturn:
        raise DataError(self._path, found, expected, AGAIN)
