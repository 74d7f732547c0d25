"""Takes channels that no weight reads out of the tensors that hold them and the layers that write them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.compiler.channels.equal import EqualChannels, equal_channels
from tinykd.compiler.channels.groups import Groups, Mask, groups_of
from tinykd.compiler.channels.multiplying import in_depth
from tinykd.compiler.channels.ranges import Ranges, ranges_of
from tinykd.compiler.layer import Layer
from tinykd.compiler.lowering.lower import Lowering
from tinykd.compiler.ops.common.convolution import Requantization
from tinykd.compiler.ops.conv_2d import Conv2D
from tinykd.compiler.ops.depthwise_conv_2d import DepthwiseConv2D
from tinykd.compiler.ops.fully_connected import Dense
from tinykd.compiler.ops.pooling import Pool
from tinykd.graph.ir import Tensor

Index = NDArray[np.int64]


@dataclass(frozen=True)
class Removed:
    """Channels that one layer computes no more, by why nothing reads them."""

    layer: str
    channels: int  # that it had
    constant: int = 0
    equal: int = 0
    unread: int = 0

    @property
    def total(self) -> int:
        return self.constant + self.equal + self.unread


@dataclass(frozen=True, eq=False)
class Removal:
    """What each layer lost; how many channels each smaller tensor had, and which it kept, by its index."""

    removed: tuple[Removed, ...] = ()
    before: Mapping[int, int] = field(default_factory=dict)
    kept: Mapping[int, Index] = field(default_factory=dict)


def remove_unread(lowering: Lowering) -> Removal:
    """Rewrites ``lowering.layers`` in place."""
    groups = groups_of(lowering)
    kept = {g: _kept(unread) for g, unread in groups.unread.items() if unread.any() and unread.size > 1}
    if not kept:
        return Removal()
    why = _Why(groups, kept, ranges_of(lowering), equal_channels(lowering))
    removed = tuple(r for layer in lowering.layers for r in why.removed(layer))
    smaller = _Smaller(groups, kept)
    lowering.layers = [smaller.layer(layer) for layer in lowering.layers]
    smaller_ones = [t for t in groups.operands.owners.values() if groups.of(t) in kept]
    before = {t.index: t.shape[-1] for t in smaller_ones}
    return Removal(removed, before, {t.index: kept[groups.of(t)] for t in smaller_ones})


def _kept(unread: Mask) -> Index:
    """The channels that stay: one at least."""
    stay = np.flatnonzero(~unread)
    return stay if stay.size else np.zeros(1, np.int64)


@dataclass(frozen=True, eq=False)
class _Why:
    """Why nothing reads the channels that are not ``kept``, by group."""

    groups: Groups
    kept: dict[int, Index]
    ranges: Ranges
    equal: EqualChannels

    def removed(self, layer: Layer) -> Iterator[Removed]:
        if not isinstance(layer, Conv2D | Dense | DepthwiseConv2D):
            return
        (output,), channels = layer.outputs, layer.out_channels
        kept = self.kept.get(self.groups.of(output))
        if kept is None:
            return
        gone = np.setdiff1d(np.arange(channels), kept)
        constant = self.ranges.known[output.index].constant[gone]
        equal = ~constant & (self.equal.firsts[output.index][gone] != gone)
        counts = int(constant.sum()), int(equal.sum())
        yield Removed(layer.name, channels, *counts, gone.size - sum(counts))


@dataclass(frozen=True, eq=False)
class _Smaller:
    """Layers and tensors without the channels that are not ``kept``, by group."""

    groups: Groups
    kept: dict[int, Index]

    def layer(self, layer: Layer) -> Layer:
        inputs, outputs = (tuple(self.tensor(t) for t in ts) for ts in (layer.inputs, layer.outputs))
        if inputs == layer.inputs and outputs == layer.outputs:
            return layer
        common = {"inputs": inputs, "outputs": outputs}
        match layer:
            case Pool():
                return replace(layer, **common, channels=outputs[0].shape[-1])  # type: ignore[arg-type]
            case DepthwiseConv2D():
                own = self._outputs(layer)
                return replace(layer, **common, **_rows(layer, own), in_channels=own.size)  # type: ignore[arg-type]
            case Conv2D() | Dense():
                return self._convolution(layer, common)
        return replace(layer, **common)  # type: ignore[arg-type]

    def _convolution(self, layer: Conv2D | Dense, common: dict[str, tuple[Tensor, ...]]) -> Layer:
        columns = self._inputs(layer)
        fields = _rows(layer, self._outputs(layer))
        fields["weights"] = np.ascontiguousarray(fields["weights"][..., columns])
        if isinstance(layer, Conv2D):
            fields["in_channels"] = columns.size if layer.groups == 1 else layer.in_channels
        return replace(layer, **common, **fields)  # type: ignore[arg-type]

    def _outputs(self, layer: Conv2D | Dense | DepthwiseConv2D) -> Index:
        """Which outputs of ``layer`` stay."""
        return self.kept.get(self.groups.of(layer.outputs[0]), np.arange(layer.out_channels))

    def _inputs(self, layer: Conv2D | Dense) -> Index:
        """Which of the values that ``layer`` reads stay."""
        depth, kept = in_depth(layer), self.kept.get(self.groups.of(layer.inputs[0]))
        channel = self.groups.operands.channel_of(layer.inputs[0], depth)
        if kept is None or channel is None:
            return np.arange(int(layer.weights.shape[-1]))
        return np.flatnonzero(np.isin(channel, kept))

    def tensor(self, tensor: Tensor) -> Tensor:
        kept = self.kept.get(self.groups.of(tensor))
        if kept is None or self.groups.operands.is_constant(tensor):
            return tensor
        channels = self.groups.operands.channels(tensor)
        return replace(tensor, shape=(*tensor.shape[:-1], tensor.shape[-1] // channels * kept.size))


def _rows(layer: Conv2D | Dense | DepthwiseConv2D, rows: Index) -> dict[str, Any]:
    """The fields of ``layer`` that are by output, those of ``rows``."""
    return {
        "weights": layer.weights[rows],
        "bias": layer.bias[rows],
        "requantization": _scales(layer.requantization, rows),
    }


def _scales(r: Requantization, rows: Index) -> Requantization:
    if not r.per_channel:
        return r
    return replace(r, multipliers=r.multipliers[rows], shifts=r.shifts[rows])
