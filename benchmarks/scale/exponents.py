"""How time and memory grow: the slope of their logarithms, by least squares.

0: whatever the size; 1: in proportion. A part that does not grow (TensorFlow's start) hides one that does
where values are small.
"""

from collections.abc import Sequence

import numpy as np


def exponent(sizes: Sequence[float], values: Sequence[float]) -> float | None:
    """b of values = a sizes^b; None where fewer than two values are above 0."""
    pairs = [(size, value) for size, value in zip(sizes, values, strict=True) if value > 0]
    if len({size for size, _ in pairs}) < 2:
        return None
    x, y = (np.log(np.array(each, np.float64)) for each in zip(*pairs, strict=True))
    return float(np.polyfit(x, y, 1)[0])
