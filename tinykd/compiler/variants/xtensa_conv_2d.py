"""CONV_2D on Xtensa LX: any window, dilation and number of groups."""

from typing import ClassVar

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import Call, Kernel, Limit
from tinykd.compiler.ops.conv_2d import Conv2D
from tinykd.compiler.variants import xtensa
from tinykd.compiler.variants.rv32_conv_2d import conv_2d_call


class Conv2DXtensa(Kernel[Conv2D]):
    """Lines four pixels up, then a 2x4 register block over pixels and channels."""

    name: ClassVar[str] = "conv_2d_xtensa"
    layer = Conv2D
    code_bytes: ClassVar[int] = 1900

    def made_for(self, target: Target) -> bool:
        return xtensa.xtensa_target(target)

    def limits(self, layer: Conv2D) -> tuple[Limit, ...]:
        alone = layer.groups == 1 or layer.residual is None
        return (Limit(alone, f"{layer.groups} groups and a residual ADD"),)

    def cost(self, layer: Conv2D, target: Target) -> float:
        outputs = layer.window.pixels * layer.out_channels
        lined_up = layer.window.pixels * layer.window.taps * layer.in_channels
        per_group = layer.out_channels // layer.groups
        filled = -(-per_group // 4) * 4 / per_group
        return 2.2 * layer.macs * filled + 20 * outputs + 3 * lined_up

    def emit_call(self, layer: Conv2D, target: Target) -> Call:
        return conv_2d_call(layer, xtensa.XTENSA, xtensa.block_bytes(int(layer.weights[0].size)))


KERNELS = (Conv2DXtensa(),)
