"""Real samples as the bytes that a model takes: int8 of its input's scale, or ids as they are, int32."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.graph.ir import DType, Tensor
from tinykd.graph.quantize import quantize


def takes_ids(tensor: Tensor) -> bool:
    """Whether a model's input ``tensor`` is whole numbers without a scale, which the model looks up."""
    return tensor.dtype is DType.INT32


def input_rows(x: NDArray[np.float32], tensor: Tensor) -> NDArray[Any]:
    """(n, H, W, C) to int8 of the same shape; ids to (n, bytes), little endian, as devices hold them."""
    if takes_ids(tensor):
        return np.ascontiguousarray(x.reshape(len(x), -1), "<i4").view(np.int8)
    return np.asarray(quantize(x, tensor.scale, tensor.zero_point), np.int8)
