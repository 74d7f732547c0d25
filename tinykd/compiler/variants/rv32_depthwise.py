"""DEPTHWISE_CONV_2D on 32-bit RISC-V: 3x3 has a kernel of its own, one input channel is a convolution."""

from dataclasses import astuple, dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import Call, ConstantArray, Kernel, Limit, Overlap, Struct
from tinykd.compiler.ops.common.access import Window
from tinykd.compiler.ops.common.convolution import padded_size
from tinykd.compiler.ops.depthwise_conv_2d import DepthwiseConv2D, plane_deltas
from tinykd.compiler.variants import dsp, rv32
from tinykd.compiler.variants.dsp_depthwise import as_conv
from tinykd.compiler.variants.rv32_conv_2d import Conv2DRv32

PER_PLANE = 480  # cycles that a channel takes beside its pixels: counted of bands of few rows


class Depthwise3x3Rv32(Kernel[DepthwiseConv2D]):
    """One channel at a time, in a padded plane; in place."""

    name: ClassVar[str] = "depthwise_3x3_rv32"
    layer = DepthwiseConv2D
    code_bytes: ClassVar[int] = 900

    def made_for(self, target: Target) -> bool:
        return rv32.rv32_target(target)

    def limits(self, layer: DepthwiseConv2D) -> tuple[Limit, ...]:
        return dsp.depthwise_3x3_limits(layer.window, layer.multiplier)

    def cost(self, layer: DepthwiseConv2D, target: Target) -> float:
        image = 8 * layer.inputs[0].elements + PER_PLANE * layer.in_channels
        return 45 * layer.outputs[0].elements + image

    def emit_call(self, layer: DepthwiseConv2D, target: Target) -> Call:
        return depthwise_3x3_call(layer, rv32.RV32, layer.bias)


def depthwise_3x3_call(layer: DepthwiseConv2D, packing: rv32.Packing, bias: NDArray[Any]) -> Call:
    """The call of a family's depthwise convolution; ``bias`` as its kernel takes it."""
    w, scaling = layer.window, layer.requantization
    lines, along = _axes(w, layer.in_channels)
    by_columns = w.out_h > w.out_w
    axis = f"tkd_{packing.family}_axis"
    params = Struct(
        f"tkd_depthwise_3x3_{packing.family}_params",
        (
            ("constants", _constants(layer, packing, bias, by_columns)),
            ("lines", (along if by_columns else lines).struct(axis)),
            ("along", (lines if by_columns else along).struct(axis)),
            ("batches", w.batches),
            ("channels", layer.in_channels),
            ("round", 2 * scaling.zero_point + 1),
            ("input_zero_point", layer.input_zero_point),
            ("min", scaling.minimum),
            ("max", scaling.maximum),
        ),
    )
    scratch = 4 * (w.out_h if by_columns else w.out_w) + lines.plane * along.plane
    # Channel c of the output only ever lands on channel c of the input, which is in the plane by then.
    in_place = layer.outputs[0].bytes <= layer.inputs[0].bytes and w.batches == 1
    function = f"tkd_depthwise_3x3_{packing.family}_s8"
    own = Overlap(in_place=in_place, exact=plane_deltas(layer))
    return Call(function, params, scratch, (own,))


@dataclass(frozen=True)
class _Axis:
    """``tkd_..._axis``: sizes in pixels, steps in bytes."""

    size: int
    out: int
    stride: int
    pad: int
    plane: int
    in_step: int
    out_step: int

    def struct(self, name: str) -> Struct:
        names = ("in", "out", "stride", "pad", "plane", "in_step", "out_step")
        return Struct(name, tuple(zip(names, astuple(self), strict=True)))


def _axes(w: Window, channels: int) -> tuple[_Axis, _Axis]:
    """(from row to row, along a row)."""
    height, width = padded_size(w)
    rows = _Axis(w.in_h, w.out_h, w.stride_h, w.pad_top, height, w.in_w * channels, w.out_w * channels)
    return rows, _Axis(w.in_w, w.out_w, w.stride_w, w.pad_left, width, channels, channels)


def _constants(
    layer: DepthwiseConv2D, packing: rv32.Packing, bias: NDArray[Any], by_columns: bool
) -> ConstantArray:
    """(channels * 5,): bias, multiplier, nine weights and the code as the bytes of three words."""
    channels, scaling = layer.in_channels, layer.requantization
    weights = (layer.weights.transpose(0, 2, 1) if by_columns else layer.weights).reshape(channels, 9)
    taps: NDArray[Any] = np.zeros((channels, 12), np.int8)
    taps[:, :9], taps[:, 9] = weights, packing.codes_of(weights, layer.bias, scaling).view(np.int8)
    multipliers = np.broadcast_to(scaling.multipliers, channels)
    columns = [bias[:, None], multipliers[:, None], taps.view("<i4")]
    words = np.concatenate(columns, axis=1).astype(np.int32).reshape(-1)
    return ConstantArray("constants", words, "per channel, see the header", packed=True)


class DepthwiseAsConvRv32(Kernel[DepthwiseConv2D]):
    """A single input channel."""

    name: ClassVar[str] = "depthwise_as_conv_2d_rv32"
    layer = DepthwiseConv2D
    code_bytes: ClassVar[int] = Conv2DRv32.code_bytes

    def supports(self, layer: DepthwiseConv2D, target: Target) -> bool:
        return rv32.rv32_target(target) and layer.in_channels == 1

    def cost(self, layer: DepthwiseConv2D, target: Target) -> float:
        return Conv2DRv32().cost(as_conv(layer), target)

    def emit_call(self, layer: DepthwiseConv2D, target: Target) -> Call:
        return Conv2DRv32().emit_call(as_conv(layer), target)


KERNELS = (Depthwise3x3Rv32(), DepthwiseAsConvRv32())
