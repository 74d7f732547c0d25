"""Dense layers and convolutions on Helium (Cortex-M55): firmware/kernels/mve."""

from typing import ClassVar

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import ELEMENTWISE, Call, ConstantArray, Kernel, Overlap, Struct
from tinykd.compiler.ops.common.convolution import Requantization, window_fields
from tinykd.compiler.ops.common.residual import Residual, residual_fields
from tinykd.compiler.ops.conv_2d import Conv2D
from tinykd.compiler.ops.fully_connected import Dense, dense_min_input_offset
from tinykd.compiler.variants import mve_packing as packing
from tinykd.graph.ir import Array


def dense_params(
    weights: Array, bias: Array, rows: int, depth: int, scaling: Requantization, residual: Residual | None
) -> Struct:
    """``tkd_dense_mve_params`` for int8 ``weights`` (outputs, at most depth)."""
    outputs = weights.shape[0]
    multipliers, shifts = packing.per_channel(scaling, outputs)
    lanes = packing.padded(multipliers, 4), packing.padded(shifts, 4)
    return Struct(
        "tkd_dense_mve_params",
        (
            (
                "weights",
                ConstantArray("weights", packing.dense_weights(weights), "[out / 4][in / 16][4][16]"),
            ),
            ("bias", ConstantArray("bias", packing.padded(bias, 4), "[out], input zero point folded in")),
            ("out", packing.lanes_requant(*lanes, scaling)),
            ("rows", rows),
            ("depth", depth),
            ("outputs", outputs),
            *residual_fields(residual),
        ),
    )


def cycles(rows: int, depth: int, outputs: int) -> float:
    """About: 14 for sixteen values of four outputs, 55 for each four outputs."""
    return rows * -(-outputs // 4) * (14.0 * -(-depth // 16) + 55.0)


class DenseMve(Kernel[Dense]):
    """Four outputs at a time with VMLADAVA."""

    name: ClassVar[str] = "dense_mve"
    layer = Dense
    code_bytes: ClassVar[int] = 700

    def supports(self, layer: Dense, target: Target) -> bool:
        return target.core.has_mve and packing.fits(layer.requantization)

    def cost(self, layer: Dense, target: Target) -> float:
        return cycles(layer.rows, layer.depth, layer.out_channels)

    def emit_call(self, layer: Dense, target: Target) -> Call:
        params = dense_params(
            layer.weights, layer.bias, layer.rows, layer.depth, layer.requantization, layer.residual
        )
        own = Overlap(dense_min_input_offset(layer, 1))
        if layer.residual is None:
            return Call("tkd_dense_mve_s8", params, overlaps=(own,))
        return Call("tkd_dense_add_mve_s8", params, overlaps=(own, ELEMENTWISE))


class Conv2DMve(Kernel[Conv2D]):
    """Gathers one output pixel's patch into scratch, then a dense row."""

    name: ClassVar[str] = "conv_2d_mve"
    layer = Conv2D
    code_bytes: ClassVar[int] = 1200

    def supports(self, layer: Conv2D, target: Target) -> bool:
        return target.core.has_mve and layer.groups == 1 and packing.fits(layer.requantization)

    def cost(self, layer: Conv2D, target: Target) -> float:
        window, patch = layer.window, int(layer.weights[0].size)
        gathered = window.pixels * (window.kernel_h * 40 + patch / 4)
        return gathered + cycles(window.pixels, patch, layer.out_channels)

    def emit_call(self, layer: Conv2D, target: Target) -> Call:
        weights = layer.weights.reshape(layer.out_channels, -1)
        depth = -(-weights.shape[1] // 16) * 16
        pixels = layer.window.pixels
        params = Struct(
            "tkd_conv_2d_mve_params",
            (
                (
                    "dense",
                    dense_params(weights, layer.bias, pixels, depth, layer.requantization, layer.residual),
                ),
                ("window", Struct("tkd_window", window_fields(layer.window))),
                ("in_channels", layer.in_channels),
                ("input_zero_point", layer.input_zero_point),
            ),
        )
        own = Overlap(layer.window.min_input_offset(layer.in_channels, layer.out_channels, 1))
        if layer.residual is None:
            return Call("tkd_conv_2d_mve_s8", params, scratch_bytes=depth, overlaps=(own,))
        return Call("tkd_conv_2d_add_mve_s8", params, scratch_bytes=depth, overlaps=(own, ELEMENTWISE))


KERNELS = (DenseMve(), Conv2DMve())
