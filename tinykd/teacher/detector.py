"""The built-in teacher that finds objects: a residual network down to the grid, in Keras 3.

As ``resnet``, with the students' cells: one value for each channel of each cell.
"""

from typing import Any

from tinykd.data.objects.grid import Grid
from tinykd.teacher.layers import DROPOUT, residual, stem
from tinykd.training.tensorflow import libraries

WIDTHS = (32, 64, 96, 128)  # channels at a half, a quarter, an eighth, a sixteenth of the image
AFTER = 2  # blocks on the grid: what is around a cell says much


def detector_teacher(input_shape: tuple[int, int, int], grid: Grid) -> Any:
    """(n, H, W, C) in, (n, rows * columns * channels) logits out."""
    keras = libraries().keras
    inputs = keras.Input(input_shape)
    x, now = stem(inputs, WIDTHS[0], 3, stride=2), 2
    for width in WIDTHS[1:]:
        if now < grid.stride:
            x, now = residual(x, width, 3, stride=2), 2 * now
    for _ in range(AFTER):
        x = residual(x, x.shape[-1], 3, stride=1)
    x = keras.layers.SpatialDropout2D(DROPOUT / 3)(x)
    x = keras.layers.Conv2D(grid.channels, 1, name="logits")(x)
    return keras.Model(inputs, keras.layers.Flatten()(x), name="resnet_detector")
