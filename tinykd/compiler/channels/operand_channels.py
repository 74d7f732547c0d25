"""Which channel each value of a layer's operand belongs to, also where a reshape lies between.

A channel is an index of the last axis of the tensor that owns the bytes. Behind a reshape the values go on in
the same order, so that value i of a row is of channel i modulo the number of channels, as long as rows begin
where pixels do.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tinykd.compiler.lowering.lower import Lowering
from tinykd.graph.ir import DType, Tensor

Index = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class OperandChannels:
    """The tensors of ``lowering`` that own bytes, by index: inputs of the model and outputs of layers."""

    lowering: Lowering
    owners: dict[int, Tensor] = field(init=False)

    def __post_init__(self) -> None:
        written = [t for layer in self.lowering.layers for t in layer.outputs]
        owners = {t.index: t for t in (*self.lowering.graph.main.inputs, *written)}
        object.__setattr__(self, "owners", owners)

    def root(self, tensor: Tensor) -> int:
        return self.lowering.root(tensor)[0]

    def is_constant(self, tensor: Tensor) -> bool:
        return self.lowering.value(tensor) is not None

    def channels(self, tensor: Tensor) -> int:
        """The channels of the tensor that owns ``tensor``'s bytes; 0 where it is not int8, or not known."""
        owner = self.owners.get(self.root(tensor))
        if owner is None or owner.dtype is not DType.INT8 or tensor.dtype is not DType.INT8:
            return 0
        return owner.shape[-1] if owner.shape else 0

    def channel_of(self, tensor: Tensor, depth: int) -> Index | None:
        """(depth,) the channel of each value of ``tensor``'s rows of ``depth``; None where rows differ."""
        channels, offset = self.channels(tensor), self.lowering.root(tensor)[1]
        if channels == 0 or depth % channels or offset % channels:
            return None
        return np.arange(depth, dtype=np.int64) % channels
