"""A residual ADD computed in the epilogue of the convolution that feeds it, and fields that kernels share.

The fused epilogue first rounds to the convolution's int8 output, then adds exactly as ADD does
(kernels/internal/reference/integer_ops/add.h, ``AddFunc``), so the bytes are those of the separate ops.
"""

from dataclasses import dataclass

import numpy as np

from tinykd.compiler.kernel import ConstantArray, CValue, Overlap, Pointer, Struct
from tinykd.compiler.ops.common.access import interleaved_min_input_offset
from tinykd.compiler.ops.common.convolution import Requantization
from tinykd.graph.quantize import Multiplier

LEFT_SHIFT = 20  # of both operands, int8


@dataclass(frozen=True)
class Operand:
    """One operand of ADD: (q - zero_point) << 20, times multiplier (shift <= 0)."""

    zero_point: int
    scale: Multiplier


@dataclass(frozen=True)
class Residual:
    """ADD of ``own`` (the convolution's int8 result) and ``other`` (the second input), requantized and
    clamped."""

    own: Operand
    other: Operand
    output: Operand
    minimum: int
    maximum: int


def add_fields(add: Residual) -> Struct:
    """The constants of ``tkd_add_params``."""
    fields: list[tuple[str, CValue]] = []
    for prefix, operand in (("a", add.own), ("b", add.other), ("out", add.output)):
        fields += [
            (f"{prefix}_zero_point", operand.zero_point),
            (f"{prefix}_multiplier", operand.scale.value),
            (f"{prefix}_shift", operand.scale.shift),
        ]
    return Struct("tkd_add_scale", (*fields, ("min", add.minimum), ("max", add.maximum)))


def addend_overlap(rows: int, channels: int, block: int) -> Overlap:
    """The addend of a kernel that writes ``block`` rows of outputs in any order: each is read, then
    written."""
    starts = np.arange(0, rows, block, dtype=np.int64)
    ends = np.minimum(starts + block, rows)
    return Overlap(
        min_input_offset=interleaved_min_input_offset(starts * channels, ends * channels - 1), in_place=True
    )


def residual_fields(residual: Residual | None) -> tuple[tuple[str, CValue], ...]:
    """The field ``add``, a pointer that is NULL where there is none."""
    return (("add", Pointer(add_fields(residual) if residual else None)),)


def requant_fields(r: Requantization) -> tuple[tuple[str, CValue], ...]:
    """The field ``out`` of type ``tkd_requant``."""
    return (
        (
            "out",
            Struct(
                "tkd_requant",
                (
                    ("multiplier", ConstantArray("multiplier", r.multipliers, "Q0.31")),
                    ("shift", ConstantArray("shift", r.shifts, "positive = left", align=1)),
                    ("step", int(r.per_channel)),
                    ("zero_point", r.zero_point),
                    ("min", r.minimum),
                    ("max", r.maximum),
                ),
            ),
        ),
    )
