"""A depthwise-separable CNN in tf_keras: the student for images.

After Zhang et al., Hello Edge, arXiv 1711.07128 (DS-CNN), with two reductions to speak of: the first
convolution and every other block halve the image. Each convolution is directly followed by
BatchNormalization and ReLU, the pattern that tfmot folds.
"""

from typing import Any

from tinykd.training.tensorflow import libraries

STEM = 16  # channels at width 1
BLOCKS = ((24, 2), (32, 1), (32, 1))  # (channels at width 1, stride)
MOMENTUM = 0.9  # of the running statistics: with 0.99 they lag behind in short training, and inference fails


def ds_cnn(input_shape: tuple[int, int, int], classes: int, width: float) -> Any:
    """(n, H, W, C) in, (n, classes) logits out; channels scale with ``width``."""
    layers, keras = libraries().tf_keras.layers, libraries().tf_keras
    inputs = layers.Input(input_shape, name="input")
    stem = layers.Conv2D(channels(STEM, width), 3, padding="same", use_bias=False, name="stem")
    x = _norm_relu(stem(inputs), "stem")
    for index, (count, stride) in enumerate(BLOCKS, start=1):
        x = _separable(x, channels(count, width), stride, f"block{index}")
    x = layers.GlobalAveragePooling2D(name="pool")(x)
    return keras.Model(inputs, layers.Dense(classes, name="logits")(x), name="ds_cnn")


def channels(count: int, width: float) -> int:
    """``count * width`` rounded to a multiple of 4 (kernels work on four channels at a time), at least 4."""
    return max(4, round(count * width / 4) * 4)


def _separable(x: Any, count: int, stride: int, name: str) -> Any:
    """3 x 3 per channel, then 1 x 1 across channels."""
    layers = libraries().tf_keras.layers
    depthwise = layers.DepthwiseConv2D(
        3, strides=stride, padding="same", use_bias=False, name=f"{name}_depthwise"
    )
    x = _norm_relu(depthwise(x), f"{name}_depthwise")
    pointwise = layers.Conv2D(count, 1, use_bias=False, name=f"{name}_pointwise")
    return _norm_relu(pointwise(x), f"{name}_pointwise")


def _norm_relu(x: Any, name: str) -> Any:
    layers = libraries().tf_keras.layers
    return layers.ReLU(name=f"{name}_relu")(
        layers.BatchNormalization(momentum=MOMENTUM, name=f"{name}_norm")(x)
    )
