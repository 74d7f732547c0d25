"""Images in which nothing is to be seen."""

import numpy as np

from tinykd.data.dataset import Dataset
from tinykd.data.features.frontend import ImageFrontend
from tinykd.screening.finding import ScreeningFinding

_FLAT = 1.0 / 255.0  # of the range: a step of eight bits
_SHOWN = 24


def image_findings(data: Dataset) -> list[ScreeningFinding]:
    """Images of one colour."""
    if not isinstance(data.frontend, ImageFrontend):
        return []
    found = []
    for name, split in data.splits.items():
        flat = np.ptp(split.x.reshape(len(split), -1, split.x.shape[3]), axis=1).max(axis=1) <= _FLAT
        if flat.any():
            rows = tuple(map(int, np.flatnonzero(flat)[:_SHOWN]))
            text = f"{flat.sum()} of {len(split)} images are of one colour"
            found.append(ScreeningFinding("warning", name, text, "Leave them out", name, rows))
    return found
