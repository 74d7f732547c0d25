"""Channels that cannot vary: written without weights, and folded into the biases of what reads them.

A channel whose output is one value for every input keeps its place and gives that value from its bias.
What reads it takes value * weight into its own bias; where some taps lie outside of the image, only if the
value is the zero point, which they read. No bound on a sum grows: |bias + value * w| <= |bias| + 128 * |w|.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tinykd.compiler.channels.multiplying import (
    Multiplying,
    in_depth,
    is_multiplying,
    outside_reads_as,
    read_of,
    weights_of,
    with_weights,
)
from tinykd.compiler.channels.ranges import ChannelRange, ranges_of
from tinykd.compiler.lowering.lower import Lowering
from tinykd.compiler.ops.common.convolution import Requantization
from tinykd.compiler.ops.common.gemmlowp import INT32_MAX, multiply_by_quantized_multiplier

# A factor of 2**-7, exact on multiples of 128: multiplier / 2**31 * 2**shift.
MULTIPLIER, SHIFT, STEP = 1 << 30, -6, 128
UNKNOWN = 1 << 40  # no int32
Values = NDArray[np.int64]


def fold_constants(lowering: Lowering) -> bool:
    """Rewrites ``lowering.layers`` in place; whether anything changed."""
    ranges, changed = ranges_of(lowering), False
    for place, layer in enumerate(lowering.layers):
        if not is_multiplying(layer):
            continue
        before: Multiplying = layer  # type: ignore[assignment]
        inputs = ranges.of(before.inputs[0], in_depth(before))
        after = _without_weights(_folded(before, inputs), ranges.known[before.outputs[0].index])
        if after is not before:
            lowering.layers[place], changed = after, True
    return changed


def _folded(layer: Multiplying, inputs: ChannelRange) -> Multiplying:
    """``layer`` with the weights of constant inputs in its bias."""
    weights, read, outside = weights_of(layer), read_of(layer), outside_reads_as(layer)
    constant = inputs.constant & ((inputs.low == outside) if outside is not None else True)
    folded = constant[read] & weights.any(axis=1)  # (outputs, depth)
    if not folded.any():
        return layer
    bias = layer.bias + (folded * inputs.low[read] * weights.sum(axis=1)).sum(axis=1)
    return with_weights(layer, np.where(folded[:, np.newaxis, :], 0, weights), bias)


def _without_weights(layer: Multiplying, outputs: ChannelRange) -> Multiplying:
    """``layer`` with each constant output made of its bias alone."""
    offset = outputs.low - layer.requantization.zero_point
    scaling, bias = _scaled(layer.requantization, offset, outputs.constant)
    constant, weights = bias != UNKNOWN, weights_of(layer)
    bias = np.where(constant, bias, layer.bias)
    if scaling is layer.requantization and (bias == layer.bias).all() and not weights[constant].any():
        return layer
    weights[constant] = 0
    return replace(with_weights(layer, weights, bias), requantization=scaling)


def _scaled(r: Requantization, offset: Values, constant: NDArray[np.bool_]) -> tuple[Requantization, Values]:
    """The scales, and (channels,) the biases that they turn into ``offset``; UNKNOWN unless ``constant``."""
    if r.multipliers.size != offset.size:
        found = [_bias_for(r, o) if c else UNKNOWN for o, c in zip(offset.tolist(), constant, strict=True)]
        return r, np.array(found, np.int64)
    bias = np.where(constant, offset * STEP, UNKNOWN)
    multipliers = np.where(constant, MULTIPLIER, r.multipliers).astype(np.int32)
    shifts = np.where(constant, SHIFT, r.shifts).astype(np.int8)
    if (multipliers == r.multipliers).all() and (shifts == r.shifts).all():
        return r, bias
    return replace(r, multipliers=multipliers, shifts=shifts), bias


def _bias_for(r: Requantization, offset: int) -> int:
    """A sum that the one scale of ``r`` makes ``offset`` of; UNKNOWN if none is near the quotient."""
    multiplier, shift = int(r.multipliers[0]), int(r.shifts[0])
    near = round(offset * 2.0 ** (31 - shift) / multiplier) if multiplier else 0
    if abs(near) << max(shift, 0) > INT32_MAX:
        return UNKNOWN
    return near if multiply_by_quantized_multiplier(near, multiplier, shift) == offset else UNKNOWN
