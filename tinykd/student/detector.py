"""A student that finds objects: a backbone down to one cell of the grid, and one value for each channel of a
cell.

After FOMO (Edge Impulse, 2022), which cuts MobileNetV2 off at an eighth of the image. Backbones: MobileNetV1
(arXiv 1704.04861) and V2 (arXiv 1801.04381) and DS-CNN (arXiv 1711.07128), each with its first blocks until
the image is as small as the grid, and then the next ones without a stride, which see more of the
neighbourhood.
"""

from collections.abc import Callable
from typing import Any

from tinykd.data.objects.grid import Grid
from tinykd.errors import ModelError
from tinykd.student.blocks import channels, convolution, inverted_residual, separable
from tinykd.training.tensorflow import libraries

HEAD = 32  # channels at width 1 of the layer before the outputs
Block = Callable[[Any, int, int, str], Any]
Blocks = tuple[tuple[int, int], ...]  # (channels at width 1, stride)

BACKBONES: dict[str, tuple[int, Blocks, Block]] = {  # (channels of the stem, blocks, their kind)
    "ds_cnn": (16, ((24, 2), (32, 1), (48, 2), (48, 1), (64, 2), (64, 1), (64, 1)), separable),
    "mobilenet_v1": (32, ((64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), (512, 1)), separable),
    "mobilenet_v2": (
        32,
        ((16, 1), (24, 2), (24, 1), (32, 2), (32, 1), (32, 1), (64, 2), (64, 1), (64, 1)),
        inverted_residual,
    ),
}
AFTER = 2  # blocks without a stride once the image is as small as the grid


def detector(
    name: str, input_shape: tuple[int, int, int], grid: Grid, width: float, depth: int | None = None
) -> Any:
    """(n, H, W, C) in, (n, rows * columns * channels) out; ``depth``: blocks behind the last stride."""
    layers, keras = libraries().tf_keras.layers, libraries().tf_keras
    stem, blocks, block = BACKBONES[name]
    inputs = layers.Input(input_shape, name="input")
    x = convolution(inputs, channels(stem, width), 3, 2, "stem")
    for index, (count, stride) in enumerate(until(blocks, grid.stride, depth), start=1):
        x = block(x, channels(count, width), stride, f"block{index}")
    x = convolution(x, channels(HEAD, max(width, 0.5)), 1, 1, "head")
    x = layers.Conv2D(grid.channels, 1, name="logits")(x)
    model = keras.Model(inputs, layers.Flatten(name="cells")(x), name=f"{name}_detector")
    if tuple(x.shape[1:]) != grid.shape:
        found = f"gives {list(x.shape[1:])} and the grid is {list(grid.shape)}"
        raise ModelError(f"[student] model = {name}", found, "[detection] stride = 8 or 16")
    return model


def until(blocks: Blocks, stride: int, depth: int | None) -> Blocks:
    """Those of ``blocks`` that bring half the image down to a cell of ``stride``, then some without."""
    now, taken = 2, []
    more = AFTER if depth is None else depth
    for count, step in blocks:
        if now == stride:
            if more == 0:
                break
            more, step = more - 1, 1
        now *= step
        taken.append((count, step))
    return (*taken, *((taken[-1][0], 1) for _ in range(more)))
