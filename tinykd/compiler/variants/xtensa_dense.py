"""1x1 convolutions and FULLY_CONNECTED on Xtensa LX."""

from typing import ClassVar

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import Call, Kernel
from tinykd.compiler.ops.fully_connected import Dense
from tinykd.compiler.variants import rv32, xtensa
from tinykd.compiler.variants.rv32_dense import dense_call


class DenseXtensa(Kernel[Dense]):
    """A 2x4 register block over rows and channels; a single row at the end."""

    name: ClassVar[str] = "dense_xtensa"
    layer = Dense
    code_bytes: ClassVar[int] = 1500

    def supports(self, layer: Dense, target: Target) -> bool:
        return xtensa.xtensa_target(target)

    def cost(self, layer: Dense, target: Target) -> float:
        alone = int(layer.rows % rv32.PIXELS == 1)
        filled = -(-layer.out_channels // 4) * 4
        macs = layer.depth * filled * (2.2 * (layer.rows - alone) + 2.4 * alone)
        return macs + 20 * layer.rows * layer.out_channels + layer.rows * layer.depth

    def emit_call(self, layer: Dense, target: Target) -> Call:
        return dense_call(layer, xtensa.XTENSA, xtensa.block_bytes(layer.depth))


KERNELS = (DenseXtensa(),)
