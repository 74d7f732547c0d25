"""A small student of windows of recordings, as [stream] builds it, in int8.

A window that holds all of a keyword is to be named so. One that holds a part of it, as it comes or goes, may
be named so or as nothing that fires, but not as another keyword; one with other words or parts of them is of
either class that does not fire; the rest is background. Each take is heard at drawn speeds and levels
(``views``), in noise of several levels; words that no one says, of halves of two, are other words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.keywords.fitting import Sets, Training, fitted
from benchmarks.keywords.sounds import (
    BACKGROUND,
    FRAME_S,
    FRAMES,
    HOP_S,
    NAMES,
    OTHER,
    TRAIN,
    features_of,
    front_end,
    recordings,
    samples_of,
    takes_of,
)
from benchmarks.keywords.views import views
from tinykd.tuning.recordings import LabelledSignal, Mark

PLANS = (  # (dB of words above noise, hours): in the shortest the words are close, the others have long gaps
    *((10.0, 1.0),) * 4,
    (6.0, 1.0),
    (8.0, 1.0),
    (12.0, 1.0),
    (20.0, 1.0),
    (10.0, 3.0),
    (8.0, 3.0),
)


@dataclass(frozen=True, eq=False)
class Trained:
    """``model``: int8; features are normalised by ``mean`` and ``deviation``."""

    model: bytes
    mean: float
    deviation: float


def allowed(marks: Sequence[Mark], frames: int) -> NDArray[np.bool_]:
    """(windows, classes) what the window that begins with each frame may be named."""
    starts = np.arange(max(frames - FRAMES + 1, 0)) * HOP_S
    ends = starts + (FRAMES - 1) * HOP_S + FRAME_S
    found = np.zeros((len(starts), len(NAMES)), bool)
    found[:, BACKGROUND] = True
    for mark in marks:
        touched = np.flatnonzero((ends > mark.start_s) & (starts < mark.end_s))
        found[touched, OTHER] = True
        found[touched, mark.index] = True
        if mark.index < OTHER:
            whole = touched[(starts[touched] <= mark.start_s) & (ends[touched] >= mark.end_s)]
            found[whole] = np.arange(len(NAMES)) == mark.index
    return found


def heard(takes: list[LabelledSignal], seed: int, plans: Sequence[tuple[float, float]] = PLANS) -> Sets:
    """All windows of recordings by each of ``plans``; the takes as they are in the first, else views."""
    rows: list[NDArray[np.int16]] = []
    starts: list[NDArray[np.int64]] = []
    classes: list[NDArray[np.bool_]] = []
    how, count = front_end(), 0
    for number, (snr_db, hours) in enumerate(plans):
        said = takes if number == 0 else views(takes, seed + number)
        for recording in recordings(said, hours, seed + number, snr_db):
            rows.append(features_of(samples_of(recording), how))
            classes.append(allowed(recording.marks, len(rows[-1])))
            starts.append(count + np.arange(len(classes[-1])))
            count += len(rows[-1])
    return Sets(np.concatenate(rows), np.concatenate(starts), np.concatenate(classes))


def train(file: Path, unknown_speaker: int, training: Training) -> Trained:
    """From labels alone; normalised by what is shown."""
    sets = heard(takes_of(file, TRAIN, unknown_speaker), training.seed)
    mean, deviation = float(sets.rows.mean()), float(sets.rows.std())
    return Trained(fitted(sets.normalised(mean, deviation), training), mean, deviation)
