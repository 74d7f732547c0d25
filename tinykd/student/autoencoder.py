"""A dense autoencoder, the student that gives its input back: a large error means an anomaly.

After Banbury et al., MLPerf Tiny Benchmark, arXiv 2106.07597 (anomaly detection: 4 x 128, 8, 4 x 128 units),
without BatchNormalization, which after Dense would silently stay in float.
"""

from typing import Any

from tinykd.student.blocks import channels
from tinykd.training.tensorflow import libraries

HIDDEN, BOTTLENECK = 128, 8  # units at width 1
DEPTH = 4  # hidden layers on either side


def autoencoder(
    input_shape: tuple[int, int, int], outputs: int, width: float, depth: int | None = None
) -> Any:
    """(n, H, W, C) in, (n, H * W * C) out; units scale with ``width``, ``depth`` counts layers on a side."""
    layers, keras = libraries().tf_keras.layers, libraries().tf_keras
    inputs = layers.Input(input_shape, name="input")
    x = layers.Flatten(name="flatten")(inputs)
    side = [HIDDEN] * (DEPTH if depth is None else depth)
    for index, count in enumerate((*side, BOTTLENECK, *side), start=1):
        x = layers.Dense(channels(count, width), activation="relu", name=f"hidden{index}")(x)
    return keras.Model(inputs, layers.Dense(outputs, name="output")(x), name="autoencoder")
