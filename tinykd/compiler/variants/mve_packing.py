"""Layouts that the Helium kernels read: channels in groups of a vector's lanes, zero-padded."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.compiler.kernel import ConstantArray, Struct
from tinykd.compiler.ops.common.convolution import Requantization

# VMULLB and VMULLT deliver the products of even and of odd lanes: so stand each eight channels' constants.
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
