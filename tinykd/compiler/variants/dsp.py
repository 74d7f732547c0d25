"""Packing for the kernels in firmware/kernels/arm_dsp: pairs of channels in one word, biases, rounding.

Layouts and arithmetic are described, and proved, in ``tkd_dsp.h`` and ``tkd_dsp_gemm.h``. The assumptions
of those kernels are checked here: ``filters_fit`` is whether a layer's weights and scales meet them.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.compiler.core import Core, Target
from tinykd.compiler.kernel import ConstantArray, CValue, Limit, Pointer, Struct
from tinykd.compiler.ops.common.access import Window
from tinykd.compiler.ops.common.convolution import Requantization
from tinykd.compiler.ops.common.residual import Residual
from tinykd.graph.quantize import Multiplier

SUM_LIMIT = 1 << 23  # |accumulator| below this: the odd channel of a pair is held in bits 8..31
MOST_OF_ANY = 508  # values of k: 508 * 128 * 128 < SUM_LIMIT
PIXELS = 3  # TKD_DSP_PIXELS
MOST_E = 22  # 255 << MOST_E is an int32

Words = NDArray[np.int32]


def dsp_target(target: Target) -> bool:
    """Cores whose best kernels these are."""
    return target.core in (Core.CORTEX_M4, Core.CORTEX_M7, Core.CORTEX_M33)


def largest_sums(weights: NDArray[Any], bias: NDArray[Any]) -> NDArray[np.int64]:
    """A bound on |accumulator| of each channel; weights (channels, k), bias with the zero point folded in."""
    reach = np.abs(weights.astype(np.int64)).sum(axis=1) * 128
    return np.asarray(reach + np.abs(bias.astype(np.int64)))


@dataclass(frozen=True, eq=False)
class Scales:
    """Per channel: the multiplier, and e = right shift - 1 in [0, 22]."""

    multipliers: Words
    e: Words


def scales_of(scaling: Requantization, channels: int) -> Scales:
    """The kernels' scales. Channels whose output is always the zero point get a multiplier of 0.

    |sum| < 2**23 shifted right by 24 or more rounds to 0.
    """
    multipliers = np.broadcast_to(scaling.multipliers, channels).astype(np.int64)
    right = -np.broadcast_to(scaling.shifts, channels).astype(np.int64)
    nothing = (multipliers == 0) | (right >= 24)
    return Scales(
        np.where(nothing, 0, multipliers).astype(np.int32), np.where(nothing, 0, right - 1).astype(np.int32)
    )


def filter_limits(
    weights: NDArray[Any], bias: NDArray[Any], scaling: Requantization
) -> tuple[Limit, Limit, Limit]:
    """Weights fit into pairs, sums into 24 bits, and every channel is scaled down by at least one bit."""
    flat = weights.reshape(weights.shape[0], -1)
    least, wide = int(flat.min()), int((largest_sums(flat, bias) >= SUM_LIMIT).sum())
    large = int((scales_of(scaling, flat.shape[0]).e < 0).sum())
    return (
        Limit(least >= -127, "weights of -128"),
        Limit(not wide, f"{wide} of {flat.shape[0]} channels have sums that may reach 2**23"),
        Limit(not large, f"{large} of {flat.shape[0]} channels have factors of 1/2 and above"),
    )


def shape_limits(groups: int, window: Window) -> tuple[Limit, Limit]:
    """One group, and neighbouring taps."""
    dilation = (window.dilation_h, window.dilation_w)
    return (
        Limit(groups == 1, f"{groups} groups"),
        Limit(dilation == (1, 1), f"dilation {dilation[0]}x{dilation[1]}"),
    )


def depthwise_3x3_limits(window: Window, multiplier: int) -> tuple[Limit, ...]:
    """One output channel for each input channel; three rows and columns of neighbouring taps."""
    kernel, one = (window.kernel_h, window.kernel_w), f"{multiplier} outputs per channel"
    return (
        Limit(multiplier == 1, one),
        Limit(kernel == (3, 3), f"a kernel of {kernel[0]}x{kernel[1]}"),
        shape_limits(1, window)[1],
    )


def filters_fit(weights: NDArray[Any], bias: NDArray[Any], scaling: Requantization) -> bool:
    """Whether all of ``filter_limits`` hold."""
    return all(limit.holds for limit in filter_limits(weights, bias, scaling))


def dots_fit(weights: NDArray[Any], bias: NDArray[Any], scaling: Requantization) -> bool:
    """As ``filters_fit`` for FULLY_CONNECTED, which adds up sums of chunks of k."""
    if filters_fit(weights, bias, scaling):
        return True
    right = -np.asarray(scaling.shifts)
    return (
        int(weights.min()) >= -127
        and weights.shape[1] < 1 << 16
        and int(largest_sums(weights, bias).max()) < 1 << 29
        and int(np.abs(bias).max()) < SUM_LIMIT
        and bool(((right >= 1) & (right < 24)).all())
    )


def chunk_of(weights: NDArray[Any], replaceable: bool) -> int:
    """The most values of k, a multiple of four, of which every channel's sum stays below ``SUM_LIMIT``; of
    any weights where they are ``replaceable``."""
    depth = -(-int(weights.shape[1]) // 4) * 4
    if replaceable:
        return min(depth, MOST_OF_ANY)
    reach = np.abs(weights.astype(np.int64)) * 128
    if int(reach.sum(axis=1).max()) < SUM_LIMIT:
        return depth
    return MOST_OF_ANY


def bias_words(bias: NDArray[Any], scales: Scales) -> Words:
    """(bias << 8) | e."""
    return ((bias.astype(np.int64) << 8) | scales.e).astype(np.int32)


def pair_words(weights: NDArray[Any]) -> Words:
    """(channels, k) int8 to (pairs, words): lane i of a word is w_even[k_i] + 256 * w_odd[k_i].

    Channels are filled up to an even number, k to a multiple of four. Lanes go (k0, k2), (k1, k3), as SXTB16
    unpacks.
    """
    channels, depth = weights.shape
    full = np.zeros((channels + channels % 2, -(-depth // 4) * 4), np.int64)
    full[:channels, :depth] = weights
    lanes = (full[0::2] + 256 * full[1::2]).reshape(
        full.shape[0] // 2, -1, 2, 2
    )  # [pair][k // 4][k // 2 % 2][k % 2]
    low, high = lanes[:, :, 0, :], lanes[:, :, 1, :]
    return np.ascontiguousarray(((high << 16) | (low & 0xFFFF)).reshape(full.shape[0] // 2, -1)).astype(
        np.int32
    )


def even(values: Words) -> Words:
    """With a 0 at the end where there is an odd number."""
    return np.concatenate([values, np.zeros(values.size % 2, np.int32)])


def _pairs(values: Words) -> Words:
    """Per channel to (pairs, 2), odd channel first."""
    return even(values).reshape(-1, 2)[:, ::-1]


def gemm_stream(words: Words, bias: NDArray[Any], scales: Scales) -> Words:
    """The stream of tkd_dsp_gemm.h; words: (pairs, words of each)."""
    biases = _pairs(bias_words(bias, scales))
    parts = biases[:, :1], words, biases[:, 1:], _pairs(scales.multipliers)
    return np.concatenate(parts, axis=1).reshape(-1)


def by_columns(words: Words, weights: NDArray[Any]) -> Words:
    """(pairs, words) of weights (channels, height, width, depth), depth a multiple of 4, in the order of
    tkd_dsp_gemm_3.h: by kernel row, two input channels, kernel column."""
    height, width = weights.shape[1:3]
    split = words.reshape(words.shape[0], height, width, -1).transpose(0, 1, 3, 2)
    return np.ascontiguousarray(split).reshape(words.shape)


def dot_stream(weights: NDArray[Any], bias: NDArray[Any], scales: Scales) -> Words:
    """The stream of tkd_fully_connected_dsp_s8.h: two pairs beside each other, for every four k."""
    words, biases = pair_words(weights), _pairs(bias_words(bias, scales))
    stream: list[Words] = []
    for first in range(0, words.shape[0], 2):
        block = words[first : first + 2].reshape(-1, words.shape[1] // 2, 2)  # [pair][k // 4][2]
        if weights.shape[0] - 2 * first > 2:
            block = block.transpose(1, 0, 2)
        stream += [block.reshape(-1), biases[first : first + 2].reshape(-1)]
    return np.concatenate(stream)


def filters_struct(
    weights: NDArray[Any], bias: NDArray[Any], scaling: Requantization, columns: bool = False
) -> Struct:
    """``tkd_dsp_filters``, with ``columns`` for tkd_dsp_gemm_3."""
    flat = weights.reshape(weights.shape[0], -1)
    words = pair_words(flat)
    ordered = by_columns(words, weights) if columns else words
    stream = gemm_stream(ordered, bias, scales_of(scaling, flat.shape[0]))
    return filters_of(stream, flat.shape[0], flat.shape[1], scaling)


def filters_of(stream: Words, channels: int, depth: int, scaling: Requantization) -> Struct:
    """``tkd_dsp_filters`` of a stream."""
    return Struct(
        "tkd_dsp_filters",
        (
            (
                "weights",
                ConstantArray("weights", stream, "pairs of channels, see tkd_dsp_gemm.h", packed=True),
            ),
            ("channels", channels),
            ("words", words_of(depth)),
            ("round", 2 * scaling.zero_point + 1),
            ("min", scaling.minimum),
            ("max", scaling.maximum),
        ),
    )


def words_of(depth: int) -> int:
    """Words per channel for ``depth`` values of k."""
    return -(-depth // 4) * 2


def tile_bytes(depth: int, channels: int, residual: Residual | None) -> int:
    """Scratch of three pixels, and of their results where they are still to be added to."""
    return words_of(depth) * 4 * PIXELS + (PIXELS * channels if residual else 0)


def one_fits(scale: Multiplier) -> bool:
    """Whether the short requantization takes ``scale`` at any zero point of an output."""
    return -MOST_E - 1 <= scale.shift < 0


def e_of(scale: Multiplier) -> int:
    """Of a ``scale`` that does not fit, any that would."""
    return min(max(-scale.shift - 1, 0), MOST_E)


def add_fits(add: Residual) -> bool:
    """One operand is halved exactly, the other and the sum are scaled down by at least one bit."""
    scales = add.own.scale, add.other.scale
    halved = [s.value == 1 << 30 and s.shift == 0 for s in scales]
    fine = scales[1 - halved.index(True)] if any(halved) else None
    return fine is not None and (all(halved) or fine.shift < 0) and one_fits(add.output.scale)


def add_limit(residual: Residual | None) -> Limit:
    """``add_fits`` where there is a residual ADD."""
    return Limit(residual is None or add_fits(residual), "a residual ADD with unusual scales")


def add_struct(add: Residual) -> Struct:
    """``tkd_dsp_add_scale``; the coarse operand is the one that is halved."""
    swapped = not (add.own.scale.value == 1 << 30 and add.own.scale.shift == 0)
    coarse, fine = (add.other, add.own) if swapped else (add.own, add.other)
    equal = fine.scale.shift == 0  # both halved
    lift = 22 if equal else 21
    shift = 1 if equal else -fine.scale.shift
    e = e_of(add.output.scale)
    fields: tuple[tuple[str, CValue], ...] = (
        ("fine_base", -fine.zero_point << lift),
        ("fine_multiplier", fine.scale.value),
        ("fine_round", 1 << (shift - 1)),
        ("fine_shift", shift),
        ("base", -coarse.zero_point << 20),
        ("multiplier", add.output.scale.value),
        ("round", (2 * add.output.zero_point + 1) << e),
        ("e", e),
        ("min", add.minimum),
        ("max", add.maximum),
        ("lift", lift),
        ("swapped", int(swapped)),
    )
    return Struct("tkd_dsp_add_scale", fields)


def residual_struct(residual: Residual | None) -> tuple[tuple[str, CValue], ...]:
    """The field ``add``, NULL where there is none."""
    return (("add", Pointer(add_struct(residual) if residual else None)),)
