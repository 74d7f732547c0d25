"""What the students are made of: convolutions directly followed by BatchNormalization, as tfmot folds it."""

from typing import Any

from tinykd.training.tensorflow import libraries

MOMENTUM = 0.9  # of the running statistics: with 0.99 they lag behind in short training, and inference fails

EXPANSION = 4  # of MobileNetV2's blocks

Kernel = int | tuple[int, int]  # (height, width), or both alike


def channels(count: int, width: float) -> int:
    """``count * width`` rounded to a multiple of 4 (kernels work on four channels at a time), at least 4."""
    return max(4, round(count * width / 4) * 4)


def deepened(blocks: tuple[tuple[int, int], ...], depth: int | None) -> tuple[tuple[int, int], ...]:
    """The first ``depth`` of ``blocks`` (channels, stride); beyond them the last again, without a stride."""
    if depth is None:
        return blocks
    return (*blocks, *((blocks[-1][0], 1) for _ in range(depth - len(blocks))))[:depth]


def convolution(x: Any, count: int, kernel: Kernel, stride: int, name: str, relu: bool = True) -> Any:
    """(n, H, W, C) to (n, H / stride, W / stride, count), rounded up."""
    layers = libraries().tf_keras.layers
    layer = layers.Conv2D(count, kernel, strides=stride, padding="same", use_bias=False, name=name)
    return normed(layer(x), name, relu)


def valid_in_time(x: Any, count: int, taps: tuple[int, int], name: str, relu: bool = True) -> Any:
    """(n, T, W, C) to (n, (T - k) // stride + 1, W, count) for ``taps`` of k rows and a stride."""
    layers, (rows, stride) = libraries().tf_keras.layers, taps
    layer = layers.Conv2D(count, (rows, 1), strides=(stride, 1), use_bias=False, name=name)
    return normed(layer(x), name, relu)


def separable(x: Any, count: int, stride: int, name: str, kernel: int = 3) -> Any:
    """``kernel`` x ``kernel`` per channel, then 1 x 1 across channels (MobileNets, arXiv 1704.04861)."""
    layers = libraries().tf_keras.layers
    depthwise = layers.DepthwiseConv2D(
        kernel, strides=stride, padding="same", use_bias=False, name=f"{name}_depthwise"
    )
    x = normed(depthwise(x), f"{name}_depthwise")
    pointwise = layers.Conv2D(count, 1, use_bias=False, name=f"{name}_pointwise")
    return normed(pointwise(x), f"{name}_pointwise")


def inverted_residual(x: Any, count: int, stride: int, name: str) -> Any:
    """1 x 1 to four times the channels, 3 x 3 per channel, 1 x 1 back, around a shortcut where the shape
    stays.

    Sandler et al., MobileNetV2, arXiv 1801.04381 (there six times, ReLU6): the last one has no activation.
    """
    layers = libraries().tf_keras.layers
    y = convolution(x, EXPANSION * x.shape[-1], 1, 1, f"{name}_expand")
    depthwise = layers.DepthwiseConv2D(
        3, strides=stride, padding="same", use_bias=False, name=f"{name}_depthwise"
    )
    y = normed(depthwise(y), f"{name}_depthwise")
    y = convolution(y, count, 1, 1, f"{name}_project", relu=False)
    if stride != 1 or x.shape[-1] != count:
        return y
    return layers.Add(name=f"{name}_add")([x, y])


def residual(x: Any, count: int, kernel: Kernel, stride: int, name: str) -> Any:
    """Two convolutions around a shortcut, which is a 1 x 1 convolution where the shape changes."""
    layers = libraries().tf_keras.layers
    y = convolution(x, count, kernel, stride, f"{name}_first")
    y = convolution(y, count, kernel, 1, f"{name}_second", relu=False)
    if stride != 1 or x.shape[-1] != count:
        x = convolution(x, count, 1, stride, f"{name}_shortcut", relu=False)
    return layers.ReLU(name=f"{name}_relu")(layers.Add(name=f"{name}_add")([x, y]))


def classifier(inputs: Any, x: Any, classes: int, name: str) -> Any:
    """The model whose logits are a dense layer on the mean of ``x`` over its pixels."""
    layers, keras = libraries().tf_keras.layers, libraries().tf_keras
    x = layers.GlobalAveragePooling2D(name="pool")(x)
    return keras.Model(inputs, layers.Dense(classes, name="logits")(x), name=name)


def normed(x: Any, name: str, relu: bool = True) -> Any:
    """``x`` through BatchNormalization and, as a rule, ReLU."""
    layers = libraries().tf_keras.layers
    x = layers.BatchNormalization(momentum=MOMENTUM, name=f"{name}_norm")(x)
    return layers.ReLU(name=f"{name}_relu")(x) if relu else x
