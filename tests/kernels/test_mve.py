"""The Helium kernels equal their portable twins, on the emulated Cortex-M55."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.random import Generator

from tests.kernels import layers
from tests.kernels.compare import Pair, differing_on
from tinykd.compiler.core import Core, Target
from tinykd.compiler.ops.add import AddDense, AddRows
from tinykd.compiler.ops.arithmetic import MulKernel, SubKernel
from tinykd.compiler.ops.batch_matmul import BatchMatmulKernel
from tinykd.compiler.ops.conv_2d import Conv2DPortable
from tinykd.compiler.ops.depthwise_conv_2d import DepthwisePlane
from tinykd.compiler.ops.fully_connected import DensePortable
from tinykd.compiler.ops.pooling import AveragePool, MaxPool
from tinykd.compiler.variants.batch_matmul_blocks import BatchMatmulBlocks
from tinykd.compiler.variants.depthwise_as_conv import DepthwiseAsConvMve
from tinykd.compiler.variants.mve_add import AddMve
from tinykd.compiler.variants.mve_arithmetic import AddRowsMve, MulMve, SubMve
from tinykd.compiler.variants.mve_conv_2d import Conv2DMve, by_patches, by_strips
from tinykd.compiler.variants.mve_dense import DenseMve
from tinykd.compiler.variants.mve_depthwise import DepthwiseMve
from tinykd.compiler.variants.mve_depthwise_3x3 import Depthwise3x3Mve
from tinykd.compiler.variants.mve_packing import (
    EVEN_ODD,
    dense_weights,
    depthwise_weights,
    even_odd,
    lanes,
    paired_weights,
)
from tinykd.compiler.variants.mve_pooling import AveragePoolMve, MaxPoolMve

M55 = Target(Core.CORTEX_M55)


def denses(rng: Generator) -> Iterator[Pair]:
    depths = ((1, 15, 16, 17, 32, 40, 64), (65, 80, 81, 100))
    for rows, which in ((1, depths), (2, depths), (3, depths[1:]), (7, depths)):
        for depth in (d for group in which for d in group):
            for channels in (1, 3, 4, 8, 9):
                per_channel = bool(rng.random() < 0.5)
                layer = layers.dense(rng, rows, depth, channels, rng.random() < 0.3, per_channel)
                yield layers.rectified(rng, layer), DenseMve(), DensePortable()


def convolutions(rng: Generator) -> Iterator[Pair]:
    for depth in (1, 3, 5, 16):
        for channels in (1, 4, 7, 8):
            for stride in (1, 2, 3):
                size = int(rng.integers(1, 8)), int(rng.integers(1, 8))
                kernel = int(rng.integers(1, 5)), int(rng.integers(1, 5))
                same = bool(rng.random() < 0.7) or kernel[0] > size[0] or kernel[1] > size[1]
                place = layers.window(size, kernel, stride, same, int(rng.integers(1, 3)))
                layer = layers.conv(rng, place, depth, channels, rng.random() < 0.3)
                yield layers.rectified(rng, layer), Conv2DMve(), Conv2DPortable()
    for size in ((3, 9), (9, 4)):
        dilated = replace(
            layers.window(size, (3, 3), same=True), kernel_h=2, kernel_w=2, dilation_h=2, dilation_w=2
        )
        yield layers.conv(rng, dilated, 5, 4), Conv2DMve(), Conv2DPortable()


def strips(rng: Generator) -> Iterator[Pair]:
    """Convolutions whose output pixels share what they gather: wide rows, many or few channels."""
    for depth, channels, size, kernel, stride in (
        (1, 8, (9, 12), (4, 3), 2),
        (3, 4, (6, 20), (3, 3), 1),
        (8, 8, (5, 40), (3, 3), 1),
        (16, 5, (4, 33), (3, 3), 1),
        (20, 4, (4, 30), (3, 3), 2),
        (24, 4, (1, 50), (1, 9), 1),
    ):
        for same in (False, True):
            place = layers.window(size, kernel, stride, same, int(rng.integers(1, 3)))
            layer = layers.rectified(rng, layers.conv(rng, place, depth, channels, rng.random() < 0.4))
            yield layer, Conv2DMve(), Conv2DPortable()


def adds(rng: Generator) -> Iterator[Pair]:
    for count in (1, 3, 4, 5, 16, 70):
        yield layers.add(rng, count), AddMve(), AddDense()


def pairs_of_operands(rng: Generator) -> Iterator[Pair]:
    """Those that broadcast, and products of matrices."""
    for _ in range(12):
        yield layers.arithmetic(rng, "ADD", *layers.shapes(rng)), AddRowsMve(), AddRows()
        yield layers.arithmetic(rng, "SUB", *layers.shapes(rng)), SubMve(), SubKernel()
        yield layers.arithmetic(rng, "MUL", *layers.shapes(rng)), MulMve(), MulKernel()
        rows, depth, columns = (int(n) for n in rng.integers(1, 35, 3))
        yield layers.matmul(rng, rows, depth, columns), BatchMatmulBlocks(), BatchMatmulKernel()


def pools(rng: Generator) -> Iterator[Pair]:
    for channels in (1, 7, 8, 16, 17, 40):
        for kernel, stride in (((1, 1), 1), ((2, 2), 2), ((3, 2), 1), ((6, 5), 3), ((15, 17), 1)):
            size = kernel[0] + int(rng.integers(3)), kernel[1] + int(rng.integers(3))
            place = layers.window(size, kernel, stride, bool(rng.random() < 0.5))
            average = layers.pool(rng, place, channels)
            yield average, AveragePoolMve(), AveragePool()
            yield replace(average, op="MAX_POOL_2D"), MaxPoolMve(), MaxPool()


def depthwises_of_one(rng: Generator) -> Iterator[Pair]:
    for multiplier in (1, 2, 3, 8):
        for kernel in ((3, 3), (5, 4)):
            layer = layers.depthwise_of_one(rng, layers.window((6, 7), kernel, 2), multiplier)
            yield layer, DepthwiseAsConvMve(), DepthwisePlane()


def depthwises(rng: Generator) -> Iterator[Pair]:
    for channels in (1, 7, 8, 9, 20):
        for kernel in ((3, 3), (1, 3), (5, 4)):
            for stride in (1, 2):
                for same in (False, True):
                    size = int(rng.integers(5, 9)), int(rng.integers(5, 9))
                    place = layers.window(size, kernel, stride, same, int(rng.integers(1, 3)))
                    yield layers.depthwise(rng, place, channels), DepthwiseMve(), DepthwisePlane()
    for size in ((1, 1), (1, 5), (2, 1)):
        yield layers.depthwise(rng, layers.window(size, (3, 3)), 8), DepthwiseMve(), DepthwisePlane()
    dilated = replace(
        layers.window((9, 9), (5, 5), same=False), kernel_h=3, kernel_w=3, dilation_h=2, dilation_w=2
    )
    yield layers.depthwise(rng, dilated, 10), DepthwiseMve(), DepthwisePlane()


def depthwises_3x3(rng: Generator) -> Iterator[Pair]:
    for channels in (1, 4, 16, 17, 35):
        for size in ((1, 1), (1, 5), (2, 1), (3, 4), (4, 3), (5, 6), (9, 7)):
            for same in (False, True):
                if same or min(size) >= 3:
                    place = layers.window(size, (3, 3), 1, same, int(rng.integers(1, 3)))
                    layer = layers.rectified(rng, layers.depthwise(rng, place, channels))
                    yield layer, Depthwise3x3Mve(), DepthwisePlane()


FAMILIES = {
    f.__name__: f
    for f in (
        denses,
        convolutions,
        strips,
        adds,
        pairs_of_operands,
        pools,
        depthwises_of_one,
        depthwises,
        depthwises_3x3,
    )
}


@pytest.mark.slow
@pytest.mark.parametrize("family", FAMILIES)
def test_equal_on_the_emulated_cortex_m55(family: str, tmp_path: Path) -> None:
    """As near to each other as the kernel says its input and output may lie, between canaries."""
    pairs = list(FAMILIES[family](np.random.default_rng(55)))
    assert not differing_on(pairs, Core.CORTEX_M55, 55, tmp_path)


def test_layouts() -> None:
    dense = dense_weights(np.arange(5 * 17, dtype=np.int8).reshape(5, 17))
    assert dense.shape == (2, 2, 4, 16)
    assert dense[0, 0, 3].tolist() == list(range(51, 67))  # output 3, values 0..15
    assert dense[1, 1, 0].tolist() == [84] + [0] * 15  # output 4, value 16
    paired = paired_weights(np.arange(5 * 17, dtype=np.int8).reshape(5, 17))
    assert paired.shape == (2, 2, 2, 2, 16)
    assert paired[0, 0, 0, 1].tolist() == list(range(34, 50))  # outputs 0 and 2 first: output 2
    assert paired[0, 1, 1, 1, 0] == 67  # outputs 1 and 3: output 3, value 16
    depthwise = depthwise_weights(np.arange(18, dtype=np.int8).reshape(9, 1, 2))
    assert depthwise.shape == (2, 1, 2, 8)
    assert depthwise[0, 0, 1].tolist() == [1, 3, 5, 7, 9, 11, 13, 15]
    assert even_odd(np.arange(8)).tolist() == EVEN_ODD.tolist()


def test_constants_of_four_outputs() -> None:
    layer = layers.dense(np.random.default_rng(1), 1, 4, 5)
    words = lanes(layer.bias, layer.requantization)
    assert words.shape == (2, 9)
    assert words[0, :4].tolist() == layer.bias[:4].tolist()
    assert words[1, 4:8].tolist() == [int(layer.requantization.multipliers[4]), 0, 0, 0]
    assert words[0, 8:].copy().view(np.int8).tolist() == layer.requantization.shifts[:4].tolist()


def test_strips_are_taken_where_they_are_cheaper() -> None:
    rng = np.random.default_rng(1)
    wide = layers.conv(rng, layers.window((32, 32), (3, 3)), 16, 16)
    assert by_strips(wide).cost < by_patches(wide).cost
    narrow = layers.conv(rng, layers.window((8, 8), (3, 3)), 64, 64)
    assert by_patches(narrow).cost < by_strips(narrow).cost


def test_scales_above_one_are_left_to_the_portable_depthwise() -> None:
    layer = layers.depthwise(np.random.default_rng(1), layers.window((5, 5), (3, 3), 2), 2)
    doubled = replace(layer.requantization, shifts=np.array([0, 1], np.int8))
    assert DepthwiseMve().supports(layer, M55)
    assert not DepthwiseMve().supports(replace(layer, requantization=doubled), M55)
