"""CONV_2D, and rows times a matrix as a 1x1 convolution, by ESP-NN on ESP32-S3 and P4."""

from typing import ClassVar

from tinykd.compiler.core import Core, Target
from tinykd.compiler.kernel import Call, ConstantArray, Kernel, Struct
from tinykd.compiler.ops.common.access import Window
from tinykd.compiler.ops.common.convolution import window_fields
from tinykd.compiler.ops.common.residual import residual_fields
from tinykd.compiler.ops.conv_2d import Conv2D
from tinykd.compiler.ops.fully_connected import Dense
from tinykd.compiler.variants import esp_nn, esp_nn_scratch

LEAST_ROWS = 8  # that the S3's 1x1 kernel takes together


def call(target: Target, layer: Conv2D | Dense, window: Window, zero_point: int) -> Call:
    """The call for a layer that has been found suitable; ``zero_point`` is folded into its bias."""
    weights, scaling, residual = layer.weights, layer.requantization, layer.residual
    out_channels, in_channels = int(weights.shape[0]), int(weights.shape[-1])
    inside = esp_nn.never_leaves(window)
    offset, own_bias = esp_nn.offset_and_bias(weights, layer.bias, zero_point, inside)
    scratch = esp_nn_scratch.conv_2d(target.core, window, in_channels, out_channels)
    note = "[out], input zero point folded in" if inside else "[out]"
    params = Struct(
        "tkd_conv_2d_esp_nn_params",
        (
            ("weights", ConstantArray("weights", weights, "[out][y][x][in]", align=esp_nn.ALIGN)),
            ("bias", ConstantArray("bias", own_bias, note)),
            *esp_nn.quantization_arrays(scaling, out_channels),
            ("window", Struct("tkd_window", window_fields(window))),
            ("in_channels", in_channels),
            ("out_channels", out_channels),
            ("in_offset", offset),
            *esp_nn.output_fields(scaling),
            ("scratch_bytes", scratch),
            *residual_fields(residual),
        ),
    )
    name = "tkd_conv_2d_add_esp_nn_s8" if residual else "tkd_conv_2d_esp_nn_s8"
    return Call(name, params, scratch, guard="tkd_conv_2d_esp_nn_fits")


def cycles(macs: float, outputs: float, moved: float) -> float:
    """About: sixteen products in some four cycles, 45 for an output, 2 for a byte that is moved first."""
    return macs / 4 + 45 * outputs + 2 * moved


class Conv2DEspNn(Kernel[Conv2D]):
    name: ClassVar[str] = "conv_2d_esp_nn"
    layer = Conv2D
    code_bytes: ClassVar[int] = 6000
    align: ClassVar[int] = esp_nn.ALIGN

    def supports(self, layer: Conv2D, target: Target) -> bool:
        return (
            esp_nn.made_for(target)
            and layer.groups == 1
            and not layer.window.is_pointwise  # a Dense layer, see below
            and esp_nn.one_plain_image(layer.window)
            and esp_nn.exact(layer.weights, layer.bias, layer.requantization)
            and (_suits_s3 if target.core is Core.ESP32_S3 else _suits_p4)(layer.window, layer.in_channels)
        )

    def cost(self, layer: Conv2D, target: Target) -> float:
        inside = esp_nn.never_leaves(layer.window)
        moved = 0 if inside else layer.inputs[0].elements + layer.weights.size
        adds = 30 * layer.outputs[0].elements if layer.residual else 0
        return cycles(layer.macs, layer.outputs[0].elements, moved) + adds

    def emit_call(self, layer: Conv2D, target: Target) -> Call:
        return call(target, layer, layer.window, layer.input_zero_point)


def _suits_s3(window: Window, in_channels: int) -> bool:
    """Windows no larger than the image: the im2col path computes smaller images as if they had no padding.

    Its other path pads alike before and behind (esp-nn #31), or behind alone if nothing is before, and
    keeps 32-bit words behind the padded image.
    """
    if window.in_h < window.kernel_h or window.in_w < window.kernel_w:
        return False
    if window.kernel_w * in_channels < 16 <= window.taps * in_channels:
        return True
    below, right = esp_nn.trailing(window)
    alike = below <= window.pad_top and right <= window.pad_left
    return in_channels % 4 == 0 and (alike or (window.pad_top, window.pad_left) == (0, 0))


def _suits_p4(window: Window, in_channels: int) -> bool:
    """The im2col path, and the direct one where nothing is padded: what it does about padding behind is
    right for some windows only."""
    if max(window.pad_top, window.pad_left) == 0 and window.kernel_w * in_channels >= 16:
        return esp_nn.never_leaves(window)
    return window.taps * in_channels >= 16


class PointwiseEspNn(Kernel[Dense]):
    name: ClassVar[str] = "pointwise_esp_nn"
    layer = Dense
    code_bytes: ClassVar[int] = 6000
    align: ClassVar[int] = esp_nn.ALIGN

    def supports(self, layer: Dense, target: Target) -> bool:
        vector = 8 if target.core is Core.ESP32_S3 else 16
        return (
            esp_nn.made_for(target)
            and LEAST_ROWS <= layer.rows < 1 << 15
            and layer.depth % vector == 0
            and max(layer.depth, layer.out_channels) < 1 << 15
            and esp_nn.exact(layer.weights, layer.bias, layer.requantization)
        )

    def cost(self, layer: Dense, target: Target) -> float:
        outputs = layer.rows * layer.out_channels
        return cycles(layer.macs, outputs, 2 * layer.rows * layer.depth) + (
            30 * outputs if layer.residual else 0
        )

    def emit_call(self, layer: Dense, target: Target) -> Call:
        window = Window(1, 1, layer.rows, 1, layer.rows, 1, 1)
        return call(target, layer, window, zero_point=0)


KERNELS = (Conv2DEspNn(), PointwiseEspNn())
