"""Random numbers for every value of a view: in memory at once, or drawn in blocks into a file.

NumPy's generators give the same numbers in one call as in several, one after another.
"""

from collections.abc import Callable
from math import prod

import numpy as np
from numpy.typing import NDArray

from tinykd.data.stored.files import RowsFile, of_array
from tinykd.data.stored.lazy_rows import BLOCK_BYTES
from tinykd.data.types import SampleRows

Draw = Callable[[tuple[int, ...]], NDArray[np.float32]]  # of a shape
DrawNoise = Callable[[Draw, tuple[int, ...]], SampleRows]  # all of a shape (n, ...), by ``Draw``


def at_once(draw: Draw, shape: tuple[int, ...]) -> SampleRows:
    """In memory."""
    return draw(shape)


def on_disk(draw: Draw, shape: tuple[int, ...]) -> SampleRows:
    """In a file without a name, in the folder for temporary files."""
    file, step = RowsFile("augmentation"), max(1, BLOCK_BYTES // (4 * prod(shape[1:])))
    for start in range(0, shape[0], step):
        file.append(draw((min(step, shape[0] - start), *shape[1:])))
    return of_array(file.array())
