"""RESIZE_NEAREST_NEIGHBOR and RESIZE_BILINEAR, with tables of the source of each output row and column."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import Call, ConstantArray, Kernel, Struct
from tinykd.compiler.layer import Layer
from tinykd.compiler.node import Node, for_types
from tinykd.compiler.ops.common.tables import nearest
from tinykd.graph.ir import DType

Taps = NDArray[np.int16]  # (output size, 3): low, high, fraction of 1024


@dataclass(frozen=True, eq=False, kw_only=True)
class Resize(Layer):
    row_taps: Taps
    column_taps: Taps


def lower(node: Node) -> Layer:
    """micro/kernels/resize_{nearest_neighbor,bilinear}.cc."""
    node.arity((2, 2))
    nearest = node.op.kind == "RESIZE_NEAREST_NEIGHBOR"
    x = node.typed(node.input(0), DType.INT8, *((DType.INT16,) if nearest else ()))
    y = node.typed(node.output, x.dtype)
    n, height, width, depth = node.ranked(x, 4).shape
    size = node.typed(node.input(1), DType.INT32)
    target = [int(v) for v in node.value(1).reshape(-1)]
    if len(target) != 2 or min(target) < 1 or max(*target, height, width) > 32767:
        node.refuse(size, f"is {target}", "a height and a width in 1..32767")
    node.shaped(y, (n, *target, depth))
    align, half = node.options.flag("align_corners"), node.options.flag("half_pixel_centers")
    if align and half and not nearest:
        node.refuse(x, "has align_corners and half_pixel_centers", "one of them at most, as in TFLM")
    taps = nearest_taps if nearest else bilinear_taps
    return Resize(
        name=node.name, op=node.op.kind, inputs=(x,), outputs=(y,),
        row_taps=taps(height, target[0], align, half), column_taps=taps(width, target[1], align, half),
    )  # fmt: skip


def nearest_taps(size: int, out: int, align: bool, half: bool) -> Taps:
    """reference/resize_nearest_neighbor.h, GetNearestNeighbor, in float32."""
    aligned = align and out > 1
    scale = np.float32(size - 1 if aligned else size) / np.float32(out - 1 if aligned else out)
    offset = np.float32(0.5 if half else 0.0)
    taps = np.zeros((out, 3), np.int16)
    for i in range(out):
        position = float((np.float32(i) + offset) * scale)
        index = nearest(position) if align else int(np.floor(position))
        taps[i, :2] = max(0, min(index, size - 1))
    return taps


def bilinear_taps(size: int, out: int, align: bool, half: bool) -> Taps:
    """reference/resize_bilinear.h, ResizeBilinearInteger.

    10 fractional bits, division truncating towards zero.
    """
    scale = ((1 << 10) * size + out // 2) // out
    if align and out > 1:
        scale = ((1 << 10) * (size - 1) + (out - 1) // 2) // (out - 1)
    taps = np.zeros((out, 3), np.int16)
    for i in range(out):
        position = i * scale + (scale // 2 - (1 << 9) if half else 0)
        low = max(_truncated(position), 0)
        high = min(_truncated(position + (1 << 10) - 1), size - 1)
        taps[i] = low, high, position - (low << 10)
    return taps


def _truncated(position: int) -> int:
    return position >> 10 if position >= 0 else -(-position >> 10)


class _ResizeKernel(Kernel[Resize]):
    layer = Resize
    kind: ClassVar[str]
    depth_in_bytes: ClassVar[bool]

    def supports(self, layer: Resize, target: Target) -> bool:
        return layer.op == self.kind

    def emit_call(self, layer: Resize, target: Target) -> Call:
        (x,), (y,) = layer.inputs, layer.outputs
        n, height, width, depth = x.shape
        params = Struct(
            "tkd_resize_params",
            (
                ("batch", n),
                ("height", height),
                ("width", width),
                ("depth", depth * x.dtype.bytes if self.depth_in_bytes else depth),
                ("y_height", y.shape[1]),
                ("y_width", y.shape[2]),
                ("row_taps", ConstantArray("row_taps", layer.row_taps, "[y_height][low, high, fraction]")),
                (
                    "column_taps",
                    ConstantArray("column_taps", layer.column_taps, "[y_width][low, high, fraction]"),
                ),
            ),
        )
        return Call(f"tkd_{self.name}", params)


class ResizeNearestKernel(_ResizeKernel):
    name, kind, code_bytes, depth_in_bytes = "resize_nearest", "RESIZE_NEAREST_NEIGHBOR", 140, True

    def cost(self, layer: Resize, target: Target) -> float:
        return 3.0 * layer.outputs[0].elements


class ResizeBilinearKernel(_ResizeKernel):
    name, kind, code_bytes, depth_in_bytes = "resize_bilinear_s8", "RESIZE_BILINEAR", 260, False

    def cost(self, layer: Resize, target: Target) -> float:
        return 24.0 * layer.outputs[0].elements


LOWER = for_types({"RESIZE_NEAREST_NEIGHBOR": lower, "RESIZE_BILINEAR": lower})
KERNELS = (ResizeNearestKernel(), ResizeBilinearKernel())
