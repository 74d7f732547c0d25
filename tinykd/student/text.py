"""Networks for texts, on the ids of their tokens: a bag of embeddings, and a CNN over them.

A bag: Joulin et al., Bag of Tricks for Efficient Text Classification (fastText), arXiv 1607.01759; its sum is
divided by the longest length, not by the sentence's, so padding needs no mask. A CNN: Kim, Convolutional
Neural Networks for Sentence Classification, arXiv 1408.5882, with one width of kernel.
"""

from typing import Any

from tinykd.student.blocks import channels, convolution
from tinykd.student.embedding import embedded
from tinykd.training.tensorflow import libraries

EMBEDDING = 24  # values of a row of the table at width 1
HIDDEN = 48  # units of a hidden layer
FILTERS, KERNEL = 48, (3, 1)  # ids that a filter sees
TEXT_DEPTHS = {"embedding_bag": 0, "text_cnn": 1}  # hidden layers; convolutions


def embedding_bag(length: int, rows: int, outputs: int, width: float, depth: int | None = None) -> Any:
    """(n, 1, 1, length) ids below ``rows`` in, (n, outputs) logits out; ``depth`` counts hidden layers."""
    layers, keras = libraries().tf_keras.layers, libraries().tf_keras
    inputs = layers.Input((1, 1, length), dtype="int32", name="input")
    x = embedded(inputs, rows, channels(EMBEDDING, width))
    x = layers.GlobalAveragePooling2D(name="bag")(x)
    for index in range(1, 1 + (TEXT_DEPTHS["embedding_bag"] if depth is None else depth)):
        x = layers.Dense(channels(HIDDEN, width), activation="relu", name=f"hidden{index}")(x)
    return keras.Model(inputs, layers.Dense(outputs, name="logits")(x), name="embedding_bag")


def text_cnn(length: int, rows: int, outputs: int, width: float, depth: int | None = None) -> Any:
    """The same with ``depth`` convolutions over neighbouring ids, and the largest value of each channel."""
    layers, keras = libraries().tf_keras.layers, libraries().tf_keras
    inputs = layers.Input((1, 1, length), dtype="int32", name="input")
    x = embedded(inputs, rows, channels(EMBEDDING, width))
    for index in range(1, 1 + (depth or TEXT_DEPTHS["text_cnn"])):
        x = convolution(x, channels(FILTERS, width), KERNEL, 1, f"conv{index}")
    x = layers.Flatten(name="flatten")(layers.MaxPooling2D((length, 1), name="largest")(x))
    return keras.Model(inputs, layers.Dense(outputs, name="logits")(x), name="text_cnn")


TEXT_STUDENTS = {"embedding_bag": embedding_bag, "text_cnn": text_cnn}
