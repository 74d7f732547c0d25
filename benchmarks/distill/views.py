"""What students of all arms see, epoch by epoch: augmented samples, and mixtures of two of them.

Views lie in files, memory-mapped: the teacher labels each once, every arm and every seed trains on them.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.distill.augment import KINDS
from tinykd.data.dataset import Samples, Split

PLAIN, MIXED = "plain", "mixed"
_SEEDS = {PLAIN: 1, MIXED: 2}
LEAST_SHARE = 0.5  # of the first of two samples that are mixed: Zhang et al., mixup, arXiv 1710.09412


@dataclass(frozen=True)
class View:
    """Samples (n, H, W, C) and what the labels say of them (n, classes), rows that sum to 1."""

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

    def write(self, train: Split, classes: int, kind: str) -> None:
        """Make what is missing."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for family in (PLAIN, MIXED):
            for index in range(self.count):
                if not Path(f"{self._stem(family, index)}_wanted.npy").exists():
                    self._write_one(make(train, classes, kind, family, index), family, index)

    def _write_one(self, view: View, family: str, index: int) -> None:
        stem = self._stem(family, index)
        np.save(f"{stem}_x.npy", view.x)
        partial = f"{stem}_wanted.part.npy"
        np.save(partial, view.wanted)
        Path(partial).rename(f"{stem}_wanted.npy")

    def _stem(self, family: str, index: int) -> str:
        return str(self.folder / f"{family}{index}")


def make(train: Split, classes: int, kind: str, family: str, index: int) -> View:
    """View ``index`` of ``family``: the same bytes whoever asks."""
    rng = np.random.default_rng([_SEEDS[family], index])
    x = np.ascontiguousarray(KINDS[kind](train.x, rng), np.float32)
    wanted = np.eye(classes, dtype=np.float32)[train.y]
    if family == PLAIN:
        return View(x, wanted)
    partner = rng.permutation(len(x))
    share = rng.uniform(LEAST_SHARE, 1, len(x)).astype(np.float32)
    image_share, row_share = share[:, np.newaxis, np.newaxis, np.newaxis], share[:, np.newaxis]
    mixed = image_share * x + (1 - image_share) * x[partner]
    return View(mixed, row_share * wanted + (1 - row_share) * wanted[partner])
