"""What students of all arms see, epoch by epoch: augmented samples, and mixtures of two of them.

Views lie in files, memory-mapped: the teacher labels each once, every arm and every seed trains on them.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tinykd.data.augmentation.mixup import Mixture, label_rows
from tinykd.data.augmentation.views import make_view
from tinykd.data.dataset import Dataset
from tinykd.data.types import Samples

PLAIN, MIXED = "plain", "mixed"
_SEEDS = {PLAIN: 1, MIXED: 2}


@dataclass(frozen=True)
class View:
    """Samples (n, H, W, C) and what the labels say of them (n, classes).

    Rows sum to 1; those of samples without a label, which come last, are zeros.
    """

    x: Samples
    wanted: NDArray[np.float32]


@dataclass(frozen=True)
class ViewFiles:
    """``count`` views of each family in ``folder``."""

    folder: Path
    count: int

    def view(self, family: str, index: int) -> View:
        """Memory-mapped."""
        stem = self._stem(family, index % self.count)
        x, wanted = (np.load(f"{stem}_{part}.npy", mmap_mode="r") for part in ("x", "wanted"))
        return View(x, wanted)

    def write(self, data: Dataset) -> None:
        """Make what is missing."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for family in (PLAIN, MIXED):
            for index in range(self.count):
                if not Path(f"{self._stem(family, index)}_wanted.npy").exists():
                    self._write_one(make(data, family, index), family, index)

    def _write_one(self, view: View, family: str, index: int) -> None:
        stem = self._stem(family, index)
        np.save(f"{stem}_x.npy", view.x)
        partial = f"{stem}_wanted.part.npy"
        np.save(partial, view.wanted)
        Path(partial).rename(f"{stem}_wanted.npy")

    def _stem(self, family: str, index: int) -> str:
        return str(self.folder / f"{family}{index}")


def make(data: Dataset, family: str, index: int) -> View:
    """View ``index`` of ``family``: the same bytes whoever asks."""
    seed, labelled = _SEEDS[family], len(data.train)
    x = make_view(data.train_inputs, seed, index, data.augmentation)
    wanted = label_rows(data.train.y, len(data.classes), len(x) - labelled)
    if family == PLAIN:
        return View(x, wanted)
    mixture = Mixture.of(len(x), labelled, seed, index)
    return View(mixture.samples(x), mixture.rows(wanted))
