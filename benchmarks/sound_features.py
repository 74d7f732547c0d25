"""``python -m benchmarks.sound_features fsdd_8k.npz``: what each ``[audio] features`` is worth, on digits.

A small temporal CNN is trained on each with equal steps and the same seeds; test accuracy is that of takes 0
to 4, the published split. Float networks: what differs is the features. Needs TensorFlow; takes minutes.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.sources.folder.sounds import features, frontend_of
from tinykd.project.samples import AudioSection

KINDS = ("integer_log_mel", "log_mel", "micro_frontend")
RATE_HZ = 8000
TEST_TAKES = range(5)


def inputs(sounds: NDArray[np.float32], kind: str, train: NDArray[np.bool_]) -> NDArray[np.float32]:
    """(n, frames, bands) with mean 0 and deviation 1 over ``train``."""
    section = AudioSection.model_validate({"features": kind, "rate": RATE_HZ, "layout": "time"})
    found = features(sounds, frontend_of(section).how, section)[:, :, 0, :]
    return (found - found[train].mean()) / found[train].std()


def network(shape: tuple[int, ...], classes: int) -> Any:
    """About 10,000 weights."""
    from tensorflow import keras

    layers = keras.layers
    steps = [
        layer
        for _ in range(3)
        for layer in (
            layers.SeparableConv1D(48, 5, padding="same", use_bias=False),
            layers.BatchNormalization(),
            layers.ReLU(),
            layers.MaxPooling1D(2),
        )
    ]
    head = [layers.GlobalAveragePooling1D(), layers.Dense(classes)]
    return keras.Sequential([layers.Input(shape), *steps, *head])


def accuracy(
    x: NDArray[np.float32], y: NDArray[np.int64], train: NDArray[np.bool_], seed: int, epochs: int
) -> float:
    """Of the test takes."""
    from tensorflow import keras

    keras.utils.set_random_seed(seed)
    model = network(x.shape[1:], int(y.max()) + 1)
    steps = epochs * int(train.sum()) // 64
    rate = keras.optimizers.schedules.CosineDecay(3e-3, steps)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(rate), loss)
    model.fit(x[train], y[train], batch_size=64, epochs=epochs, verbose=0)
    return float((model.predict(x[~train], verbose=0).argmax(axis=1) == y[~train]).mean())


def main(argv: Sequence[str] | None = None) -> None:
    """A line for each kind."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sound_features", description=__doc__)
    parser.add_argument("file", type=Path, help="an .npz with x int16 (n, 8000), y, take")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--features", nargs="+", choices=KINDS, default=KINDS)
    options = parser.parse_args(argv)
    from tinykd.training.tensorflow import libraries

    libraries()
    data = np.load(options.file)
    train, y = ~np.isin(data["take"], list(TEST_TAKES)), data["y"].astype(np.int64)
    sounds = data["x"].astype(np.float32) / np.float32(32768)
    for kind in options.features:
        x = inputs(sounds, kind, train)
        found = [accuracy(x, y, train, seed, options.epochs) for seed in range(options.seeds)]
        each = ", ".join(f"{value:.1%}" for value in found)
        print(f"{kind:16} {np.mean(found):.2%}  ({each}; {int((~train).sum())} test sounds)", flush=True)


if __name__ == "__main__":
    main()
