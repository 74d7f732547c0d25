"""Arrays of a user's, checked and brought to the shapes and types that everything else relies on."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.dataset import Labels, Samples
from tinykd.errors import DataError
from tinykd.project.schema import DataKind

_SHAPES = {
    "image": "(n, height, width) or (n, height, width, channels)",
    "sensor": "(n, time) or (n, time, channels)",
    "audio": "(n, time)",
}


def as_samples(x: NDArray[Any], where: str, kind: DataKind, scale: NDArray[Any] | None = None) -> Samples:
    """``x`` as float32 (n, H, W, C): floats as they are, uint8 / 255, other integers times ``scale``."""
    shaped = _shaped(x, where, kind)
    if len(shaped) == 0:
        raise DataError(where, "no samples")
    if scale is None and x.dtype == np.uint8:
        return (shaped / np.float32(255)).astype(np.float32)
    if np.issubdtype(x.dtype, np.integer) and scale is not None:
        return shaped.astype(np.float32) * _per_channel(scale, shaped.shape[-1], where)
    if not np.issubdtype(x.dtype, np.floating):
        fix = "Scale it before saving"
        raise DataError(where, f"type {x.dtype}", "float32, or uint8 in [0, 255]", fix)
    return finite(shaped, where)


def finite(x: NDArray[Any], where: str) -> Samples:
    """``x`` as float32, every value a number."""
    bad = int(np.count_nonzero(~np.isfinite(x)))
    if bad:
        raise DataError(where, f"{bad} values are NaN or infinite", "finite numbers")
    with np.errstate(over="ignore"):
        narrow = x.astype(np.float32)
    if not np.isfinite(narrow).all():
        raise DataError(where, "values beyond the range of float32", "finite float32 numbers")
    return narrow


def _shaped(x: NDArray[Any], where: str, kind: DataKind) -> NDArray[Any]:
    """With the axes that are missing: a sensor's window is (time, 1, channels)."""
    shaped = x
    match kind:
        case "image" if x.ndim == 3:
            shaped = x[..., np.newaxis]
        case "sensor" if x.ndim == 3:
            shaped = x[:, :, np.newaxis, :]
        case "sensor" | "audio" if x.ndim == 2:
            shaped = x[:, :, np.newaxis, np.newaxis]
    if shaped.ndim != 4 or 0 in shaped.shape[1:]:
        fix = 'Say [data] kind = "sensor" or "audio" if they are no images' if kind == "image" else ""
        raise DataError(where, f"shape {list(x.shape)}", _SHAPES[kind], fix)
    return shaped


def _per_channel(scale: NDArray[Any], channels: int, where: str) -> NDArray[np.float32]:
    """One factor for all, or for each channel, or for each of equal runs of channels."""
    flat = np.asarray(scale).reshape(-1)
    if not np.issubdtype(flat.dtype, np.floating) or not np.isfinite(flat).all() or (flat == 0).any():
        raise DataError(f"{where}: scale", f"{flat.dtype} {flat.tolist()[:8]}", "finite factors other than 0")
    if channels % len(flat):
        found = f"{len(flat)} factors for {channels} channels"
        raise DataError(f"{where}: scale", found, "one, or one for each channel")
    return np.repeat(flat, channels // len(flat)).astype(np.float32)


def labels_of(y: NDArray[Any], samples: int, where: str) -> Labels:
    """(n,) int64 from 0 on."""
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


def targets_of(y: NDArray[Any], samples: int, where: str) -> NDArray[np.float32]:
    """(n, targets) float32."""
    if y.ndim not in (1, 2) or y.shape[0] != samples or 0 in y.shape:
        wanted = f"a target, or a row of targets, for each of the {samples} samples"
        raise DataError(where, f"shape {list(y.shape)}", wanted)
    if not (np.issubdtype(y.dtype, np.floating) or np.issubdtype(y.dtype, np.integer)):
        raise DataError(where, f"type {y.dtype}", "numbers")
    return finite(y.reshape(samples, -1), where)


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
