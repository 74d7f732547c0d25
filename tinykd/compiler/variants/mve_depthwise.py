"""Depthwise convolutions of multiplier 1 on Helium (Cortex-M55): firmware/kernels/mve."""

from typing import ClassVar

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import Call, ConstantArray, Kernel, Limit, Overlap, Struct
from tinykd.compiler.ops.common.convolution import padded_size, window_fields
from tinykd.compiler.ops.depthwise_conv_2d import DepthwiseConv2D
from tinykd.compiler.variants import mve_packing as packing

LANES = 8


class DepthwiseMve(Kernel[DepthwiseConv2D]):
    """Eight channels at a time, through a padded plane in scratch: in place."""

    name: ClassVar[str] = "depthwise_mve"
    layer = DepthwiseConv2D
    code_bytes: ClassVar[int] = 800

    def made_for(self, target: Target) -> bool:
        return target.core.has_mve

    def limits(self, layer: DepthwiseConv2D) -> tuple[Limit, ...]:
        return (Limit(layer.multiplier == 1, f"{layer.multiplier} outputs per channel"),)

    def value_limits(self, layer: DepthwiseConv2D) -> tuple[Limit, ...]:
        return (Limit(packing.fits(layer.requantization), "channels that are scaled up"),)

    def cost(self, layer: DepthwiseConv2D, target: Target) -> float:
        groups = -(-layer.in_channels // LANES)
        height, width = padded_size(layer.window)
        return groups * (layer.window.pixels * (60 + 8.0 * layer.window.taps) + 6.0 * height * width)

    def emit_call(self, layer: DepthwiseConv2D, target: Target) -> Call:
        height, width = padded_size(layer.window)
        multipliers, shifts = packing.per_channel(layer.requantization, layer.out_channels)
        lanes = packing.even_odd(multipliers), packing.even_odd(shifts)
        params = Struct(
            "tkd_depthwise_mve_params",
            (
                (
                    "weights",
                    ConstantArray(
                        "weights", packing.depthwise_weights(layer.weights), "[channel / 8][y][x][8]"
                    ),
                ),
                (
                    "bias",
                    ConstantArray(
                        "bias", packing.even_odd(layer.bias), "by lane, input zero point folded in"
                    ),
                ),
                ("out", packing.lanes_requant(*lanes, layer.requantization)),
                ("window", Struct("tkd_window", window_fields(layer.window))),
                ("channels", layer.in_channels),
                ("plane_h", height),
                ("plane_w", width),
                ("input_zero_point", layer.input_zero_point),
            ),
        )
        # Channel c of the output only ever lands on channel c of the input, which is in the plane by then.
        in_place = layer.window.batches == 1 and layer.outputs[0].bytes <= layer.inputs[0].bytes
        overlaps = (Overlap(in_place=in_place),)
        scratch = height * width * LANES
        return Call("tkd_depthwise_mve_s8", params, scratch_bytes=scratch, overlaps=overlaps)


KERNELS = (DepthwiseMve(),)
