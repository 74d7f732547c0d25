"""A small residual network in Keras 3, the built-in teacher for images.

He et al., Identity Mappings in Deep Residual Networks, arXiv 1603.05027 (here post-activation, as in
1512.03385).
"""

from typing import Any

from tinykd.training.tensorflow import libraries

WIDTHS = (32, 64, 128)  # channels of the three stages; each but the first halves the image
DROPOUT = 0.3


def resnet(input_shape: tuple[int, int, int], classes: int) -> Any:
    """(n, H, W, C) in, (n, classes) logits out."""
    keras = libraries().keras
    inputs = keras.Input(input_shape)
    x = _conv(inputs, WIDTHS[0], 1, relu=True)
    for stage, width in enumerate(WIDTHS):
        x = _block(x, width, stride=1 if stage == 0 else 2)
    x = keras.layers.GlobalAveragePooling2D()(x)
    x = keras.layers.Dropout(DROPOUT)(x)
    return keras.Model(inputs, keras.layers.Dense(classes, name="logits")(x), name="resnet")


def _block(x: Any, width: int, stride: int) -> Any:
    """Two 3 x 3 convolutions around a shortcut."""
    layers = libraries().keras.layers
    y = _conv(_conv(x, width, stride, relu=True), width, 1, relu=False)
    if stride != 1 or x.shape[-1] != width:
        x = layers.BatchNormalization()(layers.Conv2D(width, 1, strides=stride, use_bias=False)(x))
    return layers.ReLU()(layers.Add()([x, y]))


def _conv(x: Any, width: int, stride: int, relu: bool) -> Any:
    layers = libraries().keras.layers
    x = layers.Conv2D(width, 3, strides=stride, padding="same", use_bias=False)(x)
    x = layers.BatchNormalization()(x)
    return layers.ReLU()(x) if relu else x
