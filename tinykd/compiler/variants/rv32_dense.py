"""1x1 convolutions and FULLY_CONNECTED on 32-bit RISC-V."""

from typing import ClassVar

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import Call, Kernel, Overlap, Struct
from tinykd.compiler.ops.common.residual import addend_overlap, residual_fields
from tinykd.compiler.ops.fully_connected import Dense, dense_min_input_offset
from tinykd.compiler.variants import rv32


class DenseRv32(Kernel[Dense]):
    """A 4x4 register block over rows and channels; single rows at the end."""

    name: ClassVar[str] = "dense_rv32"
    layer = Dense
    code_bytes: ClassVar[int] = 1300

    def supports(self, layer: Dense, target: Target) -> bool:
        return rv32.rv32_target(target)

    def cost(self, layer: Dense, target: Target) -> float:
        alone = layer.rows % rv32.PIXELS
        filled = -(-layer.out_channels // 4) * 4
        macs = layer.depth * filled * (2.2 * (layer.rows - alone) + 2.4 * alone)
        return macs + 20 * layer.rows * layer.out_channels

    def emit_call(self, layer: Dense, target: Target) -> Call:
        return dense_call(layer, rv32.RV32, 0)


def dense_call(layer: Dense, packing: rv32.Packing, scratch: int) -> Call:
    """The call of a family's dense layer; ``scratch``: bytes that it needs without a residual ADD."""
    params = Struct(
        f"tkd_dense_{packing.family}_params",
        (
            ("filters", packing.filters(layer.weights, layer.bias, layer.requantization)),
            ("rows", layer.rows),
            *residual_fields(layer.residual),
        ),
    )
    own = Overlap(dense_min_input_offset(layer, rv32.PIXELS))
    if layer.residual is None:
        return Call(f"tkd_dense_{packing.family}_s8", params, scratch, (own,))
    addend = addend_overlap(layer.rows, layer.out_channels, rv32.PIXELS)
    scratch += rv32.PIXELS * layer.out_channels
    return Call(f"tkd_dense_add_{packing.family}_s8", params, scratch, (own, addend))


KERNELS = (DenseRv32(),)
