"""Multiply-accumulates of one inference, from the layers' shapes; additions, means and tables not counted."""

import math
from typing import Any


def macs(model: Any) -> int:
    """Of a built tf_keras ``model`` with fixed sample shapes."""
    return sum(_of_layer(layer) for layer in model.layers)


def _of_layer(layer: Any) -> int:
    """Every output value is a sum over the weights that lead to it."""
    match type(layer).__name__:
        case "Conv2D" | "Dense":
            per_output = math.prod(layer.kernel.shape[:-1])
        case "DepthwiseConv2D":
            per_output = math.prod(layer.depthwise_kernel.shape[:2])
        case _:
            return 0
    return int(per_output * math.prod(layer.output_shape[1:]))
