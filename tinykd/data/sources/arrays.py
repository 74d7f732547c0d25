"""Arrays of a user's, checked and brought to the shapes and types that everything else relies on."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.stored.figures import count_of
from tinykd.data.stored.lazy_rows import LazyRows, changed
from tinykd.data.types import Labels, SampleRows
from tinykd.errors import DataError
from tinykd.project.samples import DataKind

_SHAPES = {
    "image": "(n, height, width) or (n, height, width, channels)",
    "sensor": "(n, time) or (n, time, channels)",
    "audio": "(n, time)",
    "table": "(n, columns)",
}


def numbers(x: SampleRows, where: str, kind: DataKind) -> SampleRows:
    """``x`` as (n, H, W, C), every value a number; of its own type, but no wider than float32."""
    shaped = _reshaped(x, _shape(x, where, kind))
    if len(shaped) == 0:
        raise DataError(where, "no samples")
    if np.issubdtype(x.dtype, np.integer):
        return shaped
    if x.dtype == np.bool_:
        return changed(shaped, lambda rows: rows.astype(np.float32))
    if not np.issubdtype(x.dtype, np.floating):
        raise DataError(where, f"type {x.dtype}", "numbers, such as float32 or uint8")
    return finite(shaped, where)


def scaled(x: SampleRows, scale: NDArray[Any], where: str) -> SampleRows:
    """``x`` times ``scale``."""
    factors = _per_channel(scale, x.shape[-1], where).astype(np.float64)
    return finite(changed(x, lambda rows: rows * factors, np.float64), where)


def finite(x: SampleRows, where: str) -> SampleRows:
    """``x`` as float32, every value a number."""
    bad = count_of(x, lambda rows: ~np.isfinite(rows))
    if bad:
        raise DataError(where, f"{bad} values are NaN or infinite", "finite numbers")
    narrow = changed(x, _narrow)
    if count_of(narrow, lambda rows: ~np.isfinite(rows)):
        raise DataError(where, "values beyond the range of float32", "finite float32 numbers")
    return narrow


def _narrow(x: NDArray[Any]) -> NDArray[np.float32]:
    with np.errstate(over="ignore"):
        return np.asarray(x.astype(np.float32))


def _reshaped(x: SampleRows, shape: tuple[int, ...]) -> SampleRows:
    """(n, ...) as (n, *``shape``)."""
    if isinstance(x, LazyRows):
        return LazyRows((len(x), *shape), x.dtype, lambda rows: x.give(rows).reshape(len(rows), *shape))
    return np.asarray(x).reshape(len(x), *shape)


def _shape(x: SampleRows, where: str, kind: DataKind) -> tuple[int, ...]:
    """(H, W, C), with the axes that are missing: a window is (time, 1, channels), a row of a table (1, 1,
    columns).
    """
    shape = x.shape
    match kind:
        case "image" if x.ndim == 3:
            shape = (*x.shape, 1)
        case "sensor" if x.ndim == 3:
            shape = (x.shape[0], x.shape[1], 1, x.shape[2])
        case "sensor" | "audio" if x.ndim == 2:
            shape = (*x.shape, 1, 1)
        case "table" if x.ndim == 2:
            shape = (x.shape[0], 1, 1, x.shape[1])
        case "table":
            raise DataError(where, f"shape {list(x.shape)}", _SHAPES[kind])
    if kind == "image" and _channels_first(shape):
        fix = "Move the channels to the end: np.moveaxis(x, 1, -1)"
        raise DataError(where, f"shape {list(x.shape)}: its channels come first", _SHAPES[kind], fix)
    if len(shape) != 4 or 0 in shape[1:]:
        others = '"table", "sensor" or "audio"' if x.ndim == 2 else '"sensor" or "audio"'
        fix = f"Say [data] kind = {others} if they are no images" if kind == "image" else ""
        raise DataError(where, f"shape {list(x.shape)}", _SHAPES[kind], fix)
    return shape[1:]


def _channels_first(shape: tuple[int, ...]) -> bool:
    """As PyTorch has images, (n, 3, H, W) or (n, 1, H, W): no image of three rows has so many channels."""
    if len(shape) != 4:
        return False
    _, first, height, width = shape
    return bool(min(height, width) > 4 and (first == 3 or (first == 1 and height == width)))


def _per_channel(scale: NDArray[Any], channels: int, where: str) -> NDArray[np.float32]:
    """One factor for all, or for each channel, or for each of equal runs of channels."""
    flat = np.asarray(scale).reshape(-1)
    if not np.issubdtype(flat.dtype, np.floating) or not np.isfinite(flat).all() or (flat == 0).any():
        raise DataError(f"{where}: scale", f"{flat.dtype} {flat.tolist()[:8]}", "finite factors other than 0")
    if channels % len(flat):
        found = f"{len(flat)} factors for {channels} channels"
        raise DataError(f"{where}: scale", found, "one, or one for each channel")
    return np.repeat(flat, channels // len(flat)).astype(np.float32)


def labels_of(y: NDArray[Any], samples: int, where: str, names: int | None = None) -> Labels:
    """(n,) int64 from 0 on; ``names``: how many classes have one, if any has."""
    if y.dtype == np.bool_:
        y = y.astype(np.int64)
    if not np.issubdtype(y.dtype, np.integer):
        raise DataError(where, f"type {y.dtype}", "whole numbers from 0 on", _as_numbers(y))
    if y.shape == (samples, 1):
        y = y[:, 0]
    if y.shape != (samples,):
        fix = "Say y.argmax(axis=1) of one-hot labels" if y.ndim == 2 and len(y) == samples else ""
        raise DataError(where, f"shape {list(y.shape)}", f"one label for each of the {samples} samples", fix)
    _check_range(y, samples, where, names)
    return y.astype(np.int64)


def _as_numbers(y: NDArray[Any]) -> str:
    """What to type for labels of another type."""
    if y.dtype.kind in "US":
        return "Say classes, y = np.unique(y, return_inverse=True), and give both"
    if y.dtype.kind != "f":
        return ""
    whole = bool(np.isfinite(y).all() and (y == np.rint(y)).all())
    return "Say y.astype(int)" if whole else 'Say task = "regression" if they are targets'


def _check_range(y: NDArray[Any], samples: int, where: str, names: int | None) -> None:
    low, high = int(y.min()), int(y.max())
    count = len(np.unique(y))
    if low == 1 and high == (count if names is None else names):
        fix = "Labels start at 0: subtract 1 (y - 1)"
        raise DataError(where, f"labels 1 to {high}", f"labels 0 to {high - 1}", fix)
    if low > 0 and names is None:
        fix = "Labels start at 0: np.unique(y, return_inverse=True)[1] numbers them"
        raise DataError(where, f"{count} labels from {low} to {high}", f"labels 0 to {count - 1}", fix)
    if low < 0:
        fix = "Labels start at 0: say y > 0" if (low, high, count) == (-1, 1, 2) else ""
        raise DataError(where, f"label {low}", "labels from 0 on", fix)
    if high >= samples:
        raise DataError(where, f"label {high} for {samples} samples", "labels 0, 1, ... without large gaps")


def targets_of(y: NDArray[Any], samples: int, where: str) -> NDArray[np.float32]:
    """(n, targets) float32."""
    if y.ndim not in (1, 2) or y.shape[0] != samples or 0 in y.shape:
        wanted = f"a target, or a row of targets, for each of the {samples} samples"
        raise DataError(where, f"shape {list(y.shape)}", wanted)
    if not (np.issubdtype(y.dtype, np.floating) or np.issubdtype(y.dtype, np.integer)):
        raise DataError(where, f"type {y.dtype}", "numbers")
    return np.asarray(finite(y.reshape(samples, -1), where))


def column_names(names: NDArray[Any] | None, columns: int, where: str) -> tuple[str, ...]:
    """Of each column of several labels; as given, or numbers."""
    found = class_names(names, columns, where)
    if len(found) != columns:
        raise DataError(f"{where}: classes", f"{len(found)} names for {columns} columns of y", "one for each")
    return found


def class_names(names: NDArray[Any] | None, count: int, where: str) -> tuple[str, ...]:
    """As given, or numbers; at least ``count``."""
    if names is None:
        return tuple(str(index) for index in range(count))
    if names.ndim != 1 or names.dtype.kind not in "US":
        raise DataError(f"{where}: classes", f"{names.dtype} of shape {list(names.shape)}", "a list of texts")
    texts = tuple(n.decode("utf-8", "replace") if isinstance(n, bytes) else str(n) for n in names.tolist())
    if count > len(texts):
        raise DataError(
            f"{where}: y", f"label {count - 1} for {len(texts)} classes", f"labels 0 to {len(texts) - 1}"
        )
    return texts
