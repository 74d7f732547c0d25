"""Channels that equal another one for every input: what reads both adds up their weights and reads one.

Equal are channels of one layer with the same weights, bias and scale on inputs that are equal. Their weights
are added up only where the sums are weights again, in [-127, 127].
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tinykd.compiler.channels.multiplying import (
    Multiplying,
    in_depth,
    is_multiplying,
    read_of,
    weights_of,
    with_weights,
)
from tinykd.compiler.channels.operand_channels import OperandChannels
from tinykd.compiler.layer import Layer
from tinykd.compiler.lowering.lower import Lowering
from tinykd.compiler.ops.add import Add
from tinykd.compiler.ops.conv_2d import Conv2D
from tinykd.compiler.ops.pooling import Pool
from tinykd.compiler.ops.unary import Lookup
from tinykd.graph.ir import DType, Tensor

LARGEST_WEIGHT = 127
Firsts = NDArray[np.int64]  # (channels,) the first channel that each one equals


@dataclass
class EqualChannels:
    """Of every int8 tensor that owns bytes, by its index."""

    operands: OperandChannels
    firsts: dict[int, Firsts] = field(default_factory=dict)

    def of(self, tensor: Tensor, depth: int) -> Firsts:
        """(depth,) of the rows of ``depth`` values of ``tensor``: the first value that each one equals."""
        own = np.arange(depth, dtype=np.int64)
        channel = None if self.operands.is_constant(tensor) else self.operands.channel_of(tensor, depth)
        known = self.firsts.get(self.operands.root(tensor))
        if channel is None or known is None:
            return own
        return own - channel + known[channel]  # of the same pixel


def equal_channels(lowering: Lowering) -> EqualChannels:
    """Which channels of each tensor are equal."""
    equal = EqualChannels(OperandChannels(lowering))
    for layer in lowering.layers:
        for tensor in layer.outputs:
            if tensor.dtype is DType.INT8 and tensor.shape:
                equal.firsts[tensor.index] = _firsts(_keys(layer, tensor.shape[-1], equal))
    return equal


def _firsts(keys: list[object]) -> Firsts:
    seen: dict[object, int] = {}
    return np.array([seen.setdefault(key, i) for i, key in enumerate(keys)], np.int64)


def _keys(layer: Layer, channels: int, equal: EqualChannels) -> list[object]:
    """For each channel of the output what it is made of: equal where its values are."""
    if is_multiplying(layer):
        return _made_of(layer, equal)  # type: ignore[arg-type]
    match layer:
        case Add():
            return list(zip(*(equal.of(t, channels).tolist() for t in layer.inputs), strict=True))
        case Pool() | Lookup():
            return list(equal.of(layer.inputs[0], channels).tolist())
    return list(range(channels))


def _made_of(layer: Multiplying, equal: EqualChannels) -> list[object]:
    weights, r = weights_of(layer), layer.requantization
    inputs = equal.of(layer.inputs[0], in_depth(layer))[read_of(layer)]  # (outputs, depth)
    used = np.where(weights.any(axis=1), inputs, -1)  # with weights of 0 any input will do
    multipliers, shifts = (np.broadcast_to(a, layer.bias.shape) for a in (r.multipliers, r.shifts))
    scales = zip(layer.bias.tolist(), multipliers.tolist(), shifts.tolist(), strict=True)
    return [(w.tobytes(), i.tobytes(), *s) for w, i, s in zip(weights, used, scales, strict=True)]


def merge_equal(lowering: Lowering) -> bool:
    """Rewrites ``lowering.layers`` in place; whether anything changed."""
    equal, changed = equal_channels(lowering), False
    for place, layer in enumerate(lowering.layers):
        if not is_multiplying(layer) or (isinstance(layer, Conv2D) and layer.groups > 1):
            continue
        before: Multiplying = layer  # type: ignore[assignment]
        after = _merged(before, equal.of(before.inputs[0], in_depth(before)))
        if after is not before:
            lowering.layers[place], changed = after, True
    return changed


def _merged(layer: Multiplying, firsts: Firsts) -> Multiplying:
    """``layer`` with the weights of each value added to those of the first that it equals."""
    weights = weights_of(layer)
    if weights.shape[2] != firsts.size:  # depthwise: one input channel for each output
        return layer
    later = [d for d in np.flatnonzero(firsts != np.arange(firsts.size)) if weights[:, :, d].any()]
    moved = False
    for d in later:
        total = weights[:, :, firsts[d]] + weights[:, :, d]
        if np.abs(total).max() <= LARGEST_WEIGHT:
            weights[:, :, firsts[d]], weights[:, :, d] = total, 0
            moved = True
    return with_weights(layer, weights, layer.bias.astype(np.int64)) if moved else layer
