"""A small student of windows of recordings, as [stream] builds it, in int8.

A window is a keyword's, or another word's, if all of the word is in it and has ended not long ago; background
if little of any word is in it. Windows between these teach nothing. Each take is heard as it is and at other
speeds and levels (``views``); words that no one says, of halves of two, are other words.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.keywords.fitting import Sets, Training, fitted
from benchmarks.keywords.sounds import (
    BACKGROUND,
    FRAME_S,
    FRAMES,
    HOP_S,
    TRAIN,
    TUNE,
    features_of,
    front_end,
    recordings,
    samples_of,
    takes_of,
)
from benchmarks.keywords.views import views
from tinykd.tuning.recordings import LabelledSignal, Mark

HEARD_S = 0.35  # after the end of a word its windows still are its own
PART = 0.35  # of a word in a window of background at most
SNRS_DB = (5.0, 10.0, 10.0, 20.0)


@dataclass(frozen=True, eq=False)
class Trained:
    """``model``: int8; features are normalised by ``mean`` and ``deviation``."""

    model: bytes
    mean: float
    deviation: float


def labels(marks: tuple[Mark, ...], frames: int) -> NDArray[np.int64]:
    """(windows,) the class of the window that begins with each frame; -1: neither."""
    starts = np.arange(max(frames - FRAMES + 1, 0)) * HOP_S
    ends = starts + (FRAMES - 1) * HOP_S + FRAME_S
    found = np.full(len(starts), BACKGROUND)
    for mark in marks:
        inside = np.minimum(ends, mark.end_s) - np.maximum(starts, mark.start_s)
        found[inside > PART * (mark.end_s - mark.start_s)] = -1
    for mark in marks:
        whole = (starts <= mark.start_s) & (ends >= mark.end_s) & (ends <= mark.end_s + HEARD_S)
        found[whole & (found == -1)] = mark.index
    return found


def windows(
    takes: list[LabelledSignal], seed: int, hours: float, snrs_db: tuple[float, ...] = SNRS_DB
) -> Iterator[tuple[NDArray[Any], NDArray[Any]]]:
    """Parts of (n, FRAMES, 1, bands) features and (n,) classes."""
    random, how = np.random.default_rng(seed), front_end()
    for number, snr_db in enumerate(snrs_db):
        heard = takes if number == 0 else views(takes, seed + number)
        for recording in recordings(heard, hours, seed + number, snr_db):
            rows = features_of(samples_of(recording), how)
            classes = labels(recording.marks, len(rows))
            words = np.flatnonzero((classes >= 0) & (classes < BACKGROUND))
            silence = np.flatnonzero(classes == BACKGROUND)
            chosen = np.concatenate(
                [random.permutation(words)[: len(words) // 3], random.permutation(silence)[: len(words) // 6]]
            )
            seen = np.lib.stride_tricks.sliding_window_view(rows, FRAMES, axis=0)[chosen]
            yield seen.transpose(0, 2, 1)[:, :, np.newaxis, :], classes[chosen]


def joined(parts: Iterator[tuple[NDArray[Any], NDArray[Any]]]) -> tuple[NDArray[Any], NDArray[Any]]:
    """All of them."""
    found = list(parts)
    return np.concatenate([part for part, _ in found]), np.concatenate([part for _, part in found])


def train(file: Path, unknown_speaker: int, training: Training) -> Trained:
    """From labels alone; normalised by what is shown."""

    x, y = joined(windows(takes_of(file, TRAIN, unknown_speaker), training.seed, training.hours))
    held = joined(windows(takes_of(file, TUNE, unknown_speaker), training.seed + 100, 0.3, (10.0,)))
    mean, deviation = float(x.mean()), float(x.std())
    shown, checked = (
        (part.astype(np.float32) - np.float32(mean)) / np.float32(deviation) for part in (x, held[0])
    )
    return Trained(fitted(Sets(shown, y, checked, held[1]), training), mean, deviation)
