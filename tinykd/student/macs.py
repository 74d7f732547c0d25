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
        case "Conv2DTranspose":
            return int(math.prod(layer.kernel.shape[:3]) * math.prod(layer.input_shape[1:]))
        case "DepthwiseConv2D":
            per_output = math.prod(layer.depthwise_kernel.shape[:2])
        case "LSTM" | "GRU" | "SimpleRNN" as kind:
            return _recurrent(layer, kind)
        case _:
            return 0
    return int(per_output * math.prod(layer.output_shape[1:]))


def _recurrent(layer: Any, kind: str) -> int:
    """Each step has its products; those with the state, 0 at first, are left out where it is unrolled."""
    steps = int(layer.input_shape[1])
    given, state = (math.prod(weight.shape) for weight in layer.weights[:2])
    return int(steps * given + (steps if kind == "LSTM" else steps - 1) * state)
