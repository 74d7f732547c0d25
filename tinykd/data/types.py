"""Arrays that the whole package passes on: their types and shapes."""

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]  # (n, H, W, C)
Labels = NDArray[np.int64]  # (n,) in [0, classes)
Targets = NDArray[np.float32]  # (n, outputs)
