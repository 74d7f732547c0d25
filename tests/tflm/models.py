"""Small flatbuffers for the tests of runtime tflm."""

import numpy as np

from tests.conformance.builder import SAME, Op, Tensor, build


def dense(scale: float | tuple[float, ...] = 0.5, inputs: int = 18) -> bytes:
    """One dense layer of 2 outputs; ``scale`` of the weights: one, or one per output."""
    x, y = Tensor("x", (1, inputs), scale=0.5), Tensor("scores", (1, 2), scale=4.0, zero_point=9)
    w = Tensor("w", (2, inputs), scale=scale, data=np.arange(2 * inputs, dtype=np.int8).reshape(2, inputs))
    return build([Op("FULLY_CONNECTED", [x, w, None], [y])])


def convolution() -> bytes:
    """conv 2x2, reshape, dense: three different ops."""
    x = Tensor("input", (1, 3, 3, 2), scale=0.5, zero_point=-1)
    w = Tensor("w", (2, 2, 2, 2), scale=(0.25, 0.5), data=np.arange(-8, 8, dtype=np.int8).reshape(2, 2, 2, 2))
    y, flat = Tensor("conv", (1, 3, 3, 2), scale=2.0, zero_point=3), Tensor("flat", (1, 18), scale=2.0)
    out = Tensor("scores", (1, 2), scale=4.0, zero_point=9)
    v = Tensor("v", (2, 18), scale=0.5, data=np.arange(36, dtype=np.int8).reshape(2, 18))
    return build(
        [
            Op("CONV_2D", [x, w, None], [y], padding=SAME, strideW=1, strideH=1),
            Op("RESHAPE", [y], [flat]),
            Op("FULLY_CONNECTED", [flat, v, None], [out]),
        ]
    )


def reverse() -> bytes:
    """An op that the copies of early 2023 lack; of an axis that is computed, which runtime static refuses."""
    x, y = Tensor("x", (1, 4), scale=0.5), Tensor("y", (1, 4), scale=0.5)
    return build([Op("REVERSE_V2", [x, Tensor("axis", (1,), "int32")], [y])])
