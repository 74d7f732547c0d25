"""MINIMUM, MAXIMUM and comparisons of integers by their values alone, whatever their scales.

Sources: micro/kernels/maximum_minimum.h; micro/kernels/comparisons.cc, the cases of bool, int32 and int64.
"""

from dataclasses import dataclass

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import Call, Kernel, Struct
from tinykd.compiler.layer import Layer
from tinykd.compiler.node import Node, for_types
from tinykd.compiler.ops.common.broadcasting import broadcast_nest, overlaps
from tinykd.compiler.ops.common.loop_nest import LoopNest, rows
from tinykd.compiler.ops.compare import ACCEPT
from tinykd.graph.ir import PLAIN_INTEGERS, DType

SUFFIXES = {DType.BOOL: "b8", DType.INT16: "s16", DType.INT32: "s32", DType.INT64: "s64"}
WIDE = (DType.INT16, DType.INT32, DType.INT64)
EQUALITY = ("EQUAL", "NOT_EQUAL")  # of bool as well


@dataclass(frozen=True, eq=False, kw_only=True)
class PlainExtremum(Layer):
    loop: LoopNest


@dataclass(frozen=True, eq=False, kw_only=True)
class PlainCompare(Layer):
    """``accept`` as in ``compare.Compare``."""

    loop: LoopNest
    accept: int


def lower_extremum(node: Node) -> Layer:
    node.arity((2, 2))
    a = node.typed(node.input(0), *WIDE)
    b, y = node.typed(node.input(1), a.dtype), node.typed(node.output, a.dtype)
    loop = broadcast_nest(node, (a, b), y)
    return PlainExtremum(name=node.name, op=node.op.kind, inputs=(a, b), outputs=(y,), loop=loop)


def lower_compare(node: Node) -> Layer:
    node.arity((2, 2))
    kinds = (DType.INT32, DType.INT64, *([DType.BOOL] if node.op.kind in EQUALITY else []))
    a = node.typed(node.input(0), *kinds)
    b, y = node.typed(node.input(1), a.dtype), node.typed(node.output, DType.BOOL)
    loop = broadcast_nest(node, (a, b), y)
    accept = ACCEPT[node.op.kind]
    return PlainCompare(
        name=node.name, op=node.op.kind, inputs=(a, b), outputs=(y,), loop=loop, accept=accept
    )


def refuse_int16(node: Node) -> Layer:
    """TFLM prepares GREATER of int16 and computes it with scales that it never set."""
    expected = "int8, int32 or int64, as TFLM compares"
    node.refuse(node.input(0), "is int16", expected, "Convert with int8 activations, not 16x8")


class ExtremumKernel(Kernel[PlainExtremum]):
    layer, code_bytes = PlainExtremum, 150

    def __init__(self, kind: str, dtype: DType) -> None:
        self.kind, self.dtype = kind, dtype
        self.name = f"{kind.lower()}_{SUFFIXES[dtype]}"  # type: ignore[misc]

    def supports(self, layer: PlainExtremum, target: Target) -> bool:
        return layer.op == self.kind and layer.outputs[0].dtype is self.dtype

    def cost(self, layer: PlainExtremum, target: Target) -> float:
        return 10.0 * layer.outputs[0].elements

    def emit_call(self, layer: PlainExtremum, target: Target) -> Call:
        params = Struct("tkd_rows_params", (("rows", rows(layer.loop)),))
        return Call(f"tkd_{self.name}", params, overlaps=overlaps(layer.loop, layer))


class PlainCompareKernel(Kernel[PlainCompare]):
    layer, code_bytes = PlainCompare, 190

    def __init__(self, dtype: DType) -> None:
        self.dtype, self.name = dtype, f"compare_{SUFFIXES[dtype]}"  # type: ignore[misc]

    def supports(self, layer: PlainCompare, target: Target) -> bool:
        return layer.inputs[0].dtype is self.dtype

    def cost(self, layer: PlainCompare, target: Target) -> float:
        return 14.0 * layer.outputs[0].elements

    def emit_call(self, layer: PlainCompare, target: Target) -> Call:
        fields = (("rows", rows(layer.loop)), ("accept", layer.accept))
        params = Struct("tkd_compare_plain_params", fields)
        return Call(f"tkd_{self.name}", params, overlaps=overlaps(layer.loop, layer))


_EXTREMA = dict.fromkeys(("MINIMUM", "MAXIMUM"), lower_extremum)
LOWER = for_types({**_EXTREMA, **dict.fromkeys(ACCEPT, lower_compare)}, *PLAIN_INTEGERS) | for_types(
    {**_EXTREMA, **dict.fromkeys(ACCEPT, refuse_int16)}, DType.INT16
)
KERNELS = (
    *(ExtremumKernel(kind, dtype) for kind in _EXTREMA for dtype in WIDE),
    *(PlainCompareKernel(dtype) for dtype in (DType.BOOL, DType.INT32, DType.INT64)),
)
