"""How the words' network is fitted: on windows drawn anew each epoch, then with int8 rounding in it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.keywords.sounds import BACKGROUND, FRAMES, NAMES, OTHER

BATCH = 256
BATCHES = 200  # of an epoch
CALIBRATION = 500
SHARES = (0.4, 0.35, 0.1, 0.15)  # of a batch: keywords, other words, parts of keywords, background


@dataclass(frozen=True, eq=False)
class Sets:
    """``rows`` (n, bands); windows of ``FRAMES`` rows begin at ``starts`` (w,), ``allowed`` (w, classes)."""

    rows: NDArray[Any]
    starts: NDArray[np.int64]
    allowed: NDArray[np.bool_]

    def normalised(self, mean: float, deviation: float) -> "Sets":
        """float32 rows, as the model takes them."""
        return replace(self, rows=(self.rows.astype(np.float32) - np.float32(mean)) / np.float32(deviation))

    def windows(self, which: NDArray[np.int64]) -> NDArray[np.float32]:
        """(k, FRAMES, 1, bands)."""
        return np.asarray(self.rows[self.starts[which, np.newaxis] + np.arange(FRAMES)][:, :, np.newaxis, :])

    def kinds(self) -> list[NDArray[np.int64]]:
        """Which windows are of each kind of ``SHARES``."""
        fires, other = self.allowed[:, :OTHER].any(axis=1), self.allowed[:, OTHER]
        quiet = self.allowed[:, BACKGROUND]
        masks = (fires & ~quiet, other & ~fires, fires & quiet, quiet & ~other)
        return [np.flatnonzero(mask) for mask in masks]


@dataclass(frozen=True)
class Training:
    """How much of it."""

    width: float = 0.75
    epochs: int = 30
    seed: int = 1


def fitted(sets: Sets, training: Training) -> bytes:
    """A student of [stream] in int8."""
    from tinykd.quantization.export import to_int8
    from tinykd.quantization.qat import insert_fake_quant
    from tinykd.student.streamed import tcn
    from tinykd.training.tensorflow import set_seed

    set_seed(training.seed)
    student = tcn((FRAMES, 1, sets.rows.shape[1]), len(NAMES), training.width)
    fit(student, sets, training.epochs, 4e-3, training.seed)
    chosen = sets.windows(np.random.default_rng(0).permutation(len(sets.starts))[:CALIBRATION])
    aware = insert_fake_quant(student, chosen)
    fit(aware, sets, max(2, training.epochs // 6), 3e-4, training.seed + 1)
    return to_int8(aware, chosen)


def fit(network: Any, sets: Sets, epochs: int, rate: float, seed: int) -> None:
    """The rate falls to 0 with a cosine; the mean of the last weights is kept."""
    from tinykd.training.tensorflow import libraries

    keras = libraries().tf_keras
    falling = keras.optimizers.schedules.CosineDecay(rate, epochs * BATCHES)
    network.compile(keras.optimizers.Adam(falling), _loss)
    network.fit(batches(sets, seed), steps_per_epoch=BATCHES, epochs=epochs, verbose=2)


def batches(sets: Sets, seed: int) -> Iterator[tuple[NDArray[np.float32], NDArray[np.float32]]]:
    """(BATCH, FRAMES, 1, bands) and what they may be named, (BATCH, classes), without end."""
    random, kinds = np.random.default_rng(seed), sets.kinds()
    counts = [round(share * BATCH) for share in SHARES]
    while True:
        which = np.concatenate(
            [random.choice(kind, count) for kind, count in zip(kinds, counts, strict=True) if len(kind)]
        )
        yield sets.windows(which), sets.allowed[which].astype(np.float32)


def _loss(names: Any, logits: Any) -> Any:
    """(n,): -ln of the softmax of all that a window may be named together."""
    from tinykd.training.tensorflow import libraries

    tf = libraries().tf
    permitted = tf.where(names > 0, logits, tf.constant(-1e9, logits.dtype))
    return tf.reduce_logsumexp(logits, axis=1) - tf.reduce_logsumexp(permitted, axis=1)
