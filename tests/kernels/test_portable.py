"""The portable kernels with input and output as near as they may lie, beside themselves far apart."""

from pathlib import Path

import numpy as np

from tests.kernels import layers
from tests.kernels.compare import differing_on_host
from tinykd.compiler.core import Core
from tinykd.compiler.ops.conv_2d import Conv2DPortable


def test_convolution_of_several_images_of_an_odd_number_of_pixels(tmp_path: Path) -> None:
    """Blocks of two pixels begin anew at each image; the overlap once took them to run on."""
    rng = np.random.default_rng(3)
    pairs = []
    for _ in range(40):
        place = layers.window((5, 1), (3, 1), 3, same=False, batches=3)
        depth, channels = int(rng.integers(1, 5)), int(rng.integers(1, 9))
        pairs.append((layers.conv(rng, place, depth, channels), Conv2DPortable(), Conv2DPortable()))
    assert not differing_on_host(pairs, Core.GENERIC, 3, tmp_path)
