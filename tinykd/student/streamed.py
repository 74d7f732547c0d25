"""The students of a project with [stream]: without padding in time, so that windows share their rows.

A window's padded rows would be real rows of the next one; a convolution that is valid in time gives the
same row in every window that it is in, and a hop computes it once (``tinykd.compiler.streaming``). Along
other axes they pad as they do else. A shortcut keeps the rows that the convolutions are centred on.
"""

from typing import Any

from tinykd.errors import ModelError
from tinykd.student import ds_cnn as images
from tinykd.student import tcn as times
from tinykd.student.autoencoder import autoencoder
from tinykd.student.blocks import channels, classifier, deepened, normed, valid_in_time
from tinykd.student.mlp import mlp
from tinykd.student.recurrent import streamed_gru, streamed_lstm
from tinykd.training.tensorflow import libraries

LONGEST = times.KERNEL[0]
STEM = 3  # rows of the first convolution


def tcn(input_shape: tuple[int, int, int], classes: int, width: float, depth: int | None = None) -> Any:
    """(n, T, 1, C) in, (n, classes) logits out; the longest odd kernels that leave a row of the window."""
    blocks = deepened(times.BLOCKS, depth)
    kernel = _kernel(input_shape[0], [stride for _, stride in blocks])
    inputs = libraries().tf_keras.layers.Input(input_shape, name="input")
    x = valid_in_time(inputs, channels(times.STEM, width), (STEM, 1), "stem")
    for index, (count, stride) in enumerate(blocks, start=1):
        x = _residual(x, channels(count, width), (kernel, stride), f"block{index}")
    return classifier(inputs, x, classes, "tcn")


def ds_cnn(input_shape: tuple[int, int, int], classes: int, width: float, depth: int | None = None) -> Any:
    """(n, T, W, C) in, (n, classes) logits out; padded along W as the published one, not along time."""
    inputs = libraries().tf_keras.layers.Input(input_shape, name="input")
    x = _square(padded(inputs, 3, 1, "stem"), channels(images.STEM, width), "stem")
    for index, (count, stride) in enumerate(deepened(images.BLOCKS, depth), start=1):
        x = _separable(x, channels(count, width), stride, f"block{index}")
    return classifier(inputs, x, classes, "ds_cnn")


def padded(x: Any, kernel: int, stride: int, name: str) -> Any:
    """Zeros along the width, as padding "same" has them."""
    width = x.shape[2]
    total = max((-(-width // stride) - 1) * stride + kernel - width, 0)
    if not total:
        return x
    amounts = ((0, 0), (total // 2, total - total // 2))
    return libraries().tf_keras.layers.ZeroPadding2D(amounts, name=f"{name}_pad")(x)


def _square(x: Any, count: int, name: str) -> Any:
    """3 x 3, of what is there."""
    layer = libraries().tf_keras.layers.Conv2D(count, 3, use_bias=False, name=name)
    return normed(layer(x), name)


def _separable(x: Any, count: int, stride: int, name: str) -> Any:
    layers = libraries().tf_keras.layers
    depthwise = layers.DepthwiseConv2D(3, strides=stride, use_bias=False, name=f"{name}_depthwise")
    x = normed(depthwise(padded(x, 3, stride, name)), f"{name}_depthwise")
    return valid_in_time(x, count, (1, 1), f"{name}_pointwise")


def _residual(x: Any, count: int, shape: tuple[int, int], name: str) -> Any:
    """``shape``: rows of the kernel and the stride in time of the first of two convolutions."""
    kernel, stride = shape
    layers = libraries().tf_keras.layers
    y = valid_in_time(x, count, (kernel, stride), f"{name}_first")
    y = valid_in_time(y, count, (kernel, 1), f"{name}_second", relu=False)
    before = (kernel - 1) * (stride + 1) // 2  # rows of x in front of the centre of y's first
    after = x.shape[1] - before - (y.shape[1] - 1) * stride - 1
    x = layers.Cropping2D(((before, after), (0, 0)), name=f"{name}_crop")(x)
    if stride != 1 or x.shape[-1] != count:
        x = valid_in_time(x, count, (1, stride), f"{name}_shortcut", relu=False)
    return layers.ReLU(name=f"{name}_relu")(layers.Add(name=f"{name}_add")([x, y]))


def _kernel(rows: int, strides: list[int]) -> int:
    for kernel in range(LONGEST, 1, -2):
        if _left(rows, kernel, strides) >= 1:
            return kernel
    found = f"windows of {rows} rows, of which {len(strides)} blocks without padding leave none"
    fix = f"Use depth = {len(strides) - 1}, or longer windows"
    raise ModelError("[student] model = tcn", found, "fewer blocks", fix)


def _left(rows: int, kernel: int, strides: list[int]) -> int:
    """Rows behind all blocks."""
    rows -= STEM - 1
    for stride in strides:
        rows = (rows - kernel) // stride + 1 - (kernel - 1)
    return rows


STREAMED = {
    "autoencoder": autoencoder,
    "ds_cnn": ds_cnn,
    "gru": streamed_gru,
    "lstm": streamed_lstm,
    "mlp": mlp,
    "tcn": tcn,
}
