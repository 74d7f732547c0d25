"""CONV_2D on Cortex-M4, M7 and M33: im2col of three pixels, SMLAD on pairs of channels."""

from typing import ClassVar

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import Call, Kernel, Limit, Overlap, Struct
from tinykd.compiler.ops.common.convolution import window_fields
from tinykd.compiler.ops.common.residual import addend_overlap
from tinykd.compiler.ops.conv_2d import Conv2D
from tinykd.compiler.variants import dsp


def params_of(layer: Conv2D, columns: bool = False) -> Struct:
    """``tkd_conv_2d_dsp_params``, with ``columns`` for tkd_conv_2d_3_dsp_s8."""
    filters = dsp.filters_struct(layer.weights, layer.bias, layer.requantization, columns)
    return Struct(
        "tkd_conv_2d_dsp_params",
        (
            ("filters", filters),
            ("window", Struct("tkd_window", window_fields(layer.window))),
            ("in_channels", layer.in_channels),
            ("input_zero_point", layer.input_zero_point),
            *dsp.residual_struct(layer.residual),
        ),
    )


class Conv2DDsp(Kernel[Conv2D]):
    name: ClassVar[str] = "conv_2d_dsp"
    layer = Conv2D
    code_bytes: ClassVar[int] = 2400

    def made_for(self, target: Target) -> bool:
        return dsp.dsp_target(target)

    def limits(self, layer: Conv2D) -> tuple[Limit, ...]:
        return dsp.shape_limits(layer.groups, layer.window)

    def value_limits(self, layer: Conv2D) -> tuple[Limit, ...]:
        filters = dsp.filter_limits(layer.weights, layer.bias, layer.requantization)
        return (*filters, dsp.add_limit(layer.residual))

    def cost(self, layer: Conv2D, target: Target) -> float:
        depth = layer.window.taps * layer.in_channels
        pixels = -(-layer.window.pixels // dsp.PIXELS) * dsp.PIXELS  # a group of fewer costs as much
        outputs = pixels * layer.out_channels
        return 1.1 * outputs * depth + 15 * outputs + 2 * pixels * depth

    def emit_call(self, layer: Conv2D, target: Target) -> Call:
        depth = layer.window.taps * layer.in_channels
        params = params_of(layer)
        scratch = dsp.tile_bytes(depth, layer.out_channels, layer.residual)
        scratch += 0 if layer.in_channels % 4 == 0 else 2 * dsp.words_of(depth) + 4
        own, addend = _overlaps(layer)
        if layer.residual is None:
            return Call("tkd_conv_2d_dsp_s8", params, scratch, (own,))
        return Call("tkd_conv_2d_add_dsp_s8", params, scratch, (own, addend))


def _overlaps(layer: Conv2D) -> tuple[Overlap, Overlap]:
    """Of the input and of the residual's addend. A group of three pixels ends with its image."""
    if layer.window.batches > 1:
        return Overlap(), Overlap(in_place=True)
    own = Overlap(layer.window.min_input_offset(layer.in_channels, layer.out_channels, dsp.PIXELS))
    return own, addend_overlap(layer.window.pixels, layer.out_channels, dsp.PIXELS)


KERNELS = (Conv2DDsp(),)
