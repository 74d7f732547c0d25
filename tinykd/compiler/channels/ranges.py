"""The values that each channel of each tensor can take, by interval arithmetic from the model's inputs on.

A model's input can hold any int8. Every bound is of the integers that are computed, rounding included, so
it holds for every input; it is not always reached, as the values of a channel are taken to vary on their own.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tinykd.compiler.channels.multiplying import (
    Multiplying,
    in_depth,
    is_multiplying,
    outside_reads_as,
    read_of,
    weights_of,
)
from tinykd.compiler.channels.operand_channels import OperandChannels
from tinykd.compiler.channels.rescaled import added, requantized
from tinykd.compiler.layer import Layer
from tinykd.compiler.lowering.lower import Lowering
from tinykd.compiler.ops.add import Add
from tinykd.compiler.ops.common.movement import Movement
from tinykd.compiler.ops.pooling import Pool
from tinykd.compiler.ops.unary import Lookup
from tinykd.graph.ir import DType, Tensor
from tinykd.graph.quantize import INT8_MAX, INT8_MIN

Values = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class ChannelRange:
    """``low`` <= value <= ``high``, each (channels,)."""

    low: Values
    high: Values

    @classmethod
    def any(cls, channels: int) -> "ChannelRange":
        return cls(np.full(channels, INT8_MIN, np.int64), np.full(channels, INT8_MAX, np.int64))

    @classmethod
    def all_of(cls, ranges: list["ChannelRange"], channels: int) -> "ChannelRange":
        """What any channel of any of ``ranges`` can hold, for each of ``channels``."""
        low, high = min(int(r.low.min()) for r in ranges), max(int(r.high.max()) for r in ranges)
        return cls(np.full(channels, low, np.int64), np.full(channels, high, np.int64))

    @property
    def constant(self) -> NDArray[np.bool_]:
        """Which channels have one value only."""
        return np.asarray(self.low == self.high)

    def taken(self, index: Values) -> "ChannelRange":
        return ChannelRange(self.low[index], self.high[index])

    def clamped(self, low: int, high: int) -> "ChannelRange":
        return ChannelRange(self.low.clip(low, high), self.high.clip(low, high))

    def with_value(self, value: int | None) -> "ChannelRange":
        """Widened so that every channel can be ``value`` as well."""
        if value is None:
            return self
        return ChannelRange(np.minimum(self.low, value), np.maximum(self.high, value))


@dataclass
class Ranges:
    """Of every int8 tensor that owns bytes, by its index. ``of`` gives those of an operand."""

    operands: OperandChannels
    known: dict[int, ChannelRange] = field(default_factory=dict)

    def of(self, tensor: Tensor, depth: int) -> ChannelRange:
        """(depth,) of the rows of ``depth`` values of int8 ``tensor``."""
        value = self.operands.lowering.value(tensor)
        if value is not None:
            rows = value.astype(np.int64).reshape(-1, depth)
            return ChannelRange(rows.min(axis=0), rows.max(axis=0))
        known = self.known.get(self.operands.root(tensor))
        if known is None or not known.low.size:
            return ChannelRange.any(depth)
        index = self.operands.channel_of(tensor, depth)
        return known.taken(index) if index is not None else ChannelRange.all_of([known], depth)


def ranges_of(lowering: Lowering) -> Ranges:
    """What the layers of ``lowering`` can compute."""
    ranges = Ranges(OperandChannels(lowering))
    for layer in lowering.layers:
        for tensor in layer.outputs:
            if tensor.dtype is DType.INT8 and tensor.shape and tensor.elements:
                ranges.known[tensor.index] = _output(layer, tensor.shape[-1], ranges)
    return ranges


def sums_of(layer: Multiplying, inputs: ChannelRange) -> ChannelRange:
    """(outputs,) the accumulators, bias included; ``inputs`` (depth,)."""
    weights, read = weights_of(layer), read_of(layer)
    seen = inputs.with_value(outside_reads_as(layer))
    up, down = np.maximum(weights, 0).sum(axis=1), np.minimum(weights, 0).sum(axis=1)  # (outputs, depth)
    low = (up * seen.low[read] + down * seen.high[read]).sum(axis=1)
    high = (up * seen.high[read] + down * seen.low[read]).sum(axis=1)
    return ChannelRange(layer.bias + low, layer.bias + high)


def _output(layer: Layer, channels: int, ranges: Ranges) -> ChannelRange:
    """(channels,) of the output of ``layer``."""
    if is_multiplying(layer):
        return _multiplied(layer, ranges)  # type: ignore[arg-type]
    match layer:
        case Add():
            a, b = (ranges.of(t, channels) for t in layer.inputs)
            return ChannelRange(added(layer.scale, a.low, b.low), added(layer.scale, a.high, b.high))
        case Pool():
            return ranges.of(layer.inputs[0], channels).clamped(*layer.limits)
        case Lookup():
            return _looked_up(layer, ranges.of(layer.inputs[0], channels))
        case Movement():
            return _moved(layer, channels, ranges)
    return ChannelRange.any(channels)


def _multiplied(layer: Multiplying, ranges: Ranges) -> ChannelRange:
    sums = sums_of(layer, ranges.of(layer.inputs[0], in_depth(layer)))
    return ChannelRange(*requantized(layer.requantization, sums.low, sums.high))


def _looked_up(layer: Lookup, inputs: ChannelRange) -> ChannelRange:
    by_value = np.roll(layer.table.astype(np.int64), 128)  # of -128, -127, …, 127
    spans = [by_value[a + 128 : b + 129] for a, b in zip(inputs.low, inputs.high, strict=True)]
    return ChannelRange(np.array([s.min() for s in spans]), np.array([s.max() for s in spans]))


def _moved(layer: Movement, channels: int, ranges: Ranges) -> ChannelRange:
    """Any value of any operand, and what fills the rest."""
    found = [ranges.of(t, t.shape[-1] if t.shape else 1) for t in layer.inputs if t.elements]
    if layer.fill is not None or not found:
        fill = np.array([(((layer.fill or 0) + 128) & 0xFF) - 128], np.int64)
        found.append(ChannelRange(fill, fill))
    return ChannelRange.all_of(found, channels)
