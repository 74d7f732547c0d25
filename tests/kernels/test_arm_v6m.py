"""The kernels for Cortex-M0 equal their portable twins, on the host under sanitizers and emulated."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.random import Generator

from tests.kernels import layers
from tests.kernels.compare import Pair, differing_on, differing_on_host
from tinykd.compiler.core import Core
from tinykd.compiler.ops.add import AddDense
from tinykd.compiler.ops.conv_2d import Conv2DPortable
from tinykd.compiler.ops.depthwise_conv_2d import DepthwisePlane
from tinykd.compiler.ops.fully_connected import DensePortable
from tinykd.compiler.variants.depthwise_as_conv import DepthwiseAsConvV6m
from tinykd.compiler.variants.v6m import Conv2DV6m, DenseV6m, Depthwise3x3V6m
from tinykd.compiler.variants.v6m_add import AddV6m

pytestmark = pytest.mark.slow  # compilers and emulators at work


def convolutions(rng: Generator) -> Iterator[Pair]:
    for depth in (1, 2, 3, 4, 5, 8, 12):
        for channels in (1, 2, 3, 4, 7):
            size = int(rng.integers(1, 7)), int(rng.integers(1, 7))
            kernel = int(rng.integers(1, 5)), int(rng.integers(1, 5))
            same = bool(rng.random() < 0.7) or kernel[0] > size[0] or kernel[1] > size[1]
            place = layers.window(size, kernel, int(rng.integers(1, 4)), same, int(rng.integers(1, 3)))
            layer = layers.conv(rng, place, depth, channels, add=bool(rng.random() < 0.3))
            yield layer, Conv2DV6m(), Conv2DPortable()


def denses(rng: Generator) -> Iterator[Pair]:
    for rows in (1, 2, 3, 4, 7):
        for depth in (1, 3, 4, 7, 8, 20, 33):
            channels, per_channel = int(rng.integers(1, 9)), bool(rng.random() < 0.5)
            layer = layers.dense(rng, rows, depth, channels, bool(rng.random() < 0.3), per_channel)
            yield layer, DenseV6m(), DensePortable()


def depthwises(rng: Generator) -> Iterator[Pair]:
    for channels in (1, 2, 3, 4, 5):
        for stride in (1, 2, 3):
            for same in (False, True):
                size = int(rng.integers(3, 8)), int(rng.integers(3, 8))
                place = layers.window(size, (3, 3), stride, same, int(rng.integers(1, 3)))
                yield layers.depthwise(rng, place, channels), Depthwise3x3V6m(), DepthwisePlane()
    for size in ((1, 1), (1, 5), (2, 1), (2, 2)):
        yield layers.depthwise(rng, layers.window(size, (3, 3)), 4), Depthwise3x3V6m(), DepthwisePlane()


def depthwises_of_one(rng: Generator) -> Iterator[Pair]:
    for multiplier in (1, 2, 3, 8):
        for kernel in ((3, 3), (5, 4)):
            layer = layers.depthwise_of_one(rng, layers.window((6, 7), kernel, 2), multiplier)
            yield layer, DepthwiseAsConvV6m(), DepthwisePlane()


def adds(rng: Generator) -> Iterator[Pair]:
    for count in (1, 2, 3, 5, 64, 401):
        for _ in range(6):
            yield layers.add(rng, count), AddV6m(), AddDense()


FAMILIES = {f.__name__: f for f in (convolutions, denses, depthwises, depthwises_of_one, adds)}


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("seed", range(3))
def test_equal_on_the_host(family: str, seed: int, tmp_path: Path) -> None:
    pairs = list(FAMILIES[family](np.random.default_rng(seed)))
    assert not differing_on_host(pairs, Core.CORTEX_M0, seed, tmp_path)


@pytest.mark.parametrize("family", FAMILIES)
def test_equal_on_the_emulated_core(family: str, tmp_path: Path) -> None:
    pairs = list(FAMILIES[family](np.random.default_rng(100)))
    assert not differing_on(pairs, Core.CORTEX_M0, 100, tmp_path)
