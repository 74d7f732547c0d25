"""How the words' network is fitted: on labels, then with int8 rounding in it; the best epoch is kept."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.keywords.sounds import NAMES

BATCH = 128
CALIBRATION = 500


@dataclass(frozen=True, eq=False)
class Sets:
    """Windows (n, FRAMES, 1, bands), normalised, and classes (n,); ``checked`` is not learnt from."""

    shown: NDArray[np.float32]
    classes: NDArray[np.int64]
    checked: NDArray[np.float32]
    checked_classes: NDArray[np.int64]


@dataclass(frozen=True)
class Training:
    """How much of it."""

    width: float = 0.5
    epochs: int = 24
    hours: float = 1.0
    seed: int = 1


def fitted(sets: Sets, training: Training) -> bytes:
    """A student of [stream] in int8."""
    from tinykd.quantization.export import to_int8
    from tinykd.quantization.qat import insert_fake_quant
    from tinykd.student.streamed import tcn
    from tinykd.training.tensorflow import set_seed

    set_seed(training.seed)
    student = tcn(sets.shown.shape[1:], len(NAMES), training.width)
    _fit(student, sets, training.epochs, 3e-3)
    chosen = sets.shown[np.random.default_rng(0).permutation(len(sets.shown))[:CALIBRATION]]
    aware = insert_fake_quant(student, chosen)
    _fit(aware, sets, max(2, training.epochs // 6), 3e-4)
    return to_int8(aware, chosen)


def _fit(network: Any, sets: Sets, epochs: int, rate: float) -> None:
    """Ends with the weights of the epoch that was best on ``checked``."""
    from tinykd.training.tensorflow import libraries

    keras = libraries().tf_keras
    steps = epochs * (len(sets.shown) // BATCH + 1)
    falling = keras.optimizers.schedules.CosineDecay(rate, steps)
    loss = keras.losses.CategoricalCrossentropy(from_logits=True)
    network.compile(keras.optimizers.Adam(falling), loss, metrics=["accuracy"])
    label, held = (
        keras.utils.to_categorical(classes, len(NAMES)) for classes in (sets.classes, sets.checked_classes)
    )
    kept = _Best(network)
    network.fit(
        sets.shown, label, batch_size=BATCH, epochs=epochs, verbose=2,
        validation_data=(sets.checked, held),
        callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=kept.see)],
    )  # fmt: skip
    network.set_weights(kept.weights)


class _Best:
    """The weights of the best epoch so far."""

    def __init__(self, network: Any) -> None:
        self.network, self.score = network, -1.0
        self.weights: Any = None

    def see(self, epoch: int, logs: dict[str, float]) -> None:
        """After an epoch."""
        if logs["val_accuracy"] >= self.score:
            self.score, self.weights = logs["val_accuracy"], self.network.get_weights()
