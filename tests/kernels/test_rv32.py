"""The kernels for 32-bit RISC-V equal their portable twins, on the host under sanitizers and emulated."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.random import Generator

from tests.kernels import layers
from tests.kernels.compare import Pair, differing_on, differing_on_host
from tinykd.compiler.core import Core
from tinykd.compiler.ops.common.convolution import Requantization
from tinykd.compiler.ops.conv_2d import Conv2DPortable
from tinykd.compiler.ops.depthwise_conv_2d import DepthwisePlane
from tinykd.compiler.ops.fully_connected import DensePortable
from tinykd.compiler.variants.rv32_conv_2d import Conv2DRv32
from tinykd.compiler.variants.rv32_dense import DenseRv32
from tinykd.compiler.variants.rv32_depthwise import Depthwise3x3Rv32, DepthwiseAsConvRv32

pytestmark = pytest.mark.slow  # compilers and emulators at work


def any_scale(rng: Generator, layer: Any) -> Any:
    """``layer``, half the time with scales of any size, also above 1, and a weight of -128."""
    if rng.random() < 0.5:
        return layer
    weights, scaling = layer.weights.copy(), layer.requantization
    weights.reshape(-1)[0] = -128
    wide = Requantization(
        scaling.multipliers,
        rng.integers(-31, 9, scaling.shifts.shape).astype(np.int8),
        scaling.zero_point,
        scaling.minimum,
        scaling.maximum,
    )
    return replace(layer, weights=weights, requantization=wide)


def convolutions(rng: Generator) -> Iterator[Pair]:
    for depth in (1, 2, 3, 4, 5, 8, 12):
        for channels in (1, 2, 3, 4, 7):
            size = int(rng.integers(1, 7)), int(rng.integers(1, 7))
            kernel = int(rng.integers(1, 5)), int(rng.integers(1, 5))
            same = bool(rng.random() < 0.7) or kernel[0] > size[0] or kernel[1] > size[1]
            place = layers.window(size, kernel, int(rng.integers(1, 4)), same, int(rng.integers(1, 3)))
            layer = layers.conv(rng, place, depth, channels, add=bool(rng.random() < 0.3))
            yield any_scale(rng, layer), Conv2DRv32(), Conv2DPortable()


def grouped_and_dilated(rng: Generator) -> Iterator[Pair]:
    for groups in (1, 2, 3):
        for dilation in (1, 2, 3):
            place = replace(
                layers.window((7, 6), (3, 2)), dilation_h=dilation, dilation_w=dilation, pad_top=1, pad_left=1
            )
            depth, channels = int(rng.integers(1, 6)), int(rng.integers(1, 6)) * groups
            layer = layers.conv(rng, place, depth, channels)
            inputs = (layers.tensor((1, 7, 6, depth * groups)),)
            wide = replace(layer, inputs=inputs, in_channels=depth * groups, groups=groups)
            yield any_scale(rng, wide), Conv2DRv32(), Conv2DPortable()


def denses(rng: Generator) -> Iterator[Pair]:
    for rows in (1, 2, 3, 4, 7, 9):
        for depth in (1, 3, 4, 7, 8, 20, 33):
            channels, per_channel = int(rng.integers(1, 11)), bool(rng.random() < 0.5)
            layer = layers.dense(rng, rows, depth, channels, bool(rng.random() < 0.3), per_channel)
            yield any_scale(rng, layer), DenseRv32(), DensePortable()


def depthwises(rng: Generator) -> Iterator[Pair]:
    for channels in (1, 2, 3, 5):
        for stride in (1, 2, 3):
            for same in (False, True):
                size = int(rng.integers(3, 9)), int(rng.integers(3, 9))
                place = layers.window(size, (3, 3), stride, same, int(rng.integers(1, 3)))
                layer = layers.depthwise(rng, place, channels)
                yield any_scale(rng, layer), Depthwise3x3Rv32(), DepthwisePlane()
    for size in ((1, 1), (1, 5), (2, 1), (2, 2)):
        layer = layers.depthwise(rng, layers.window(size, (3, 3)), 4)
        yield layer, Depthwise3x3Rv32(), DepthwisePlane()
    layer = layers.depthwise(rng, layers.window((6, 5), (4, 2)), 1)
    yield layer, DepthwiseAsConvRv32(), DepthwisePlane()


FAMILIES = {f.__name__: f for f in (convolutions, grouped_and_dilated, denses, depthwises)}


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("seed", range(3))
def test_equal_on_the_host(family: str, seed: int, tmp_path: Path) -> None:
    pairs = list(FAMILIES[family](np.random.default_rng(seed)))
    assert not differing_on_host(pairs, Core.RV32IM, seed, tmp_path)


@pytest.mark.parametrize("family", FAMILIES)
def test_equal_on_the_emulated_core(family: str, tmp_path: Path) -> None:
    pairs = list(FAMILIES[family](np.random.default_rng(100)))
    assert not differing_on(pairs, Core.RV32IM, 100, tmp_path)
