"""Samples for a float model that somebody else trained: what ranges are measured on, and what is held back.

Float arrays are taken as they are: they are what the model was trained on. Pixels (files of images, arrays of
uint8) are brought to the range that the model takes, [0, 1] unless another is named. A published split is
kept; else every second sample, at even distances, is held back from calibration and measured on.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.dataset import Dataset
from tinykd.data.features.frontend import ImageFrontend
from tinykd.data.kinds import USUAL, Kinds
from tinykd.data.raw import TEST, TRAIN, VALIDATION, Raw
from tinykd.data.sources.arrays import finite
from tinykd.data.sources.npz import DAMAGED_ARRAYS, read_arrays
from tinykd.data.sources.read import read_source
from tinykd.data.stored.kept import in_array
from tinykd.errors import DataError
from tinykd.project.samples import DataKind, DataSection, ImageSection, SensorSection

LEAST = 10  # samples; ranges of fewer say nothing
CALIBRATION = 200  # samples at most; more hardly move the ranges
PIXELS = (0.0, 1.0)

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Wanted:
    """``shape`` of the model's input without the batch, and the range that ``pixels`` are brought to."""

    shape: Shape
    pixels: tuple[float, float] = PIXELS


@dataclass(frozen=True)
class PtqSamples:
    """Float32 samples (n, *shape) for calibration and for measuring; ``y`` of the latter where there are."""

    calibration: NDArray[np.float32]
    measured: NDArray[np.float32]
    y: NDArray[Any] | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Part:
    x: NDArray[Any]
    y: NDArray[Any] | None


def read_samples(source: str, wanted: Wanted) -> PtqSamples:
    """The samples of a file or folder as the data sources read them; labels are optional."""
    path = Path(source)
    if path.suffix.lower() == ".npy":
        return from_arrays({"x": _array(path)}, source, wanted)
    if path.suffix.lower() == ".npz":
        return from_arrays(read_arrays(path), source, wanted)
    return _of_raw(
        read_source(_section(source, wanted), Path(), "classification", _kinds(wanted)), source, wanted
    )


def from_arrays(arrays: dict[str, NDArray[Any]], where: str, wanted: Wanted) -> PtqSamples:
    """``x`` and perhaps ``y``, or ``x_train`` and ``x_test`` with theirs."""
    train, test = (_part(arrays, names) for names in (("_train", ""), ("_test", "_validation")))
    if train is None:
        found = ", ".join(arrays) or "nothing"
        raise DataError(where, f"has no array x, but {found}", "x and perhaps y, or x_train and x_test")
    note = _pixels_note(train.x, wanted)
    if test is None:
        return _halved(_checked(train, where, wanted), where, note)
    return _in_parts(_checked(train, where, wanted), _checked(test, where, wanted), where, note)


def _part(arrays: dict[str, NDArray[Any]], ends: tuple[str, ...]) -> _Part | None:
    """The first of ``ends`` that there are samples of."""
    end = next((end for end in ends if f"x{end}" in arrays), None)
    return None if end is None else _Part(arrays[f"x{end}"], arrays.get(f"y{end}"))


def _checked(part: _Part, where: str, wanted: Wanted) -> _Part:
    x = _reals(part.x, where, wanted)
    if part.y is not None and (part.y.ndim == 0 or len(part.y) != len(x)):
        wanted_y = f"one label or target for each of the {len(x)} samples"
        raise DataError(f"{where}: y", f"shape {list(part.y.shape)}", wanted_y)
    return _Part(_shaped(x, where, wanted), part.y)


def _reals(x: NDArray[Any], where: str, wanted: Wanted) -> NDArray[np.float32]:
    if x.dtype.kind not in "fiub":
        raise DataError(where, f"type {x.dtype}", "numbers, such as float32 or uint8")
    real: NDArray[np.float32] = in_array(finite(x.astype(np.float64) if x.dtype.kind != "f" else x, where))
    return _in_range(real / np.float32(255), wanted) if x.dtype == np.uint8 else real


def _in_range(unit: NDArray[np.float32], wanted: Wanted) -> NDArray[np.float32]:
    """Pixels in [0, 1] in the range that the model takes."""
    low, high = wanted.pixels
    return (np.float32(low) + unit * np.float32(high - low)).astype(np.float32)


