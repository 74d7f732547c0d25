"""Which input rows a layer reads for its output rows, and the layer of some of its rows.

Rows are those of [1, H, W, C]. A layer of some rows is a layer like any other, over an image that is as high
as the rows it reads: every kernel computes it, and no kernel knows that there are more.
"""

from dataclasses import dataclass, replace
from typing import Any

from tinykd.compiler.layer import Layer
from tinykd.compiler.ops.add import Add
from tinykd.compiler.ops.conv_2d import Conv2D
from tinykd.compiler.ops.depthwise_conv_2d import DepthwiseConv2D
from tinykd.compiler.ops.fully_connected import Dense
from tinykd.compiler.ops.pooling import Pool
from tinykd.compiler.ops.unary import Lookup
from tinykd.graph.ir import DType, Tensor


@dataclass(frozen=True)
class Reads:
    """Output row y reads ``reach`` rows from ``y * stride - pad`` on; outside of the image is padding."""

    reach: int = 1
    stride: int = 1
    pad: int = 0

    def first(self, y: int) -> int:
        """The first row of the image that output row ``y`` reads."""
        return max(y * self.stride - self.pad, 0)

    def end(self, y: int, height: int) -> int:
        """The row behind the last one that output row ``y`` reads."""
        return min(y * self.stride - self.pad + self.reach, height)

    def computable(self, there: int, height: int, rows: int) -> int:
        """How many of ``rows`` output rows can be computed when the first ``there`` rows of the image are."""
        if there >= height:
            return rows
        return min(max((there + self.pad - self.reach) // self.stride + 1, 0), rows)


@dataclass(frozen=True)
class RowPiece:
    """Some rows of a layer: how many it reads of its (first) input and writes, and padding above them."""

    in_rows: int
    out_rows: int
    pad_top: int


def is_rows(tensor: Tensor) -> bool:
    """Whether ``tensor`` is one image of more than one row."""
    return (
        tensor.dtype is DType.INT8
        and tensor.data is None
        and len(tensor.shape) == 4
        and tensor.shape[0] == 1
        and tensor.shape[1] > 1
    )


def row_bytes(tensor: Tensor) -> int:
    return tensor.bytes // tensor.shape[1]


def reads_of(layer: Layer) -> tuple[Reads, ...] | None:
    """For each input of ``layer`` which rows it reads; None if it cannot be computed by rows."""
    if layer.states or len(layer.outputs) != 1 or not all(map(is_rows, (*layer.inputs, *layer.outputs))):
        return None
    pointwise = (Reads(),) * len(layer.inputs)
    match layer:
        case Conv2D() | DepthwiseConv2D() | Pool():
            w = layer.window
            own = Reads((w.kernel_h - 1) * w.dilation_h + 1, w.stride_h, w.pad_top)
            return (own, *pointwise[1:])
        case Dense():
            (y,) = layer.outputs
            return pointwise if layer.inputs[0].shape[:3] == y.shape[:3] else None
        case Add() | Lookup():
            return pointwise
    return None


def rows_of(layer: Layer, piece: RowPiece) -> Layer:
    """``layer`` on the rows of ``piece``."""
    x, *others = layer.inputs
    (y,) = layer.outputs
    inputs = (high(x, piece.in_rows), *(high(t, piece.out_rows) for t in others))
    changes: dict[str, Any] = {"inputs": inputs, "outputs": (high(y, piece.out_rows),)}
    match layer:
        case Conv2D() | DepthwiseConv2D() | Pool():
            sizes = {"in_h": piece.in_rows, "out_h": piece.out_rows, "pad_top": piece.pad_top}
            changes["window"] = replace(layer.window, **sizes)
        case Dense():
            changes["rows"] = piece.out_rows * y.shape[2]
    return replace(layer, **changes)


def high(tensor: Tensor, rows: int) -> Tensor:
    """``tensor`` with so many rows."""
    return replace(tensor, shape=(tensor.shape[0], rows, *tensor.shape[2:]))
