"""The kernels for Xtensa LX equal their portable twins, on the host under sanitizers and emulated.

Layers are those of the RISC-V kernels, which take the same.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.random import Generator

from tests.kernels import layers
from tests.kernels.compare import Pair, differing_on, differing_on_host
from tests.kernels.test_rv32 import FAMILIES
from tinykd.compiler.core import Core
from tinykd.compiler.ops.common.convolution import Requantization
from tinykd.compiler.ops.depthwise_conv_2d import DepthwisePlane
from tinykd.compiler.ops.fully_connected import DensePortable
from tinykd.compiler.variants import xtensa
from tinykd.compiler.variants.rv32_conv_2d import Conv2DRv32
from tinykd.compiler.variants.rv32_dense import DenseRv32
from tinykd.compiler.variants.rv32_depthwise import Depthwise3x3Rv32, DepthwiseAsConvRv32
from tinykd.compiler.variants.xtensa_conv_2d import Conv2DXtensa
from tinykd.compiler.variants.xtensa_dense import DenseXtensa
from tinykd.compiler.variants.xtensa_depthwise import Depthwise3x3Xtensa, DepthwiseAsConvXtensa

TWINS = {
    Conv2DRv32: Conv2DXtensa,
    DenseRv32: DenseXtensa,
    Depthwise3x3Rv32: Depthwise3x3Xtensa,
    DepthwiseAsConvRv32: DepthwiseAsConvXtensa,
}


def behind_a_relu(rng: Generator) -> Iterator[Pair]:
    """Scales and zero points of ``tkd_xtensa_low.h``; biases bring sums to the bounds of its ways."""
    for zero in (-128, -100, -1):
        place = layers.window((9, 4), (3, 3))
        found = layers.dense(rng, 9, 8, 11), layers.depthwise(rng, place, 11)
        for layer, kernel, portable in zip(
            found, (DenseXtensa(), Depthwise3x3Xtensa()), (DensePortable(), DepthwisePlane()), strict=True
        ):
            multipliers = rng.integers(1 << 30, 1 << 31, 11).astype(np.int32)
            multipliers[:2] = (1 << 30, (1 << 31) - 1)
            shifts = rng.integers(-9, 0, 11).astype(np.int8)
            scaling = Requantization(multipliers, shifts, zero, zero, 127)
            bias = rng.choice([0, 1 << 15, 1 << 16, 1 << 17, 1 << 18], 11).astype(np.int32)
            yield replace(layer, bias=bias, requantization=scaling), kernel, portable


def test_behind_a_relu(tmp_path: Path) -> None:
    found = list(behind_a_relu(np.random.default_rng(0)))
    codes = [xtensa.codes_of(x.weights.reshape(11, -1), x.bias, x.requantization) for x, *_ in found]
    assert np.concatenate(codes).max() >= 128 + 7
    assert not differing_on_host(found, Core.XTENSA, 0, tmp_path)
    assert not differing_on(found, Core.XTENSA, 0, tmp_path)


def pairs(family: str, seed: int) -> list[Pair]:
    found = FAMILIES[family](np.random.default_rng(seed))
    return [(layer, TWINS[type(kernel)](), portable) for layer, kernel, portable in found]


@pytest.mark.slow
@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("seed", range(2))
def test_equal_on_the_host(family: str, seed: int, tmp_path: Path) -> None:
    assert not differing_on_host(pairs(family, seed), Core.XTENSA, seed, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("family", FAMILIES)
def test_equal_on_the_emulated_core(family: str, tmp_path: Path) -> None:
    assert not differing_on(pairs(family, 100), Core.XTENSA, 100, tmp_path)


@pytest.mark.slow
def test_rows_whose_sums_are_added_in_parts(tmp_path: Path) -> None:
    rng = np.random.default_rng(7)
    long = [(layers.dense(rng, 5, depth, 5), DenseXtensa(), DensePortable()) for depth in (256, 260, 523)]
    assert not differing_on_host(long, Core.XTENSA, 7, tmp_path)


def test_codes_follow_from_the_largest_sum() -> None:
    rng = np.random.default_rng(0)
    shifts = np.array([-5, -5, 2], np.int8)
    scaling = replace(layers.requantization(rng, 3, 4), shifts=shifts)
    weights = np.array([[1, 2, 3, 4], [127, 127, 127, 127], [1, 1, 1, 1]], np.int8)
    bias = np.array([0, 1 << 20, 0], np.int32)
    signed = replace(scaling, zero_point=3, minimum=-128)
    assert xtensa.codes_of(weights, bias, signed).tolist() == [32 + 4, 4, 64 + 31 + 2]
    behind_relu = replace(scaling, zero_point=-100, minimum=-100)
    assert xtensa.codes_of(weights, bias, behind_relu).tolist() == [128 + 4, 128 + 4, 64 + 31 + 2]
