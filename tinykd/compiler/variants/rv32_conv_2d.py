"""CONV_2D on 32-bit RISC-V: any window, dilation and number of groups."""

from typing import ClassVar

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import Call, Kernel, Limit, Overlap, Struct
from tinykd.compiler.ops.common.convolution import window_fields
from tinykd.compiler.ops.common.residual import addend_overlap, residual_fields
from tinykd.compiler.ops.conv_2d import Conv2D
from tinykd.compiler.variants import rv32


class Conv2DRv32(Kernel[Conv2D]):
    """Gathers four pixels, then a 4x4 register block over pixels and channels."""

    name: ClassVar[str] = "conv_2d_rv32"
    layer = Conv2D
    code_bytes: ClassVar[int] = 1700

    def made_for(self, target: Target) -> bool:
        return rv32.rv32_target(target)

    def limits(self, layer: Conv2D) -> tuple[Limit, ...]:
        alone = layer.groups == 1 or layer.residual is None
        return (Limit(alone, f"{layer.groups} groups and a residual ADD"),)

    def cost(self, layer: Conv2D, target: Target) -> float:
        outputs = layer.window.pixels * layer.out_channels
        gathered = layer.window.pixels * layer.window.taps * layer.in_channels
        per_group = layer.out_channels // layer.groups
        filled = -(-per_group // 4) * 4 / per_group
        return 2.2 * layer.macs * filled + 20 * outputs + 3 * gathered

    def emit_call(self, layer: Conv2D, target: Target) -> Call:
        return conv_2d_call(layer, rv32.RV32, rv32.PIXELS * int(layer.weights[0].size))


def conv_2d_call(layer: Conv2D, packing: rv32.Packing, scratch: int) -> Call:
    """The call of a family's convolution; ``scratch``: bytes that it needs without a residual ADD."""
    params = Struct(
        f"tkd_conv_2d_{packing.family}_params",
        (
            ("filters", packing.filters(layer.weights, layer.bias, layer.requantization, layer.groups)),
            ("window", Struct("tkd_window", window_fields(layer.window))),
            ("in_channels", layer.in_channels),
            ("groups", layer.groups),
            ("depth", int(layer.weights.shape[3])),
            ("input_zero_point", layer.input_zero_point),
            *residual_fields(layer.residual),
        ),
    )
    own = Overlap()
    if layer.groups == 1:
        own = Overlap(layer.window.min_input_offset(layer.in_channels, layer.out_channels, rv32.PIXELS))
    if layer.residual is None:
        return Call(f"tkd_conv_2d_{packing.family}_s8", params, scratch, (own,))
    scratch += rv32.PIXELS * layer.out_channels
    addend = addend_overlap(layer.window.pixels, layer.out_channels, rv32.PIXELS)
    return Call(f"tkd_conv_2d_add_{packing.family}_s8", params, scratch, (own, addend))


KERNELS = (Conv2DRv32(),)
