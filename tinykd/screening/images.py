"""Images in which nothing is to be seen."""

import numpy as np
from numpy.typing import NDArray

from tinykd.data.dataset import Dataset
from tinykd.data.features.frontend import ImageFrontend
from tinykd.data.stored.figures import rows_where
from tinykd.data.types import Samples
from tinykd.screening.finding import ScreeningFinding

_FLAT = 1.0 / 255.0  # of the range: a step of eight bits
_SHOWN = 24


def _is_flat(x: Samples) -> NDArray[np.bool_]:
    """(n,) of (n, H, W, C)."""
    return np.asarray(np.ptp(x.reshape(len(x), -1, x.shape[3]), axis=1).max(axis=1) <= _FLAT)


def image_findings(data: Dataset) -> list[ScreeningFinding]:
    """Images of one colour."""
    if not isinstance(data.frontend, ImageFrontend):
        return []
    found = []
    for name, split in data.splits.items():
        flat = rows_where(split.x, _is_flat)
        if flat.any():
            rows = tuple(map(int, np.flatnonzero(flat)[:_SHOWN]))
            text = f"{flat.sum()} of {len(split)} images are of one colour"
            found.append(ScreeningFinding("warning", name, text, "Leave them out", name, rows))
    return found
