"""Layouts that the Helium kernels read: channels in groups of a vector's lanes, zero-padded."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.compiler.kernel import ConstantArray, CValue, Struct, Symbol
from tinykd.compiler.ops.common.convolution import Requantization
from tinykd.compiler.ops.common.residual import Residual, residual_fields

SHORT = 64  # values of a row that stays in vector registers
EVEN_ODD = np.array([0, 2, 4, 6, 1, 3, 5, 7])


def padded(values: NDArray[Any], multiple: int, axis: int = 0) -> NDArray[Any]:
    """``values`` with zeros appended along ``axis`` up to a multiple."""
    extra = -values.shape[axis] % multiple
    widths = [(0, extra if i == axis else 0) for i in range(values.ndim)]
    return np.pad(values, widths)


def dense_weights(weights: NDArray[Any]) -> NDArray[Any]:
    """int8 (outputs, depth) as [outputs / 4][depth / 16][4][16]."""
    full = padded(padded(weights, 4), 16, axis=1)
    return np.ascontiguousarray(full.reshape(full.shape[0] // 4, 4, -1, 16).transpose(0, 2, 1, 3))


def paired_weights(weights: NDArray[Any]) -> NDArray[Any]:
    """int8 (outputs, depth) as [outputs / 4][outputs 0 and 2, then 1 and 3][depth / 16][2][16]."""
    full = padded(padded(weights, 4), 16, axis=1)
    fours = full.reshape(full.shape[0] // 4, 2, 2, -1, 16)  # [four][0/1, 2/3][of a pair][depth / 16][16]
    return np.ascontiguousarray(fours.transpose(0, 2, 3, 1, 4))


def lanes(bias: NDArray[Any], r: Requantization) -> NDArray[np.int32]:
    """``tkd_mve_matrix.lanes``: (outputs / 4, 9) words."""
    multipliers, shifts = per_channel(r, bias.shape[0])
    words = padded(bias, 4).reshape(-1, 4), padded(multipliers, 4).reshape(-1, 4)
    bytes_ = np.ascontiguousarray(padded(shifts.astype(np.int8), 4)).view("<i4").reshape(-1, 1)
    return np.concatenate([*words, bytes_], axis=1).astype(np.int32)


def is_relu(r: Requantization, residual: Residual | None) -> bool:
    """Whether negative sums all become the minimum, and nothing is shifted to the left."""
    return residual is None and r.minimum >= r.zero_point and bool(r.shifts.max() <= 0)


def rows_kind(rows: int, depth: int) -> str:
    """Which ``tkd_mve_rows`` multiplies ``rows`` rows of ``depth`` values."""
    if depth <= SHORT:
        return str(-(-depth // 16) * 16)
    return "3" if rows >= 3 else "1"


def matrix_struct(
    weights: NDArray[Any],
    bias: NDArray[Any],
    rows: int,
    depth: int,
    scaling: Requantization,
    residual: Residual | None,
) -> Struct:
    """``tkd_mve_matrix`` of int8 ``weights`` (outputs, at most depth) for rows that are ``depth`` apart."""
    kind = rows_kind(rows, depth)
    relu = "relu_" if is_relu(scaling, residual) and weights.shape[0] % 4 == 0 else ""
    packed = paired_weights(weights) if kind == "3" else dense_weights(weights)
    note = "[out / 4][2][in / 16][2][16]" if kind == "3" else "[out / 4][in / 16][4][16]"
    fields: tuple[tuple[str, CValue], ...] = (
        ("weights", ConstantArray("weights", packed, note)),
        (
            "lanes",
            ConstantArray("lanes", lanes(bias, scaling), "by four: bias, multiplier, shift", packed=True),
        ),
        ("function", Symbol(f"tkd_mve_rows_{relu}{kind}")),
        ("depth", depth),
        ("outputs", weights.shape[0]),
        ("stride", depth),
        ("zero_point", scaling.zero_point),
        ("min", scaling.minimum),
        ("max", scaling.maximum),
        ("left", int(scaling.shifts.max() > 0)),
        *residual_fields(residual),
    )
    return Struct("tkd_mve_matrix", fields)


def for_any_scales(matrix: Struct) -> Struct:
    """``matrix`` with the function that takes any scales and zero points."""
    fields = tuple(
        (name, Symbol(value.name.replace("relu_", "")) if isinstance(value, Symbol) else value)
        for name, value in matrix.fields
    )
    return replace(matrix, fields=fields)


def with_stride(matrix: Struct, stride: int) -> Struct:
    """``matrix`` for rows that are ``stride`` bytes apart."""
    fields = tuple((name, stride if name == "stride" else value) for name, value in matrix.fields)
    return replace(matrix, fields=fields)


def depthwise_weights(weights: NDArray[Any]) -> NDArray[Any]:
    """int8 (channels, kernel_h, kernel_w) as [channels / 8][y][x][8]."""
    full = padded(weights, 8)
    return np.ascontiguousarray(full.reshape(-1, 8, *weights.shape[1:]).transpose(0, 2, 3, 1))


def even_odd(values: NDArray[Any]) -> NDArray[Any]:
    """Per-channel ``values`` padded to eight, each eight in the order ``EVEN_ODD``."""
    return np.ascontiguousarray(padded(values, 8).reshape(-1, 8)[:, EVEN_ODD].reshape(-1))


def lanes_requant(multipliers: NDArray[Any], shifts: NDArray[Any], r: Requantization) -> Struct:
    """``tkd_requant`` with one multiplier and one shift per lane."""
    return Struct(
        "tkd_requant",
        (
            ("multiplier", ConstantArray("multiplier", multipliers, "Q0.31, by lane")),
            ("shift", ConstantArray("shift", shifts, "positive = left, by lane", align=1)),
            ("step", 1),
            ("zero_point", r.zero_point),
            ("min", r.minimum),
            ("max", r.maximum),
        ),
    )


def per_channel(r: Requantization, channels: int) -> tuple[NDArray[np.int32], NDArray[np.int8]]:
    """The multipliers and shifts, one for each of ``channels``."""
    return np.broadcast_to(r.multipliers, (channels,)), np.broadcast_to(r.shifts, (channels,))


def fits(r: Requantization) -> bool:
    """Whether every channel is scaled down: the kernels have no shift to the left."""
    return bool(r.shifts.max() <= 0)
