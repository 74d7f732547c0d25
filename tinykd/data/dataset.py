"""What a data source gives: three splits of float32 samples with integer labels, and the classes' names."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]  # (n, H, W, C)
Labels = NDArray[np.int64]  # (n,) in [0, classes)


@dataclass(frozen=True)
class Split:
    """Samples and their labels; both arrays are made read-only."""

    x: Samples
    y: Labels

    def __post_init__(self) -> None:
        assert self.x.dtype == np.float32 and self.x.ndim == 4, (self.x.dtype, self.x.shape)
        assert self.y.dtype == np.int64 and self.y.shape == self.x.shape[:1], (self.y.dtype, self.y.shape)
        self.x.setflags(write=False)
        self.y.setflags(write=False)

    def __len__(self) -> int:
        return len(self.y)


@dataclass(frozen=True)
class Dataset:
    """Train is learnt from, validation chooses, test is only measured."""

    name: str
    train: Split
    validation: Split
    test: Split
    classes: tuple[str, ...]

    @property
    def input_shape(self) -> tuple[int, int, int]:
        """(H, W, C) of one sample."""
        height, width, channels = self.train.x.shape[1:]
        return height, width, channels

    @property
    def splits(self) -> dict[str, Split]:
        """The splits by the names used in files and reports."""
        return {"train": self.train, "validation": self.validation, "test": self.test}
