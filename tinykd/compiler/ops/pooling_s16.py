"""AVERAGE_POOL_2D and MAX_POOL_2D of int16.

Source: tensorflow/lite/micro/kernels/pooling_common.cc, reference/integer_ops/pooling.h.
"""

from dataclasses import dataclass
from typing import ClassVar

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import Call, Overlap
from tinykd.compiler.layer import Layer
from tinykd.compiler.node import Node, for_types
from tinykd.compiler.ops.common import wide
from tinykd.compiler.ops.common.activation import activation_range
from tinykd.compiler.ops.pooling import Pool, PoolKernel, pool_params, pool_window
from tinykd.graph.ir import DType

MOST_TAPS = 65535  # whose sum fits int32


@dataclass(frozen=True, eq=False, kw_only=True)
class PoolS16(Pool):
    """The same parameters for an int16 image."""


def lower(node: Node) -> Layer:
    node.arity((1, 1))
    x, y = node.input(0), node.output
    for tensor in (x, y):
        node.ranked(wide.symmetric(node, tensor), 4)
    window = pool_window(node, x, y)
    if window.taps > MOST_TAPS:
        node.refuse(x, f"is pooled by {window.taps}", f"at most {MOST_TAPS}, so that sums fit int32")
    return PoolS16(
        name=node.name, op=node.op.kind, inputs=(x,), outputs=(y,), window=window, channels=x.shape[3],
        limits=activation_range(node, y, wide.INT16),
    )  # fmt: skip


class _PoolS16Kernel(PoolKernel):
    layer = PoolS16

    def emit_call(self, layer: Pool, target: Target) -> Call:
        min_input_offset = wide.window_min_input_offset(layer.window, layer.channels, layer.channels)
        return Call(
            f"tkd_{self.name}",
            pool_params("tkd_pool_s16_params", layer),
            overlaps=(Overlap(min_input_offset),),
        )


class AveragePoolS16(_PoolS16Kernel):
    name: ClassVar[str] = "average_pool_2d_s16"
    kind = "AVERAGE_POOL_2D"


class MaxPoolS16(_PoolS16Kernel):
    name: ClassVar[str] = "max_pool_2d_s16"
    kind = "MAX_POOL_2D"


LOWER = for_types({"AVERAGE_POOL_2D": lower, "MAX_POOL_2D": lower}, DType.INT16)
KERNELS = (AveragePoolS16(), MaxPoolS16())
