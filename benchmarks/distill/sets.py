"""The six sets: where they lie, how they are split, and how the signals become samples (n, H, W, C).

scikit-learn's digits need no file. The others are ``.npz`` files in one folder (``--data``); none is part of
the project. Whatever overlaps or comes from one person stays on one side of a split.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.distill.logmel import log_mel
from tinykd.data.dataset import Dataset, Samples, Split
from tinykd.data.load import load_dataset
from tinykd.errors import DataError
from tinykd.project.schema import DataSection

TEN = tuple("0123456789")
_SIGN_PIXELS = 32
_SHUFFLE = 20  # fixed: every seed is judged on the same samples


@dataclass(frozen=True)
class Source:
    """How one set is read; ``kind`` says which augmentation fits it."""

    kind: str
    load: Callable[[Path], Dataset]


def _open(folder: Path, name: str) -> Any:
    if not (folder / name).is_file():
        raise DataError(folder / name, "no such file", "the data of this set", "Name its folder with --data")
    return np.load(folder / name, allow_pickle=False)


def _digits(_: Path) -> Dataset:
    return load_dataset(DataSection(source="digits"), Path(), 0)


def _mnist(folder: Path) -> Dataset:
    """The last 2,000 are for test, the 1,000 before them for validation."""
    with _open(folder, "npm_mnist10k.npz") as file:
        x, y = (file["x"] / np.float32(255))[..., np.newaxis], file["y"]
    rows = np.arange(len(y))
    return _dataset("mnist10k", x, y, rows >= 8000, (rows >= 7000) & (rows < 8000), TEN)


def _mnist1d(folder: Path) -> Dataset:
    """Signals of 40 samples as (40, 1, 1); the last 1,000 for training are for validation."""
    with _open(folder, "mnist1d.npz") as file:
        x = np.concatenate([file["x_train"], file["x_test"]])[:, :, np.newaxis, np.newaxis]
        y = np.concatenate([file["y_train"], file["y_test"]])
        known = len(file["y_train"])
    rows = np.arange(len(y))
    scaled = x / x[: known - 1000].std()
    return _dataset("mnist1d", scaled, y, rows >= known, (rows >= known - 1000) & (rows < known), TEN)


def _signs(folder: Path) -> Dataset:
    """Photographs halved to 32 x 32; a quarter of each class for test, an eighth for validation."""
    with _open(folder, "sign_digits_gray64.npz") as file:
        x, y = file["x"], file["y"]
    small = x.reshape(len(x), _SIGN_PIXELS, 2, _SIGN_PIXELS, 2).mean(axis=(2, 4)) / 255
    shuffled = np.random.default_rng(_SHUFFLE).permutation(len(y))
    by_class = shuffled[np.argsort(y[shuffled], kind="stable")]
    part = np.empty(len(y), np.int64)
    part[by_class] = np.arange(len(y)) % 8
    return _dataset("signs", small[..., np.newaxis], y, part < 2, part == 2, TEN)


def _speech(folder: Path) -> Dataset:
    """Spoken digits as log-mel (49 frames, 1, 24 bands); takes 0-4 for test, 5-9 for validation."""
    with _open(folder, "fsdd_8k.npz") as file:
        sound, y, take = file["x"], file["y"], file["take"]
    x = log_mel(sound.astype(np.float32) / 32768)
    training = x[take >= 10]
    x = (x - training.mean()) / training.std()
    return _dataset("speech", x[:, :, np.newaxis, :], y, take < 5, (take >= 5) & (take < 10), TEN)


def _activity(folder: Path) -> Dataset:
    """Waist phone as (128, 1, 6); subjects 22-30 for test, 17-21 for validation."""
    with _open(folder, "uci_hapt.npz") as file:
        raw, y, subject, classes = file["x"], file["y"], file["subject"], file["classes"]
        x = raw * np.repeat(file["scale"], 3)
    x = x / x[subject <= 16].std(axis=(0, 1)).reshape(2, 3).mean(axis=1).repeat(3)
    names = tuple(str(name).lower() for name in classes)
    clipped = np.clip(x, -6, 6)[:, :, np.newaxis, :]  # few samples are beyond; int8 has 256 steps for all
    return _dataset("activity", clipped, y, subject >= 22, (subject >= 17) & (subject < 22), names)


def _dataset(
    name: str,
    x: NDArray[Any],
    y: NDArray[Any],
    test: NDArray[np.bool_],
    validation: NDArray[np.bool_],
    classes: tuple[str, ...],
) -> Dataset:
    samples: Samples = np.ascontiguousarray(x, np.float32)
    labels = y.astype(np.int64)

    def part(rows: NDArray[np.bool_]) -> Split:
        return Split(samples[rows], labels[rows])

    return Dataset(name, part(~test & ~validation), part(validation), part(test), classes)


SOURCES = {
    "digits": Source("image", _digits),
    "mnist10k": Source("image", _mnist),
    "signs": Source("image", _signs),
    "mnist1d": Source("signal", _mnist1d),
    "speech": Source("sound", _speech),
    "activity": Source("motion", _activity),
}