def _shaped(x: NDArray[np.float32], where: str, wanted: Wanted) -> NDArray[np.float32]:
    """(n, *shape); axes of length 1 may be left out."""
    if x.ndim and len(x) and _squeezed(x.shape[1:]) == _squeezed(wanted.shape):
        return x.reshape(len(x), *wanted.shape)
    shape = ", ".join(map(str, ("n", *wanted.shape)))
    raise DataError(where, f"samples of shape {list(x.shape)}", f"({shape}), as the model takes them")


def _squeezed(shape: Shape) -> Shape:
    return tuple(n for n in shape if n != 1)


def _pixels_note(x: NDArray[Any], wanted: Wanted) -> str:
    low, high = wanted.pixels
    return f"bytes 0 to 255 are brought to [{low:g}, {high:g}]" if x.dtype == np.uint8 else ""


def _halved(part: _Part, where: str, note: str) -> PtqSamples:
    """Some of ``part`` for calibration, at even distances; all others are measured on."""
    _check_enough(len(part.x), where)
    taken = np.zeros(len(part.x), bool)
    taken[_spread(len(part.x), min(CALIBRATION, len(part.x) // 2))] = True
    y = None if part.y is None else part.y[~taken]
    return PtqSamples(part.x[taken], part.x[~taken], y, tuple(filter(None, (note,))))


def _in_parts(train: _Part, test: _Part, where: str, note: str) -> PtqSamples:
    _check_enough(len(train.x), where)
    rows = _spread(len(train.x), min(CALIBRATION, len(train.x)))
    return PtqSamples(train.x[rows], test.x, test.y, tuple(filter(None, (note,))))


def _spread(total: int, count: int) -> NDArray[np.int64]:
    """``count`` rows of ``total`` at even distances: files may be sorted by class."""
    return np.arange(count) * total // count


def _check_enough(count: int, where: str) -> None:
    if count < LEAST:
        fix = "The ranges of int8 are measured on them: give what the model meets in use"
        raise DataError(where, f"{count} samples", f"at least {LEAST}, better 100", fix)


def _array(path: Path) -> NDArray[Any]:
    try:
        return np.asarray(np.load(path, allow_pickle=False))
    except FileNotFoundError:
        raise DataError(path, "no such file", "an .npy file of samples") from None
    except DAMAGED_ARRAYS as error:
        raise DataError(path, f"cannot be read ({error})", "an .npy file of numbers (no objects)") from None


def _section(source: str, wanted: Wanted) -> DataSection:
    kinds: dict[int, DataKind] = {1: "table", 2: "sensor"}
    return DataSection(source=source, kind=kinds.get(len(wanted.shape)))


def _kinds(wanted: Wanted) -> Kinds:
    """Images of the model's size, windows of its length."""
    kinds, shape = USUAL, wanted.shape
    if len(shape) == 3:
        kinds = replace(kinds, image=ImageSection(size=shape[:2], grayscale=shape[2] == 1))
    if len(shape) > 1 and shape[0] > 1:
        kinds = replace(kinds, sensor=SensorSection(window=shape[0], stride=max(1, shape[0] // 2)))
    return kinds


def _of_raw(raw: Raw | Dataset, where: str, wanted: Wanted) -> PtqSamples:
    if isinstance(raw, Dataset):
        fix = "Give the arrays that it splits, x and y"
        raise DataError(where, "gives a Dataset, normalised for training", "samples as they are", fix)
    images = isinstance(raw.frontend, ImageFrontend)
    given = in_array(raw.x)
    x = _in_range(given, wanted) if images else given
    note = f"pixels are brought to [{wanted.pixels[0]:g}, {wanted.pixels[1]:g}]" if images else ""
    whole = _checked(_Part(x, raw.y), where, wanted)
    if raw.parts is None or not (raw.parts != TRAIN).any():
        return _halved(whole, where, note)
    held = TEST if (raw.parts == TEST).any() else VALIDATION
    train, test = (_Part(whole.x[raw.parts == p], raw.y[raw.parts == p]) for p in (TRAIN, held))
    return _in_parts(train, test, where, note)
