"""DEPTHWISE_CONV_2D on Xtensa LX: 3x3 has a kernel of its own, one input channel is a convolution."""

from typing import ClassVar

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import Call, Kernel, Limit
from tinykd.compiler.ops.depthwise_conv_2d import DepthwiseConv2D
from tinykd.compiler.variants import dsp, xtensa
from tinykd.compiler.variants.dsp_depthwise import as_conv
from tinykd.compiler.variants.rv32_depthwise import depthwise_3x3_call
from tinykd.compiler.variants.xtensa_conv_2d import Conv2DXtensa


class Depthwise3x3Xtensa(Kernel[DepthwiseConv2D]):
    """One channel at a time, in a padded plane of unsigned values; in place."""

    name: ClassVar[str] = "depthwise_3x3_xtensa"
    layer = DepthwiseConv2D
    code_bytes: ClassVar[int] = 1000

    def made_for(self, target: Target) -> bool:
        return xtensa.xtensa_target(target)

    def limits(self, layer: DepthwiseConv2D) -> tuple[Limit, ...]:
        return dsp.depthwise_3x3_limits(layer.window, layer.multiplier)

    def cost(self, layer: DepthwiseConv2D, target: Target) -> float:
        return 45 * layer.outputs[0].elements + 8 * layer.inputs[0].elements

    def emit_call(self, layer: DepthwiseConv2D, target: Target) -> Call:
        weights = layer.weights.reshape(layer.in_channels, -1)
        return depthwise_3x3_call(layer, xtensa.XTENSA, xtensa.unsigned_bias(weights, layer.bias))


class DepthwiseAsConvXtensa(Kernel[DepthwiseConv2D]):
    """A single input channel."""

    name: ClassVar[str] = "depthwise_as_conv_2d_xtensa"
    layer = DepthwiseConv2D
    code_bytes: ClassVar[int] = Conv2DXtensa.code_bytes

    def supports(self, layer: DepthwiseConv2D, target: Target) -> bool:
        return xtensa.xtensa_target(target) and layer.in_channels == 1

    def cost(self, layer: DepthwiseConv2D, target: Target) -> float:
        return Conv2DXtensa().cost(as_conv(layer), target)

    def emit_call(self, layer: DepthwiseConv2D, target: Target) -> Call:
        return Conv2DXtensa().emit_call(as_conv(layer), target)


KERNELS = (Depthwise3x3Xtensa(), DepthwiseAsConvXtensa())
