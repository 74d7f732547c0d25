"""Tensors that must lose the same channels, and the channels that they can lose.

ADD, pooling, lookup tables and depthwise convolutions hand each channel on as it is: their operands form
one group. A channel can go from a group if no weight of any layer that multiplies a tensor of it reads that
channel; nothing can go from the model's inputs and outputs, nor from what any other layer reads or writes.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tinykd.compiler.channels.multiplying import in_depth, is_multiplying, weights_of
from tinykd.compiler.channels.operand_channels import OperandChannels
from tinykd.compiler.layer import Layer
from tinykd.compiler.lowering.lower import Lowering
from tinykd.compiler.ops.add import Add
from tinykd.compiler.ops.conv_2d import Conv2D
from tinykd.compiler.ops.depthwise_conv_2d import DepthwiseConv2D
from tinykd.compiler.ops.fully_connected import Dense
from tinykd.compiler.ops.pooling import Pool
from tinykd.compiler.ops.unary import Lookup
from tinykd.graph.ir import Tensor

Mask = NDArray[np.bool_]


@dataclass
class Groups:
    """A union-find over the tensors that own bytes; ``unread`` (channels,) of each group."""

    operands: OperandChannels
    parent: dict[int, int] = field(default_factory=dict)
    unread: dict[int, Mask] = field(default_factory=dict)

    def of(self, tensor: Tensor) -> int:
        """The tensor that stands for the group of ``tensor``."""
        index = self.operands.root(tensor)
        while (above := self.parent.get(index, index)) != index:
            index = above
        return index

    def join(self, tensors: Iterable[Tensor]) -> None:
        """Make one group of the groups of ``tensors``."""
        first, *others = tensors
        for tensor in others:
            a, b = self.of(first), self.of(tensor)
            if a != b:
                self.unread[a] = self._unread(a) & self._unread(b)
                self.parent[b] = a

    def keep(self, tensor: Tensor, channels: Mask | None = None) -> None:
        """``channels`` of ``tensor`` must stay; None: all."""
        group = self.of(tensor)
        keep = np.True_ if channels is None else channels
        self.unread[group] = self._unread(group) & ~keep

    def _unread(self, group: int) -> Mask:
        if group not in self.unread:
            owner = self.operands.owners.get(group)
            channels = self.operands.channels(owner) if owner is not None else 0
            self.unread[group] = np.ones(channels, np.bool_)
        return self.unread[group]


def groups_of(lowering: Lowering) -> Groups:
    """The groups of ``lowering``, and what no weight reads."""
    groups = Groups(OperandChannels(lowering))
    for layer in lowering.layers:
        if _hands_on(layer, groups.operands):
            groups.join((*layer.inputs, *layer.outputs))
    for layer in lowering.layers:
        _keep_read(layer, groups)
    for tensor in (*lowering.graph.main.inputs, *lowering.graph.main.outputs):
        groups.keep(tensor)
    return groups


def _hands_on(layer: Layer, operands: OperandChannels) -> bool:
    """Whether channel c of every operand of ``layer`` is channel c of its output."""
    if not isinstance(layer, Add | Pool | Lookup | DepthwiseConv2D):
        return False
    if isinstance(layer, DepthwiseConv2D) and layer.multiplier != 1:
        return False
    channels = operands.channels(layer.outputs[0])
    return all(
        not operands.is_constant(t)
        and operands.lowering.root(t)[1] == 0
        and operands.channels(t) == channels == (t.shape[-1] if t.shape else 0)
        for t in layer.inputs
    )


def _keep_read(layer: Layer, groups: Groups) -> None:
    """Keep what ``layer`` reads, and what it writes unless its outputs can be fewer."""
    if _hands_on(layer, groups.operands):
        return
    for tensor in layer.inputs:
        if not groups.operands.is_constant(tensor):
            groups.keep(tensor, _read(layer, tensor, groups.operands))
    if not isinstance(layer, Conv2D | Dense) or not _is_plain(layer):
        for tensor in layer.outputs:
            groups.keep(tensor)


def _is_plain(layer: Layer) -> bool:
    return is_multiplying(layer) and not (isinstance(layer, Conv2D) and layer.groups > 1)


def _read(layer: Layer, tensor: Tensor, operands: OperandChannels) -> Mask | None:
    """(channels,) which channels of ``tensor`` a weight reads; None where that cannot be said."""
    if not isinstance(layer, Conv2D | Dense) or not _is_plain(layer):
        return None
    depth = in_depth(layer)
    channel = operands.channel_of(tensor, depth)
    if channel is None or operands.lowering.root(tensor)[1]:
        return None
    read = np.zeros(operands.channels(tensor), np.bool_)
    np.logical_or.at(read, channel, weights_of(layer).any(axis=(0, 1)))
    return read
