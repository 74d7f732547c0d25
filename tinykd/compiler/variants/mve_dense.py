"""Dense layers on Helium (Cortex-M55): firmware/kernels/mve."""

from typing import ClassVar

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import ELEMENTWISE, Call, Kernel, Overlap, Struct
from tinykd.compiler.ops.common.residual import addend_overlap
from tinykd.compiler.ops.fully_connected import Dense, dense_min_input_offset
from tinykd.compiler.variants import mve_packing as packing

_PER_VECTOR = {"3": 8.0, "1": 10.0}  # instructions for 16 values of four outputs


def cycles(rows: int, depth: int, outputs: int) -> float:
    """About: 8 to 10 for sixteen values of four outputs, 25 for each four outputs."""
    step = _PER_VECTOR.get(packing.rows_kind(rows, depth), 8.0)
    return rows * -(-outputs // 4) * (step * -(-depth // 16) + 25.0)


def at_a_time(rows: int, depth: int) -> int:
    """Rows whose outputs are written before the last of them has been read."""
    return 3 if packing.rows_kind(rows, depth) == "3" else 1


def addend_of(rows: int, depth: int, pixels: int, channels: int) -> Overlap:
    """Four values at a time are read, then written; but three rows' in any order."""
    return ELEMENTWISE if at_a_time(rows, depth) == 1 else addend_overlap(pixels, channels, 3)


class DenseMve(Kernel[Dense]):
    """Four outputs of a row in registers, or of three rows, with VMLADAVA."""

    name: ClassVar[str] = "dense_mve"
    layer = Dense
    code_bytes: ClassVar[int] = 700

    def supports(self, layer: Dense, target: Target) -> bool:
        return target.core.has_mve

    def cost(self, layer: Dense, target: Target) -> float:
        return cycles(layer.rows, layer.depth, layer.out_channels)

    def emit_call(self, layer: Dense, target: Target) -> Call:
        matrix = packing.matrix_struct(
            layer.weights, layer.bias, layer.rows, layer.depth, layer.requantization, layer.residual
        )
        matrix = packing.for_any_scales(matrix) if target.replaceable else matrix
        params = Struct("tkd_dense_mve_params", (("matrix", matrix), ("rows", layer.rows)))
        block = at_a_time(layer.rows, layer.depth)
        own = Overlap(dense_min_input_offset(layer, block))
        if layer.residual is None:
            return Call("tkd_dense_mve_s8", params, overlaps=(own,))
        addend = addend_of(layer.rows, layer.depth, layer.rows, layer.out_channels)
        return Call("tkd_dense_add_mve_s8", params, overlaps=(own, addend))


KERNELS = (DenseMve(),)
