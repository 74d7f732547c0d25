"""A model of two dense layers whose arithmetic is plain: all scales 1, all zero points 0.

value = clamp(sum of weight * input, -128, 127). tests/verify/dense_model.c is the same in C.
"""

import numpy as np
from numpy.typing import NDArray

from tests.conformance.builder import Op, Tensor, build, constant

INPUT, HIDDEN, OUTPUT = 64, 16, 10


def _weights(rows: int, columns: int) -> NDArray[np.int8]:
    row, column = np.indices((rows, columns))
    return ((row * 7 + column * 3) % 5 // 2 - 1).astype(np.int8)  # -1, 0, 1


WEIGHTS_1, WEIGHTS_2 = _weights(HIDDEN, INPUT), _weights(OUTPUT, HIDDEN)


def dense_model() -> bytes:
    """The flatbuffer."""
    x = Tensor("x", (1, INPUT), scale=1.0)
    hidden = Tensor("hidden", (1, HIDDEN), scale=1.0)
    logits = Tensor("logits", (1, OUTPUT), scale=1.0)
    return build(
        [
            Op("FULLY_CONNECTED", [x, constant("w1", WEIGHTS_1, "int8", scale=1.0), None], [hidden]),
            Op("FULLY_CONNECTED", [hidden, constant("w2", WEIGHTS_2, "int8", scale=1.0), None], [logits]),
        ]
    )


def dense_outputs(inputs: NDArray[np.int8]) -> tuple[NDArray[np.int8], NDArray[np.int8]]:
    """(n, INPUT) to the hidden layer (n, HIDDEN) and the logits (n, OUTPUT)."""
    hidden = np.clip(inputs.astype(np.int64) @ WEIGHTS_1.T, -128, 127).astype(np.int8)
    logits = np.clip(hidden.astype(np.int64) @ WEIGHTS_2.T, -128, 127).astype(np.int8)
    return hidden, logits
