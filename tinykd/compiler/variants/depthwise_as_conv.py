"""DEPTHWISE_CONV_2D of one input channel: every output channel reads the whole input, as in a convolution."""

from typing import ClassVar

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import Call, Kernel, Limit
from tinykd.compiler.ops.conv_2d import Conv2D
from tinykd.compiler.ops.depthwise_conv_2d import DepthwiseConv2D
from tinykd.compiler.variants.dsp_depthwise import as_conv
from tinykd.compiler.variants.mve_conv_2d import Conv2DMve
from tinykd.compiler.variants.v6m import Conv2DV6m


class DepthwiseAsConv(Kernel[DepthwiseConv2D]):
    """What ``kernel`` makes of it."""

    layer = DepthwiseConv2D
    kernel: ClassVar[Kernel[Conv2D]]

    def made_for(self, target: Target) -> bool:
        return self.kernel.made_for(target)

    def suits(self, layer: DepthwiseConv2D, target: Target) -> bool:
        return layer.in_channels == 1 and self.kernel.suits(as_conv(layer), target)

    def value_limits(self, layer: DepthwiseConv2D) -> tuple[Limit, ...]:
        return self.kernel.value_limits(as_conv(layer)) if layer.in_channels == 1 else ()

    def cost(self, layer: DepthwiseConv2D, target: Target) -> float:
        return self.kernel.cost(as_conv(layer), target)

    def emit_call(self, layer: DepthwiseConv2D, target: Target) -> Call:
        return self.kernel.emit_call(as_conv(layer), target)


class DepthwiseAsConvMve(DepthwiseAsConv):
    name: ClassVar[str] = "depthwise_as_conv_2d_mve"
    kernel = Conv2DMve()
    code_bytes: ClassVar[int] = Conv2DMve.code_bytes


class DepthwiseAsConvV6m(DepthwiseAsConv):
    name: ClassVar[str] = "depthwise_as_conv_2d_v6m"
    kernel = Conv2DV6m()
    code_bytes: ClassVar[int] = Conv2DV6m.code_bytes


KERNELS = (DepthwiseAsConvMve(), DepthwiseAsConvV6m())
