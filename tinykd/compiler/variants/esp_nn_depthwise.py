"""DEPTHWISE_CONV_2D by ESP-NN on ESP32-S3 and P4."""

from typing import ClassVar

import numpy as np

from tinykd.compiler.core import Core, Target
from tinykd.compiler.kernel import Call, ConstantArray, Kernel, Struct
from tinykd.compiler.ops.common.convolution import window_fields
from tinykd.compiler.ops.depthwise_conv_2d import DepthwiseConv2D
from tinykd.compiler.variants import esp_nn, esp_nn_scratch

WIDEST_S3 = 128  # channels: twelve bytes of stack for each where they are no multiple of 16
WIDEST_P4 = 256  # channels: beyond, 1.2.3 leaves out bias and input offset
WHOLE = 48 * 1024  # bytes of int16: beyond, 1.2.3 pads the tiles with the offset where it should with 0


class DepthwiseEspNn(Kernel[DepthwiseConv2D]):
    name: ClassVar[str] = "depthwise_esp_nn"
    layer = DepthwiseConv2D
    code_bytes: ClassVar[int] = 5000
    align: ClassVar[int] = esp_nn.ALIGN

    def supports(self, layer: DepthwiseConv2D, target: Target) -> bool:
        return (
            esp_nn.made_for(target)
            and esp_nn.one_plain_image(layer.window)
            and esp_nn.exact(layer.weights, layer.bias, layer.requantization)
            and (_suits_s3 if target.core is Core.ESP32_S3 else _suits_p4)(layer)
        )

    def cost(self, layer: DepthwiseConv2D, target: Target) -> float:
        """About: a product a cycle where they are 16 bits, four of 8 bits; 3 for a byte that is moved."""
        outputs = layer.outputs[0].elements
        return (
            (layer.macs if layer.multiplier > 1 else layer.macs / 2)
            + 16 * outputs
            + 3 * layer.inputs[0].elements
        )

    def emit_call(self, layer: DepthwiseConv2D, target: Target) -> Call:
        inside = esp_nn.never_leaves(layer.window)
        offset, bias = esp_nn.offset_and_bias(layer.weights, layer.bias, layer.input_zero_point, inside)
        scratch = esp_nn_scratch.depthwise(target.core, layer.window, layer.in_channels, layer.multiplier)
        weights = np.ascontiguousarray(layer.weights.transpose(1, 2, 0))
        note = "[channel], input zero point folded in" if inside else "[channel]"
        params = Struct(
            "tkd_depthwise_esp_nn_params",
            (
                ("weights", ConstantArray("weights", weights, "[y][x][channel]", align=esp_nn.ALIGN)),
                ("bias", ConstantArray("bias", bias, note)),
                *esp_nn.quantization_arrays(layer.requantization, layer.out_channels),
                ("window", Struct("tkd_window", window_fields(layer.window))),
                ("in_channels", layer.in_channels),
                ("channel_multiplier", layer.multiplier),
                ("in_offset", offset),
                *esp_nn.output_fields(layer.requantization),
                ("scratch_bytes", scratch),
            ),
        )
        return Call("tkd_depthwise_esp_nn_s8", params, scratch, guard="tkd_depthwise_esp_nn_fits")


def _suits_s3(layer: DepthwiseConv2D) -> bool:
    """3x3 over many channels, and what is widened to 16 bits and fits.

    Of multiples of 16 channels: padded alike by one or by nothing before (esp-nn #30).
    """
    window, channels = layer.window, layer.in_channels
    whole = 2 * (window.taps * layer.out_channels + layer.inputs[0].elements) <= WHOLE
    if layer.multiplier > 1:
        return layer.multiplier % 4 == 0 and whole
    if channels % 8 != 0:
        return False
    if (window.kernel_h, window.kernel_w) != (3, 3) or channels < 12:
        return whole
    if channels % 16 != 0:
        return channels <= WIDEST_S3
    before = window.pad_top, window.pad_left
    behind = esp_nn.trailing(window)
    return (before == (1, 1) and max(behind) <= 1) or (
        before == (0, 0) and min(window.in_h, window.in_w) >= 3
    )


def _suits_p4(layer: DepthwiseConv2D) -> bool:
    return layer.multiplier == 1 and layer.in_channels % 16 == 0 and layer.in_channels <= WIDEST_P4


KERNELS = (DepthwiseEspNn(),)
