"""AVERAGE_POOL_2D and MAX_POOL_2D.

Source: tensorflow/lite/micro/kernels/pooling_common.cc, reference/integer_ops/pooling.h: taps outside of
the image do not count, averages round half away from zero.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import Call, Kernel, Overlap, Struct
from tinykd.compiler.layer import Layer
from tinykd.compiler.node import Node, for_types
from tinykd.compiler.ops.common import convolution
from tinykd.compiler.ops.common.access import Window
from tinykd.compiler.ops.common.activation import activation_range
from tinykd.compiler.ops.common.convolution import window_fields
from tinykd.graph.ir import Tensor


@dataclass(frozen=True, eq=False, kw_only=True)
class Pool(Layer):
    window: Window
    channels: int
    limits: tuple[int, int]  # of the output


def lower(node: Node) -> Layer:
    node.arity((1, 1))
    x, y = node.input(0), node.output
    for tensor in (x, y):
        node.ranked(node.quantized(tensor), 4)
    return Pool(
        name=node.name,
        op=node.op.kind,
        inputs=(x,),
        outputs=(y,),
        window=pool_window(node, x, y),
        channels=x.shape[3],
        limits=activation_range(node, y),
    )


def pool_window(node: Node, x: Tensor, y: Tensor) -> Window:
    """The window from ``x`` to ``y``, which must share one quantization and their channels."""
    if abs(np.float32(x.scale) - np.float32(y.scale)) > 1e-6 or x.zero_point != y.zero_point:
        node.refuse(y, "has another quantization than the input", "the same", "Convert it again")
    size = node.options.integer("filter_height"), node.options.integer("filter_width")
    window = convolution.window(node, x, y, size, dilated=False)
    if x.shape[3] != y.shape[3]:
        node.refuse(y, f"has {y.shape[3]} channels", f"{x.shape[3]}")
    return window


class PoolKernel(Kernel[Pool]):
    layer = Pool
    kind: ClassVar[str]
    code_bytes = 300

    def supports(self, layer: Pool, target: Target) -> bool:
        return layer.op == self.kind

    def cost(self, layer: Pool, target: Target) -> float:
        return layer.channels * (5 * layer.window.taps_inside() + 25 * layer.window.pixels)

    def emit_call(self, layer: Pool, target: Target) -> Call:
        params = pool_params("tkd_pool_params", layer)
        return Call(f"tkd_{self.name}_s8", params, overlaps=(Overlap(pool_min_input_offset(layer)),))


def pool_params(kind: str, layer: Pool) -> Struct:
    """The fields of ``tkd_pool_params``, which are those of every width."""
    return Struct(
        kind,
        (
            ("window", Struct("tkd_window", window_fields(layer.window))),
            ("channels", layer.channels),
            ("min", layer.limits[0]),
            ("max", layer.limits[1]),
        ),
    )


def pool_min_input_offset(layer: Pool) -> int:
    """A pixel's channels are read and written one after the other: interleaved, a pixel per step."""
    from tinykd.compiler.ops.common.access import interleaved_min_input_offset

    ends = np.arange(1, layer.window.pixels + 1, dtype=np.int64) * layer.channels
    return interleaved_min_input_offset(layer.window.first_pixels() * layer.channels, ends - 1)


class AveragePool(PoolKernel):
    name, kind = "average_pool_2d", "AVERAGE_POOL_2D"


class MaxPool(PoolKernel):
    name, kind = "max_pool_2d", "MAX_POOL_2D"


LOWER = for_types({"AVERAGE_POOL_2D": lower, "MAX_POOL_2D": lower})
KERNELS = (AveragePool(), MaxPool())
