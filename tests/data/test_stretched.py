"""Images stretched along rows and columns are what the general resampling makes of them."""

import numpy as np
import pytest

from tinykd.data.augmentation.image import warped
from tinykd.data.augmentation.stretched import stretched


@pytest.mark.parametrize("shape", [(6, 24, 32, 3), (5, 9, 17, 1), (4, 1, 5, 2), (4, 7, 1, 3)])
def test_the_same_bytes_as_the_general_resampling(shape: tuple[int, int, int, int]) -> None:
    rng = np.random.default_rng(0)
    x = rng.random(shape, np.float32)
    zoom = 1 / (1 + 0.3 * rng.uniform(-1, 1, (shape[0], 2)))
    zoom[::2, 1] *= -1.0
    shift = rng.uniform(-6, 6, (shape[0], 2))
    inverse = np.zeros((shape[0], 2, 3), np.float32)
    inverse[:, 0, 0], inverse[:, 1, 1] = zoom.T
    inverse[:, :, 2] = shift
    np.testing.assert_array_equal(stretched(x, zoom, shift), warped(x, inverse))


def test_a_mirror_and_a_shift_by_whole_pixels() -> None:
    x = np.arange(12, dtype=np.float32).reshape(1, 3, 4, 1)
    mirrored = stretched(x, np.array([[1.0, -1.0]]), np.array([[1.0, 0.0]]))
    np.testing.assert_array_equal(mirrored[0, :, :, 0], x[0, [1, 2, 2], ::-1, 0])
