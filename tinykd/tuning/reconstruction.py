"""How badly a model gave its input back, summed as a device does: one element after another, in float32."""

import numpy as np
from numpy.typing import NDArray


def reconstruction_errors(asked: NDArray[np.float32], answered: NDArray[np.float32]) -> NDArray[np.float32]:
    """(n, elements) twice to (n,): the mean squared difference."""
    squares = np.square(answered - asked)
    sums = np.cumsum(squares, axis=1, dtype=np.float32)[:, -1]
    return np.asarray(sums / np.float32(asked.shape[1]), np.float32)
