"""Samples with several labels, made here: bars of 8 x 8 images, each class a place of its own."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.dataset import Dataset
from tinykd.data.load import load_dataset
from tinykd.project.samples import DataSection

CLASSES = ("left", "right, top", "below")


def bars(count: int, seed: int = 0) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """(count, 8, 8) in [0, 1] and (count, 3) which bars are there: all combinations, none too."""
    rng = np.random.default_rng(seed)
    y = np.stack([(np.arange(count) >> k) & 1 for k in range(3)], axis=1)
    x = 0.3 * rng.random((count, 8, 8))
    x[:, :, 0:2] += 0.6 * y[:, 0, None, None]
    x[:, 0:2, 4:] += 0.6 * y[:, 1, None, None]
    x[:, 6:, 2:] += 0.6 * y[:, 2, None, None]
    return x.clip(0, 1).astype(np.float32), y


def save(path: Path, count: int = 240, **more: Any) -> None:
    """An ``.npz`` of them."""
    x, y = bars(count)
    np.savez(path, **{"x": x, "y": y, "classes": np.array(CLASSES)} | more)


def bars_data(folder: Path, count: int = 240) -> Dataset:
    """The same as stages have it."""
    save(folder / "bars.npz", count)
    return load_dataset(DataSection(source="bars.npz"), folder, 1, "multilabel")
