"""Arrays that the whole package passes on: their types and shapes."""

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]  # (n, H, W, C)
Labels = NDArray[np.int64]  # (n,) in [0, classes)
Targets = NDArray[np.float32]  # (n, outputs)


class SampleRows(Protocol):
    """(n, H, W, C) float32: an array, or rows on disk that become one as they are asked for.

    What is asked for is an array in either case: ``x[i:j]``, ``x[rows]`` (k, H, W, C), ``x[i]`` (H, W, C).
    """

    @property
    def shape(self) -> tuple[int, ...]: ...
    @property
    def dtype(self) -> np.dtype[Any]: ...
    @property
    def ndim(self) -> int: ...
    @property
    def size(self) -> int: ...
    @property
    def nbytes(self) -> int: ...
    def __len__(self) -> int: ...
    def __getitem__(self, rows: Any, /) -> Any: ...
