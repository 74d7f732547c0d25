"""3x3 depthwise convolutions of stride 1 on Helium (Cortex-M55): firmware/kernels/mve."""

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import Call, ConstantArray, Kernel, Overlap, Struct
from tinykd.compiler.ops.depthwise_conv_2d import DepthwiseConv2D
from tinykd.compiler.variants import mve_packing as packing


def filters(layer: DepthwiseConv2D) -> NDArray[np.int32]:
    """(channels, 5) words: bias, three columns with the shift in the last one's highest byte, multiplier."""
    channels = layer.out_channels
    multipliers, shifts = packing.per_channel(layer.requantization, channels)
    bytes_ = np.zeros((channels, 3, 4), np.int8)
    bytes_[:, :, :3] = layer.weights.transpose(0, 2, 1)  # [channel][column][row]
    bytes_[:, 2, 3] = shifts
    columns = bytes_.reshape(channels, 12).view("<i4")
    return np.concatenate([layer.bias[:, None], columns, multipliers[:, None]], axis=1).astype(np.int32)


class Depthwise3x3Mve(Kernel[DepthwiseConv2D]):
    """Four rows of outputs at a time, sixteen channels turned by VST4 into columns: in place."""

    name: ClassVar[str] = "depthwise_3x3_mve"
    layer = DepthwiseConv2D
    code_bytes: ClassVar[int] = 900

    def supports(self, layer: DepthwiseConv2D, target: Target) -> bool:
        w = layer.window
        shape = (w.kernel_h, w.kernel_w, w.stride_h, w.stride_w, w.dilation_h, w.dilation_w)
        return target.core.has_mve and layer.multiplier == 1 and shape == (3, 3, 1, 1, 1, 1)

    def cost(self, layer: DepthwiseConv2D, target: Target) -> float:
        w = layer.window
        return w.batches * -(-w.out_h // 4) * layer.in_channels * (30.0 + 19.0 * w.out_w + 3.0 * w.in_w)

    def emit_call(self, layer: DepthwiseConv2D, target: Target) -> Call:
        w, scaling = layer.window, layer.requantization
        params = Struct(
            "tkd_depthwise_3x3_mve_params",
            (
                ("filters", ConstantArray("filters", filters(layer), "[channel][5]", packed=True)),
                *((name, getattr(w, name)) for name in ("batches", "in_h", "in_w", "out_h", "out_w")),
                ("pad_top", w.pad_top),
                ("pad_left", w.pad_left),
                ("channels", layer.in_channels),
                ("input_zero_point", layer.input_zero_point),
                ("zero_point", scaling.zero_point),
                ("min", scaling.minimum),
                ("max", scaling.maximum),
            ),
        )
        # A channel of the output only ever lands on that channel of input rows that are not read any more.
        in_place = w.batches == 1 and layer.outputs[0].bytes <= layer.inputs[0].bytes
        relu = "relu_" if packing.is_relu(scaling, None) else ""
        return Call(
            f"tkd_depthwise_3x3_{relu}mve_s8",
            params,
            scratch_bytes=16 + 32 * w.in_w + 128 * (w.out_w + 2),
            overlaps=(Overlap(in_place=in_place),),
        )


KERNELS = (Depthwise3x3Mve(),)
