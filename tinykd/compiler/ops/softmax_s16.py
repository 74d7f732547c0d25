"""SOFTMAX of int16 over the last dimension, with TFLM's two tables of 513 entries.

Source: tensorflow/lite/micro/kernels/softmax_common.cc; ``LUTPopulateInt16`` in kernels/internal/common.h.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import ELEMENTWISE, Call, ConstantArray, Kernel, Struct
from tinykd.compiler.layer import Layer
from tinykd.compiler.node import Node, for_types
from tinykd.compiler.ops.common import wide
from tinykd.compiler.ops.common.tables import nearest
from tinykd.graph.ir import DType
from tinykd.graph.quantize import Multiplier, f32

STEPS = 512
LARGEST_SHIFT = 14  # with which a scaled difference of two int16 fits int32
MOST_CLASSES = 65535  # whose sum fits int32
Lut = NDArray[np.int16]  # (STEPS + 1,)


@dataclass(frozen=True, eq=False, kw_only=True)
class SoftmaxS16(Layer):
    rows: int
    depth: int
    scale: Multiplier  # of differences: 65535 is 10


def lower(node: Node) -> Layer:
    node.arity((1, 1))
    x, y = wide.symmetric(node, node.input(0)), wide.symmetric(node, node.output)
    node.shaped(y, x.shape)
    if not x.shape or x.shape[-1] > MOST_CLASSES:
        node.refuse(x, f"has shape {list(x.shape)}", f"a last dimension of at most {MOST_CLASSES}")
    if abs(y.scale * 32768 - 1) > 0.001:
        node.refuse(y, f"has scale {y.scale:.9g}", "1/32768, as TFLM fixes it")
    scale = node.multiplier(x.scale * node.options.real("beta") / (10.0 / 65535.0))
    if scale.value < 0 or scale.shift > LARGEST_SHIFT:
        node.refuse(x, f"has scale {x.scale:.9g}", "one that leaves more than one class a chance")
    depth = x.shape[-1]
    return SoftmaxS16(
        name=node.name, op=node.op.kind, inputs=(x,), outputs=(y,),
        rows=x.elements // depth, depth=depth, scale=scale,
    )  # fmt: skip


@cache
def exponentials() -> Lut:
    """exp of [-10, 0]."""
    return _table(10.0, 32767, math.exp)


@cache
def reciprocals() -> Lut:
    """1 / (1 + x) of [0, 1]."""
    return _table(1.0, -32768, lambda x: 1.0 / f32(1.0 + x))


def _table(span: float, zero_point: int, function: Callable[[float], float]) -> Lut:
    """``function`` over ``span`` around ``zero_point``, float32 throughout; each entry takes half of the
    error that interpolation makes in the middle of its step."""
    scale = np.float32(span) / np.float32(65535)
    out_scale = np.float32(2) / np.float32(65535)
    low, high = (scale * np.float32(q - zero_point) for q in wide.INT16)
    out_low, out_high = (out_scale * np.float32(q) for q in wide.INT16)
    step = (high - low) / np.float32(STEPS)
    inverse = np.float32(65536) / (out_high - out_low)

    def at(x: np.float32) -> np.float32:
        return np.float32(function(float(x))) * inverse

    def rounded(value: np.float32) -> np.float32:
        return np.float32(nearest(float(value)))

    entries = []
    for i in range(STEPS):
        start = low + np.float32(i) * step
        value, after = at(start), at(low + np.float32(i + 1) * step)
        middle = rounded((after + rounded(value)) / np.float32(2))
        error = middle - rounded(at(start + step / np.float32(2)))
        entries.append(rounded(value) - rounded(error / np.float32(2)))
    entries.append(rounded(np.float32(function(float(high))) * inverse))
    return np.clip(np.array(entries, np.int64), *wide.INT16).astype(np.int16)


class SoftmaxS16Kernel(Kernel[SoftmaxS16]):
    name: ClassVar[str] = "softmax_s16"
    layer = SoftmaxS16

    def cost(self, layer: SoftmaxS16, target: Target) -> float:
        return layer.rows * (150.0 + 60.0 * layer.depth)

    def emit_call(self, layer: SoftmaxS16, target: Target) -> Call:
        fields = (
            ("exponentials", ConstantArray("exponentials", exponentials(), "Q0.15, exp of -10 to 0")),
            ("reciprocals", ConstantArray("reciprocals", reciprocals(), "Q0.15, 1 / (1 + x) of 0 to 1")),
            ("multiplier", layer.scale.value),
            ("shift", layer.scale.shift),
            ("depth", layer.depth),
            ("rows", layer.rows),
        )
        return Call("tkd_softmax_s16", Struct("tkd_softmax_s16_params", fields), overlaps=(ELEMENTWISE,))


LOWER = for_types({"SOFTMAX": lower}, DType.INT16)
KERNELS = (SoftmaxS16Kernel(),)
