"""1x1 convolutions and FULLY_CONNECTED on Cortex-M4, M7 and M33: SMLAD on pairs of channels."""

from typing import ClassVar

import numpy as np

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import Call, ConstantArray, Kernel, Limit, Overlap, Struct
from tinykd.compiler.ops.common.access import min_input_offset
from tinykd.compiler.ops.common.residual import addend_overlap
from tinykd.compiler.ops.fully_connected import Dense
from tinykd.compiler.variants import dsp

WIDE_BYTES = 512  # of scratch for a widened row that `balanced` spends on speed


class DenseDsp(Kernel[Dense]):
    """Three rows at a time."""

    name: ClassVar[str] = "dense_dsp"
    layer = Dense
    code_bytes: ClassVar[int] = 1400

    def made_for(self, target: Target) -> bool:
        return dsp.dsp_target(target)

    def value_limits(self, layer: Dense) -> tuple[Limit, ...]:
        filters = dsp.filter_limits(layer.weights, layer.bias, layer.requantization)
        return (*filters, dsp.add_limit(layer.residual))

    def cost(self, layer: Dense, target: Target) -> float:
        rows = -(-layer.rows // dsp.PIXELS) * dsp.PIXELS
        return rows * (1.1 * layer.weights.size + 15 * layer.out_channels + 2 * layer.depth)

    def emit_call(self, layer: Dense, target: Target) -> Call:
        params = Struct(
            "tkd_dense_dsp_params",
            (
                ("filters", dsp.filters_struct(layer.weights, layer.bias, layer.requantization)),
                ("rows", layer.rows),
                ("depth", layer.depth),
                *dsp.residual_struct(layer.residual),
            ),
        )
        scratch = dsp.tile_bytes(layer.depth, layer.out_channels, layer.residual)
        own = Overlap(_min_input_offset(layer))
        if layer.residual is None:
            return Call("tkd_dense_dsp_s8", params, scratch, (own,))
        addend = addend_overlap(layer.rows, layer.out_channels, dsp.PIXELS)
        return Call("tkd_dense_add_dsp_s8", params, scratch, (own, addend))


def _min_input_offset(layer: Dense) -> int:
    """Rows are widened three at a time before any of their outputs is written."""
    starts = np.arange(0, layer.rows, dsp.PIXELS, dtype=np.int64)
    ends = np.minimum(starts + dsp.PIXELS, layer.rows)
    return min_input_offset(starts * layer.depth, ends * layer.out_channels - 1)


class FullyConnectedDsp(Kernel[Dense]):
    """One row, four outputs at a time; the row is widened into scratch first."""

    name: ClassVar[str] = "fully_connected_dsp"
    layer = Dense
    code_bytes: ClassVar[int] = 900
    function: ClassVar[str] = "tkd_fully_connected_dsp_s8"
    per_mac: ClassVar[float] = 1.4  # by a trace

    def suits(self, layer: Dense, target: Target) -> bool:
        alone = layer.rows == 1 and layer.residual is None
        return alone and dsp.dsp_target(target) and self.has_room(layer, target)

    def value_limits(self, layer: Dense) -> tuple[Limit, ...]:
        fit = dsp.dots_fit(layer.weights, layer.bias, layer.requantization)
        return (Limit(fit, "sums or factors that are too large"),)

    def has_room(self, layer: Dense, target: Target) -> bool:
        return target.optimize == "speed" or self.scratch(layer) <= WIDE_BYTES

    def scratch(self, layer: Dense) -> int:
        return dsp.words_of(layer.depth) * 4

    def cost(self, layer: Dense, target: Target) -> float:
        return self.per_mac * layer.weights.size + 20 * layer.out_channels

    def emit_call(self, layer: Dense, target: Target) -> Call:
        scaling = layer.requantization
        scales = dsp.scales_of(scaling, layer.out_channels)
        one = scaling.multipliers.size == 1
        same = one if target.replaceable else bool((scales.multipliers == scales.multipliers[0]).all())
        params = Struct(
            "tkd_fully_connected_dsp_params",
            (
                (
                    "weights",
                    ConstantArray(
                        "weights",
                        dsp.dot_stream(layer.weights, layer.bias, scales),
                        "fours of outputs",
                        packed=True,
                    ),
                ),
                (
                    "multiplier",
                    ConstantArray(
                        "multiplier",
                        scales.multipliers[:1] if same else dsp.even(scales.multipliers),
                        "Q0.31",
                    ),
                ),
                ("depth", layer.depth),
                ("outputs", layer.out_channels),
                ("chunk", dsp.chunk_of(layer.weights, target.replaceable)),
                ("round", 2 * scaling.zero_point + 1),
                ("multiplier_step", int(not same)),
                ("min", scaling.minimum),
                ("max", scaling.maximum),
            ),
        )
        return Call(self.function, params, self.scratch(layer), self.overlaps(layer))

    def overlaps(self, layer: Dense) -> tuple[Overlap, ...]:
        """The row is widened before anything is written: any address of the output will do."""
        return (Overlap(min_input_offset=-layer.inputs[0].bytes, in_place=True),)


class FullyConnectedRawDsp(FullyConnectedDsp):
    """One row, four outputs at a time, widened on the fly: no scratch, two instructions more per 16 MACs."""

    name: ClassVar[str] = "fully_connected_raw_dsp"
    code_bytes: ClassVar[int] = 800
    function: ClassVar[str] = "tkd_fully_connected_raw_dsp_s8"
    per_mac: ClassVar[float] = 1.5

    def has_room(self, layer: Dense, target: Target) -> bool:
        return layer.depth % 4 == 0

    def scratch(self, layer: Dense) -> int:
        return 0

    def overlaps(self, layer: Dense) -> tuple[Overlap, ...]:
        return ()


KERNELS = (DenseDsp(), FullyConnectedDsp(), FullyConnectedRawDsp())
