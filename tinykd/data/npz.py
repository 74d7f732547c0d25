"""A user's samples from an ``.npz`` file: ``x`` (n, H, W[, C]), ``y`` (n,) and optionally ``classes``.

Nothing in the file is trusted: no pickles, bounded sizes, every label checked. ``x`` is float (taken as it
is) or uint8 (divided by 255, to [0, 1]).
"""

import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.dataset import Dataset, Labels, Samples
from tinykd.data.split import split_dataset
from tinykd.errors import DataError

MAX_BYTES = 4 << 30  # of all arrays, unpacked
MIN_PER_CLASS = 5  # one for test, one for validation, three for training
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, MemoryError)


def load_npz(path: Path) -> Dataset:
    """The file's samples in a stratified 60/20/20 split."""
    arrays = _read(path)
    x = _samples(arrays["x"], f"{path}: x")
    y = _labels(arrays["y"], len(x), f"{path}: y")
    classes = _class_names(arrays.get("classes"), y, path)
    counts = np.bincount(y, minlength=len(classes))
    rarest = int(counts.argmin())
    if counts[rarest] < MIN_PER_CLASS:
        found = f"class {rarest} ({classes[rarest]}) has {counts[rarest]} samples"
        raise DataError(f"{path}: y", found, f"at least {MIN_PER_CLASS} of every class")
    return split_dataset(path.stem, x, y, classes)


def _read(path: Path) -> dict[str, NDArray[Any]]:
    if not path.is_file():
        raise DataError(path, "no such file", "an .npz file with x, y and optionally classes")
    try:
        _check_size(path)
        with np.load(path, allow_pickle=False) as file:
            return {name: file[name] for name in ("x", "y", "classes") if name in _wanted(file, path)}
    except _DAMAGED as error:
        raise DataError(
            path, f"cannot be read ({error})", "an .npz file of plain arrays (no objects)"
        ) from None


def _check_size(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        size = sum(entry.file_size for entry in archive.infolist())
    if size > MAX_BYTES:
        raise DataError(path, f"holds {size} bytes of arrays", f"at most {MAX_BYTES}")


def _wanted(file: Any, path: Path) -> list[str]:
    for name in ("x", "y"):
        if name not in file.files:
            found = ", ".join(file.files) or "nothing"
            raise DataError(path, f"has no array {name}, but {found}", "x, y and optionally classes")
    return list(file.files)


def _samples(x: NDArray[Any], where: str) -> Samples:
    if x.ndim == 3:
        x = x[..., np.newaxis]
    if x.ndim != 4 or 0 in x.shape[1:]:
        raise DataError(where, f"shape {list(x.shape)}", "(n, height, width) or (n, height, width, channels)")
    if len(x) == 0:
        raise DataError(where, "no samples")
    if x.dtype == np.uint8:
        return (x / np.float32(255)).astype(np.float32)
    if not np.issubdtype(x.dtype, np.floating):
        raise DataError(where, f"type {x.dtype}", "float32, or uint8 in [0, 255]", "Scale it before saving")
    bad = int(np.count_nonzero(~np.isfinite(x)))
    if bad:
        raise DataError(where, f"{bad} values are NaN or infinite", "finite numbers")
    with np.errstate(over="ignore"):
        narrow = x.astype(np.float32)
    if not np.isfinite(narrow).all():
        raise DataError(where, "values beyond the range of float32", "finite float32 numbers")
    return narrow


def _labels(y: NDArray[Any], samples: int, where: str) -> Labels:
    if not np.issubdtype(y.dtype, np.integer):
        raise DataError(where, f"type {y.dtype}", "whole numbers 0, 1, ...")
    if y.shape != (samples,):
        raise DataError(where, f"shape {list(y.shape)}", f"one label for each of the {samples} samples")
    if y.min() < 0:
        raise DataError(where, f"label {y.min()}", "labels from 0 on")
    if y.max() >= samples:
        raise DataError(
            where, f"label {y.max()} for {samples} samples", "labels 0, 1, ... without large gaps"
        )
    return y.astype(np.int64)


def _class_names(names: NDArray[Any] | None, y: Labels, path: Path) -> tuple[str, ...]:
    if names is None:
        return tuple(str(index) for index in range(int(y.max()) + 1))
    if names.ndim != 1 or names.dtype.kind not in "US":
        raise DataError(f"{path}: classes", f"{names.dtype} of shape {list(names.shape)}", "a list of texts")
    texts = tuple(n.decode("utf-8", "replace") if isinstance(n, bytes) else str(n) for n in names.tolist())
    if y.max() >= len(texts):
        raise DataError(
            f"{path}: y", f"label {y.max()} for {len(texts)} classes", f"labels 0 to {len(texts) - 1}"
        )
    return texts
