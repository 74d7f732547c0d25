"""Recordings that are clipped, or silent."""

import numpy as np
from numpy.typing import NDArray

from tinykd.data.dataset import Dataset
from tinykd.screening.finding import ScreeningFinding
from tinykd.training.yardstick import chosen_rows

MOST_SOUNDS = 1000  # of each split
_FULL = 0.999  # of the range
_RUN = 3  # samples at the end of the range, one after another: a wave that was cut off
_SILENT = 1e-3  # peak: 60 dB below the range's end
_SHOWN = 24


def sound_findings(data: Dataset) -> list[ScreeningFinding]:
    """Of sources whose recordings can be read again."""
    if data.sounds is None:
        return []
    return [finding for name in data.splits for finding in _of_split(data, name)]


def _of_split(data: Dataset, name: str) -> list[ScreeningFinding]:
    assert data.sounds is not None
    rows = chosen_rows(data.splits[name].y, MOST_SOUNDS)
    sounds = data.sounds(name, rows)
    peaks = np.abs(sounds).max(axis=1)
    silent, cut = peaks < _SILENT, clipped(sounds)
    found = []
    if silent.any():
        text = f"{silent.sum()} of {len(rows)} recordings are silent (their peak is 60 dB below full scale)"
        key = "Leave them out, or make a class of them"
        found.append(
            ScreeningFinding("warning", name, text, key, name, tuple(map(int, rows[silent][:_SHOWN])))
        )
    if cut.any():
        text = f"{cut.sum()} of {len(rows)} recordings are clipped ({_RUN} samples or more at full scale)"
        key = "Record with less gain; a device with another gain hears something else"
        found.append(ScreeningFinding("note", name, text, key, name, tuple(map(int, rows[cut][:_SHOWN]))))
    return found


def clipped(sounds: NDArray[np.float32]) -> NDArray[np.bool_]:
    """(n,) of (n, samples) in [-1, 1]: whether a run of samples stays at full scale, or at its own peak."""
    peak = np.abs(sounds).max(axis=1, keepdims=True)
    level = np.where(peak >= _FULL, _FULL, 2.0)
    full = np.abs(sounds) >= level
    run = full[:, : 1 - _RUN].copy()
    for i in range(1, _RUN):
        run &= full[:, i : full.shape[1] - _RUN + 1 + i]
    return np.asarray(run.any(axis=1))
