"""Shapes of convolutions, pooling, resizing and matrix products. Activations are [N, H, W, C]."""

from math import prod

import numpy as np

from tinykd.graph.shapes.view import Rules, Shape, View

_SAME = 0


def _slid(view: View, kernel: tuple[int, int]) -> tuple[int, int]:
    """Height and width of the output of a sliding window of size ``kernel``."""
    options, (_, *image, _) = view.options, view.shape(0)
    height, width = image
    sizes = []
    for size, taps, side in ((height, kernel[0], "h"), (width, kernel[1], "w")):
        stride, dilation = options.integer(f"stride_{side}"), _dilation(view, side)
        if stride < 1:
            raise ValueError(f"stride {stride}")
        reach = 1 if options.integer("padding") == _SAME else (taps - 1) * dilation + 1
        sizes.append((size + stride - reach) // stride)
    return sizes[0], sizes[1]


def _dilation(view: View, side: str) -> int:
    return int(view.options.values.get(f"dilation_{side}_factor", 1))  # type: ignore[arg-type]


def convolution(view: View) -> list[Shape]:
    """CONV_2D: weights [out, height, width, in]."""
    outputs, height, width, _ = view.shape(1)
    return [(view.shape(0)[0], *_slid(view, (height, width)), outputs)]


def depthwise(view: View) -> list[Shape]:
    """DEPTHWISE_CONV_2D: weights [1, height, width, out]."""
    _, height, width, outputs = view.shape(1)
    return [(view.shape(0)[0], *_slid(view, (height, width)), outputs)]


def pooling(view: View) -> list[Shape]:
    kernel = (view.options.integer("filter_height"), view.options.integer("filter_width"))
    return [(view.shape(0)[0], *_slid(view, kernel), view.shape(0)[3])]


def transposed(view: View) -> list[Shape]:
    """TRANSPOSE_CONV: operand 0 is the shape."""
    return [tuple(view.numbers(0))]


def resized(view: View) -> list[Shape]:
    batch, _, _, channels = view.shape(0)
    height, width = view.numbers(1)
    return [(batch, height, width, channels)]


def dense(view: View) -> list[Shape]:
    """FULLY_CONNECTED: weights [out, in]; rows: elements of the input / in."""
    outputs, depth = view.shape(1)
    if view.options.flag("keep_num_dims"):
        return [(*view.shape(0)[:-1], outputs)]
    if depth < 1 or prod(view.shape(0)) % depth:
        raise ValueError(f"rows of {depth} in {view.shape(0)}")
    return [(prod(view.shape(0)) // depth, outputs)]


def product(view: View) -> list[Shape]:
    """BATCH_MATMUL."""
    a, b = view.shape(0), view.shape(1)
    rows = a[-1] if view.options.flag("adj_x") else a[-2]
    columns = b[-2] if view.options.flag("adj_y") else b[-1]
    return [(*np.broadcast_shapes(a[:-2], b[:-2]), rows, columns)]


def recurrent(view: View) -> list[Shape]:
    """UNIDIRECTIONAL_SEQUENCE_LSTM: [time or batch, batch or time, units]."""
    return [(*view.shape(0)[:2], view.op.outputs[0].shape[-1])]


def filtered(view: View) -> list[Shape]:
    """SVDF: weights [filters, in], ``rank`` filters a unit."""
    return [(view.shape(0)[0], view.op.outputs[0].shape[-1])]


RULES: Rules = {
    "CONV_2D": convolution,
    "DEPTHWISE_CONV_2D": depthwise,
    "AVERAGE_POOL_2D": pooling,
    "MAX_POOL_2D": pooling,
    "TRANSPOSE_CONV": transposed,
    "RESIZE_BILINEAR": resized,
    "RESIZE_NEAREST_NEIGHBOR": resized,
    "FULLY_CONNECTED": dense,
    "BATCH_MATMUL": product,
    "UNIDIRECTIONAL_SEQUENCE_LSTM": recurrent,
    "SVDF": filtered,
}
