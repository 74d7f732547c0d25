"""A CNN over embeddings in Keras 3, the built-in teacher for texts where there is no sentence encoder.

After Kim, Convolutional Neural Networks for Sentence Classification, arXiv 1408.5882: kernels of several
widths, the largest value of each filter, much dropout; beside them the mean of the embeddings, as a bag.
"""

from typing import Any

from tinykd.teacher.layers import DROPOUT
from tinykd.training.tensorflow import libraries

EMBEDDING = 96
FILTERS, KERNELS = 128, (1, 2, 3, 5)  # ids that a filter sees


def text_cnn(length: int, rows: int, outputs: int) -> Any:
    """(n, 1, 1, length) ids below ``rows`` in, (n, outputs) logits out."""
    keras = libraries().keras
    layers = keras.layers
    inputs = keras.Input((1, 1, length), dtype="int32")
    x = layers.Embedding(rows, EMBEDDING)(layers.Reshape((length,))(inputs))
    x = layers.SpatialDropout1D(DROPOUT)(x)
    found = [layers.GlobalAveragePooling1D()(x)]
    for kernel in KERNELS:
        filtered = layers.Conv1D(FILTERS, kernel, padding="same", activation="relu")(x)
        found.append(layers.GlobalMaxPooling1D()(filtered))
    x = layers.Dropout(DROPOUT)(layers.Concatenate()(found))
    return keras.Model(inputs, layers.Dense(outputs, name="logits")(x), name="text_cnn")
