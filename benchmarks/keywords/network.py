"""A small student of windows of recordings, as [stream] builds it, in int8.

A window is a keyword's, or another word's, if all of the word is in it and has ended not long ago; background
if little of any word is in it. Windows between these teach nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.keywords.sounds import (
    BACKGROUND,
    NAMES,
    OTHER,
    TRAIN,
    features_of,
    front_end,
    recordings,
    samples_of,
    takes_of,
)
from tinykd.tuning.recordings import Mark

FRAMES = 49
FRAME_S, LENGTH_S = 0.02, 0.03
HEARD_S = 0.35  # after the end of a word its windows still are its own
PART = 0.35  # of a word in a window of background at most
SNRS_DB = (5.0, 10.0, 20.0)


@dataclass(frozen=True, eq=False)
class Trained:
    """``model``: int8; features are normalised by ``mean`` and ``deviation``."""

    model: bytes
    mean: float
    deviation: float


@dataclass(frozen=True)
class Training:
    """How much of it."""

    width: float = 1.0
    epochs: int = 12
    hours: float = 1.6
    seed: int = 1


def labels(marks: tuple[Mark, ...], frames: int) -> NDArray[np.int64]:
    """(windows,) the class of the window that begins with each frame; -1: neither."""
    starts = np.arange(max(frames - FRAMES + 1, 0)) * FRAME_S
    ends = starts + (FRAMES - 1) * FRAME_S + LENGTH_S
    found = np.full(len(starts), BACKGROUND)
    for mark in marks:
        inside = np.minimum(ends, mark.end_s) - np.maximum(starts, mark.start_s)
        found[inside > PART * (mark.end_s - mark.start_s)] = -1
    for mark in marks:
        whole = (starts <= mark.start_s) & (ends >= mark.end_s) & (ends <= mark.end_s + HEARD_S)
        found[whole & (found == -1)] = mark.index
    return found


def windows(
    file: Path, unknown_speaker: int, training: Training
) -> Iterator[tuple[NDArray[Any], NDArray[Any]]]:
    """Parts of (n, FRAMES, 1, bands) features and (n,) classes."""
    random, how = np.random.default_rng(training.seed), front_end()
    takes = takes_of(file, TRAIN, unknown_speaker)
    for seed, snr_db in enumerate(SNRS_DB):
        for recording in recordings(takes, training.hours, training.seed + seed, snr_db):
            rows = features_of(samples_of(recording), how)
            classes = labels(recording.marks, len(rows))
            words = np.flatnonzero((classes >= 0) & (classes < BACKGROUND))
            silence = np.flatnonzero(classes == BACKGROUND)
            chosen = np.concatenate(
                [random.permutation(words)[: len(words) // 5], random.permutation(silence)[: len(words) // 8]]
            )
            views = np.lib.stride_tricks.sliding_window_view(rows, FRAMES, axis=0)[chosen]
            yield views.transpose(0, 2, 1)[:, :, np.newaxis, :], classes[chosen]


def train(file: Path, unknown_speaker: int, training: Training) -> Trained:
    """From labels alone; calibrated to int8."""
    from tinykd.quantization.export import to_int8
    from tinykd.student.streamed import tcn
    from tinykd.training.tensorflow import libraries, set_seed

    parts = list(windows(file, unknown_speaker, training))
    x, y = np.concatenate([part for part, _ in parts]), np.concatenate([part for _, part in parts])
    mean, deviation = float(x.mean()), float(x.std())
    inputs = (x.astype(np.float32) - np.float32(mean)) / np.float32(deviation)
    set_seed(training.seed)
    keras = libraries().tf_keras
    network: Any = tcn(inputs.shape[1:], len(NAMES), training.width)
    steps = training.epochs * (len(inputs) // 128 + 1)
    rate = keras.optimizers.schedules.CosineDecay(2e-3, steps)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    network.compile(keras.optimizers.Adam(rate), loss, metrics=["accuracy"])
    weight = dict.fromkeys(range(len(NAMES)), 1.0) | {OTHER: 0.8}
    network.fit(inputs, y, batch_size=128, epochs=training.epochs, class_weight=weight, verbose=2)
    calibration = inputs[np.random.default_rng(0).permutation(len(inputs))[:400]]
    return Trained(to_int8(network, calibration), mean, deviation)
