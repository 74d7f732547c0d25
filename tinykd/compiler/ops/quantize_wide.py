"""QUANTIZE from or to int16 or int32, of any scale and zero point, by the pairs that TFLM has.

``ops/quantize.py`` lowers the op and comes here for these pairs.

Source: tensorflow/lite/micro/kernels/quantize_common.cc, kernels/internal/reference/requantize.h.
"""

from dataclasses import dataclass
from typing import ClassVar

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import DISJOINT, ELEMENTWISE, Call, Kernel, Struct
from tinykd.compiler.layer import Layer
from tinykd.compiler.node import Node
from tinykd.graph.ir import DType
from tinykd.graph.quantize import Multiplier

PAIRS = {
    DType.INT8: (DType.INT16, DType.INT32),
    DType.INT16: (DType.INT8, DType.INT16, DType.INT32),
    DType.INT32: (DType.INT8, DType.INT16),
}
LARGEST_SHIFT = 13  # to the left: with it a scaled int16 and a zero point fit int32
LARGEST_SHIFT_S32 = 30  # where one side is int32, whose kernels wrap around as TFLM does


@dataclass(frozen=True, eq=False, kw_only=True)
class Requantize(Layer):
    scale: Multiplier


def requantize(node: Node) -> Layer:
    x = node.quantized(node.input(0), *PAIRS)
    y = node.quantized(node.output, *PAIRS[x.dtype])
    node.shaped(y, x.shape)
    scale = node.multiplier(x.scale / y.scale)
    most = LARGEST_SHIFT_S32 if DType.INT32 in (x.dtype, y.dtype) else LARGEST_SHIFT
    if scale.shift > most:
        node.refuse(y, f"has scale {y.scale:.9g}", f"more than {x.scale / (1 << most):.9g}")
    return Requantize(name=node.name, op=node.op.kind, inputs=(x,), outputs=(y,), scale=scale)


class _RequantizeKernel(Kernel[Requantize]):
    """From and to one pair of types."""

    layer, code_bytes = Requantize, 80
    types: ClassVar[tuple[DType, DType]]

    def supports(self, layer: Requantize, target: Target) -> bool:
        return self.types == (layer.inputs[0].dtype, layer.outputs[0].dtype)

    def cost(self, layer: Requantize, target: Target) -> float:
        return 25.0 * layer.outputs[0].elements

    def emit_call(self, layer: Requantize, target: Target) -> Call:
        (x,), (y,) = layer.inputs, layer.outputs
        fields = (
            ("x_zero", x.zero_point),
            ("y_zero", y.zero_point),
            ("multiplier", layer.scale.value),
            ("shift", layer.scale.shift),
            ("count", y.elements),
        )
        overlap = ELEMENTWISE if y.bytes <= x.bytes else DISJOINT
        return Call(f"tkd_{self.name}", Struct("tkd_requantize_s16_params", fields), overlaps=(overlap,))


class Widen(_RequantizeKernel):
    name, types = "requantize_s8_s16", (DType.INT8, DType.INT16)


class Narrow(_RequantizeKernel):
    name, types = "requantize_s16_s8", (DType.INT16, DType.INT8)


class WidenToS32(_RequantizeKernel):
    name, types = "requantize_s8_s32", (DType.INT8, DType.INT32)


class WidenS16ToS32(_RequantizeKernel):
    name, types = "requantize_s16_s32", (DType.INT16, DType.INT32)


class NarrowS32(_RequantizeKernel):
    name, types = "requantize_s32_s8", (DType.INT32, DType.INT8)


class NarrowS32ToS16(_RequantizeKernel):
    name, types = "requantize_s32_s16", (DType.INT32, DType.INT16)


class Rescale(_RequantizeKernel):
    name, types = "requantize_s16_s16", (DType.INT16, DType.INT16)


KERNELS = (Widen(), Narrow(), Rescale(), WidenToS32(), WidenS16ToS32(), NarrowS32(), NarrowS32ToS16())
