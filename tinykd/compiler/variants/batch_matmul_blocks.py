"""BATCH_MATMUL in blocks of four columns, on every core that reads flash as it reads RAM."""

from typing import ClassVar

from tinykd.compiler.core import Core, Target
from tinykd.compiler.kernel import Call, Kernel
from tinykd.compiler.ops.batch_matmul import BatchMatmulS8, matmul_params
from tinykd.compiler.ops.common.cycles import per_product


class BatchMatmulBlocks(Kernel[BatchMatmulS8]):
    name: ClassVar[str] = "batch_matmul_blocks"
    layer = BatchMatmulS8
    code_bytes: ClassVar[int] = 900

    def supports(self, layer: BatchMatmulS8, target: Target) -> bool:
        """An AVR, for which plain C may be, loads otherwise from flash; so does an ESP8266."""
        return target.core not in (Core.GENERIC, Core.ESP8266)

    def cost(self, layer: BatchMatmulS8, target: Target) -> float:
        gathered = 6.0 * layer.inputs[1].elements + (1.5 * layer.macs if layer.a_transposed else 0.0)
        return per_product(target) * layer.macs + 40.0 * layer.outputs[0].elements + gathered

    def emit_call(self, layer: BatchMatmulS8, target: Target) -> Call:
        scratch = 4 * layer.rows + 5 * layer.depth
        return Call("tkd_batch_matmul_blocks_s8", matmul_params(layer), scratch)


KERNELS = (BatchMatmulBlocks(),)
