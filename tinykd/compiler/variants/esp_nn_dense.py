"""FULLY_CONNECTED of one row by ESP-NN on ESP32-S3 and P4.

On the S3, esp-nn #34: an input that is not aligned to 16 bytes, rows of fewer than 16 values or a filter
offset run older assembly that is wrong; per channel it was reported for few outputs. None of that is left to
it: ``align`` makes the planner align the input, the filter offset is always 0.
"""

from typing import ClassVar

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import Call, ConstantArray, Kernel, Struct
from tinykd.compiler.ops.fully_connected import Dense
from tinykd.compiler.variants import esp_nn

LEAST_DEPTH = 16
LEAST_PER_CHANNEL = 16  # outputs
MOST_OUTPUTS = 512  # four bytes of stack each


class FullyConnectedEspNn(Kernel[Dense]):
    name: ClassVar[str] = "fully_connected_esp_nn"
    layer = Dense
    code_bytes: ClassVar[int] = 2000
    align: ClassVar[int] = esp_nn.ALIGN

    def supports(self, layer: Dense, target: Target) -> bool:
        few = layer.requantization.per_channel and layer.out_channels < LEAST_PER_CHANNEL
        return (
            esp_nn.made_for(target)
            and layer.rows == 1
            and layer.residual is None
            and LEAST_DEPTH <= layer.depth < 1 << 16
            and layer.out_channels <= MOST_OUTPUTS
            and not few
            and esp_nn.exact(layer.weights, layer.bias, layer.requantization)
        )

    def cost(self, layer: Dense, target: Target) -> float:
        return layer.macs / 4 + 60 * layer.out_channels

    def emit_call(self, layer: Dense, target: Target) -> Call:
        scaling = layer.requantization
        count = layer.out_channels if scaling.per_channel else 1
        params = Struct(
            "tkd_fully_connected_esp_nn_params",
            (
                ("weights", ConstantArray("weights", layer.weights, "[out][in]", align=esp_nn.ALIGN)),
                ("bias", ConstantArray("bias", layer.bias, "[out], input zero point folded in")),
                *esp_nn.quantization_arrays(scaling, count),
                ("depth", layer.depth),
                ("outputs", layer.out_channels),
                ("per_channel", int(scaling.per_channel)),
                *esp_nn.output_fields(scaling),
            ),
        )
        return Call("tkd_fully_connected_esp_nn_s8", params)


KERNELS = (FullyConnectedEspNn(),)
