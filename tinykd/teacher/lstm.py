"""A bidirectional LSTM in Keras 3, the built-in recurrent teacher for sound and motion.

After Graves and Schmidhuber, Framewise Phoneme Classification with Bidirectional LSTM, Neural Networks 18,
2005: one layer reads the window both ways, a second one sums it up. Pooling shortens long windows first.
"""

from typing import Any

from tinykd.errors import ModelError
from tinykd.teacher.layers import DROPOUT, stem
from tinykd.training.tensorflow import libraries

STEM, UNITS = 64, 64  # channels; units of each direction
STEPS = 64  # of time, at most, that are recurred over


def lstm(input_shape: tuple[int, int, int], outputs: int) -> Any:
    """(n, T, 1, C) in, (n, outputs) out."""
    if input_shape[1] != 1:
        found = f"samples are of shape {input_shape}"
        raise ModelError(
            "[teacher] model = lstm", found, "(time, 1, channels)", 'Use model = "resnet" for images'
        )
    keras = libraries().keras
    inputs = keras.Input(input_shape)
    stride = -(-input_shape[0] // STEPS)
    x = keras.layers.AveragePooling2D((stride, 1), padding="same")(stem(inputs, STEM, (5, 1)))
    x = keras.layers.Reshape((x.shape[1], STEM))(x)
    x = keras.layers.Bidirectional(keras.layers.LSTM(UNITS, return_sequences=True))(x)
    x = keras.layers.Dropout(DROPOUT)(x)
    x = keras.layers.Dropout(DROPOUT)(keras.layers.LSTM(2 * UNITS)(x))
    return keras.Model(inputs, keras.layers.Dense(outputs, name="logits")(x), name="lstm")
