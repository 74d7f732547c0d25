"""Dense layers and convolutions on Helium (Cortex-M55): firmware/kernels/mve."""

from typing import ClassVar

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import ELEMENTWISE, Call, Kernel, Overlap, Struct
from tinykd.compiler.ops.common.convolution import window_fields
from tinykd.compiler.ops.common.residual import addend_overlap
from tinykd.compiler.ops.conv_2d import Conv2D
from tinykd.compiler.ops.fully_connected import Dense, dense_min_input_offset
from tinykd.compiler.variants import mve_packing as packing

PATCHES = 768  # bytes of scratch for a block of a convolution's output pixels, about
_PER_VECTOR = {"3": 8.0, "1": 10.0}  # instructions for 16 values of four outputs


def cycles(rows: int, depth: int, outputs: int) -> float:
    """About: 8 to 10 for sixteen values of four outputs, 25 for each four outputs."""
    step = _PER_VECTOR.get(packing.rows_kind(rows, depth), 8.0)
    return rows * -(-outputs // 4) * (step * -(-depth // 16) + 25.0)


def at_a_time(rows: int, depth: int) -> int:
    """Rows whose outputs are written before the last of them has been read."""
    return 3 if packing.rows_kind(rows, depth) == "3" else 1


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
        params = Struct("tkd_dense_mve_params", (("matrix", matrix), ("rows", layer.rows)))
        block = at_a_time(layer.rows, layer.depth)
        own = Overlap(dense_min_input_offset(layer, block))
        if layer.residual is None:
            return Call("tkd_dense_mve_s8", params, overlaps=(own,))
        addend = _addend(layer.rows, layer.depth, layer.rows, layer.out_channels)
        return Call("tkd_dense_add_mve_s8", params, overlaps=(own, addend))


class Conv2DMve(Kernel[Conv2D]):
    """Gathers some output pixels' patches into scratch, then dense rows."""

    name: ClassVar[str] = "conv_2d_mve"
    layer = Conv2D
    code_bytes: ClassVar[int] = 1200

    def supports(self, layer: Conv2D, target: Target) -> bool:
        return target.core.has_mve and layer.groups == 1

    def cost(self, layer: Conv2D, target: Target) -> float:
        window, patch = layer.window, int(layer.weights[0].size)
        gathered = window.pixels * (window.kernel_h * 20 + patch / 4)
        return gathered + cycles(window.pixels, patch, layer.out_channels)

    def emit_call(self, layer: Conv2D, target: Target) -> Call:
        weights = layer.weights.reshape(layer.out_channels, -1)
        depth = -(-weights.shape[1] // 16) * 16
        image = layer.window.out_h * layer.window.out_w
        block = pixels_of_block(image, depth)
        params = Struct(
            "tkd_conv_2d_mve_params",
            (
                (
                    "matrix",
                    packing.matrix_struct(
                        weights, layer.bias, image, depth, layer.requantization, layer.residual
                    ),
                ),
                ("window", Struct("tkd_window", window_fields(layer.window))),
                ("in_channels", layer.in_channels),
                ("block", block),
                ("input_zero_point", layer.input_zero_point),
            ),
        )
        own = Overlap(layer.window.min_input_offset(layer.in_channels, layer.out_channels, block))
        scratch = depth * block
        if layer.residual is None:
            return Call("tkd_conv_2d_mve_s8", params, scratch_bytes=scratch, overlaps=(own,))
        addend = _addend(image, depth, layer.window.pixels, layer.out_channels)
        return Call("tkd_conv_2d_add_mve_s8", params, scratch_bytes=scratch, overlaps=(own, addend))


def _addend(rows: int, depth: int, pixels: int, channels: int) -> Overlap:
    """Four values at a time are read, then written; but three rows' in any order."""
    return ELEMENTWISE if at_a_time(rows, depth) == 1 else addend_overlap(pixels, channels, 3)


def pixels_of_block(image: int, depth: int) -> int:
    """Output pixels at a time, in threes where rows go in threes; about ``PATCHES`` bytes of patches."""
    threes = max(PATCHES // depth // 3 * 3, 3)
    return min(threes, -(-image // 3) * 3) if packing.rows_kind(image, depth) == "3" else min(threes, image)


KERNELS = (DenseMve(), Conv2DMve())
