"""The kernels for Cortex-M4, M7 and M33 equal their twins, on the host under sanitizers and emulated."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.random import Generator

from tests.kernels import layers
from tests.kernels.compare import Pair, differing_on, differing_on_host
from tinykd.compiler.core import Core
from tinykd.compiler.ops.add import AddDense, AddRows
from tinykd.compiler.ops.arithmetic import MulKernel, SubKernel
from tinykd.compiler.ops.batch_matmul import BatchMatmulKernel
from tinykd.compiler.ops.conv_2d import Conv2DPortable
from tinykd.compiler.ops.depthwise_conv_2d import DepthwisePlane
from tinykd.compiler.ops.fully_connected import DensePortable
from tinykd.compiler.ops.mean import MeanKernel
from tinykd.compiler.ops.pooling import AveragePool, MaxPool
from tinykd.compiler.variants.batch_matmul_blocks import BatchMatmulBlocks
from tinykd.compiler.variants.dsp_add import AddDsp
from tinykd.compiler.variants.dsp_arithmetic import MulDsp, SumRowsDsp
from tinykd.compiler.variants.dsp_conv_2d import Conv2DDsp
from tinykd.compiler.variants.dsp_conv_2d_3 import Conv2D3Dsp
from tinykd.compiler.variants.dsp_conv_2d_any import Conv2DAnyDsp
from tinykd.compiler.variants.dsp_dense import DenseDsp, FullyConnectedDsp, FullyConnectedRawDsp
from tinykd.compiler.variants.dsp_depthwise import Depthwise3x3Dsp, DepthwiseAsConvDsp, DepthwiseDsp
from tinykd.compiler.variants.dsp_pooling import AveragePoolDsp, MaxPoolDsp
from tinykd.compiler.variants.dsp_sum import SumDsp

pytestmark = pytest.mark.slow  # compilers and emulators at work


def convolutions(rng: Generator) -> Iterator[Pair]:
    for depth in (1, 2, 3, 4, 5, 8, 12):
        for channels in (1, 2, 3, 4, 7):
            size = int(rng.integers(1, 7)), int(rng.integers(1, 7))
            kernel = int(rng.integers(1, 5)), int(rng.integers(1, 5))
            same = bool(rng.random() < 0.7) or kernel[0] > size[0] or kernel[1] > size[1]
            place = layers.window(size, kernel, int(rng.integers(1, 4)), same, int(rng.integers(1, 3)))
            layer = layers.conv(rng, place, depth, channels, add=bool(rng.random() < 0.3))
            yield layer, Conv2DDsp(), Conv2DPortable()


def convolutions_of_three_columns(rng: Generator) -> Iterator[Pair]:
    for depth in (4, 8, 12, 20):
        for channels in (1, 2, 3, 4, 7):
            for same in (True, False):
                size = int(rng.integers(3, 7)), int(rng.integers(3 if same else 5, 10))
                place = layers.window(size, (int(rng.integers(1, 4)), 3), 1, same, int(rng.integers(1, 3)))
                stepping = replace(place, stride_h=2, out_h=(place.out_h + 1) // 2)
                place = stepping if rng.random() < 0.3 else place
                layer = layers.conv(rng, place, depth, channels, add=bool(rng.random() < 0.3))
                yield layer, Conv2D3Dsp(), Conv2DPortable()


def any_convolutions(rng: Generator) -> Iterator[Pair]:
    for depth in (1, 3, 4, 6):
        for groups in (1, 2, 3):
            for channels in (1, 2, 5):
                dilation = int(rng.integers(1, 4)), int(rng.integers(1, 3))
                place = layers.dilated(rng, (int(rng.integers(7, 10)), int(rng.integers(3, 8))), dilation)
                place = replace(place, batches=int(rng.integers(1, 3)))
                layer = layers.grouped(rng, place, depth, channels, groups)
                yield layer, Conv2DAnyDsp(), Conv2DPortable()


def depthwises(rng: Generator) -> Iterator[Pair]:
    for channels in (1, 2, 3, 4, 5, 8, 11):
        for stride in (1, 2):
            for same in (False, True):
                size = int(rng.integers(3, 8)), int(rng.integers(3, 8))
                place = layers.window(size, (3, 3), stride, same, int(rng.integers(1, 3)))
                yield layers.depthwise(rng, place, channels), Depthwise3x3Dsp(), DepthwisePlane()
    for size in ((1, 1), (1, 5), (2, 1), (2, 2)):
        yield layers.depthwise(rng, layers.window(size, (3, 3)), 4), Depthwise3x3Dsp(), DepthwisePlane()


def any_depthwises(rng: Generator) -> Iterator[Pair]:
    for channels in (1, 2, 3, 4, 5, 8, 11):
        for kernel in ((1, 3), (2, 2), (3, 1), (3, 3), (5, 5), (4, 3)):
            same = bool(rng.random() < 0.7)
            size = int(rng.integers(5, 9)), int(rng.integers(5, 9))
            place = layers.window(size, kernel, int(rng.integers(1, 4)), same, int(rng.integers(1, 3)))
            yield layers.depthwise(rng, place, channels), DepthwiseDsp(), DepthwisePlane()
    dilated = layers.window((9, 9), (5, 5), same=False)
    dilated = replace(dilated, kernel_h=3, kernel_w=3, dilation_h=2, dilation_w=2)
    yield layers.depthwise(rng, dilated, 7), DepthwiseDsp(), DepthwisePlane()
    for multiplier in (1, 2, 3, 8):
        one = layers.depthwise_of_one(rng, layers.window((6, 7), (3, 3)), multiplier)
        yield one, DepthwiseAsConvDsp(), DepthwisePlane()


def denses(rng: Generator) -> Iterator[Pair]:
    for rows in (1, 2, 3, 4, 7):
        for depth in (1, 3, 4, 7, 8, 20, 33):
            layer = layers.dense(rng, rows, depth, int(rng.integers(1, 9)), add=bool(rng.random() < 0.3))
            yield layer, DenseDsp(), DensePortable()


def fully_connecteds(rng: Generator) -> Iterator[Pair]:
    for channels in range(1, 10):
        for depth in (1, 4, 6, 8, 12, 16, 20, 37):
            layer = layers.dense(rng, 1, depth, channels, per_channel=bool(rng.random() < 0.5))
            yield layer, FullyConnectedDsp(), DensePortable()
            if depth % 4 == 0:
                yield layer, FullyConnectedRawDsp(), DensePortable()
    for channels in (1, 2, 3, 4, 7):  # sums that do not fit into one chunk
        layer = layers.dense(rng, 1, 1300, channels)
        scaling = layer.requantization
        scaling = replace(scaling, shifts=np.maximum(scaling.shifts, -20))
        large = replace(layer, weights=np.full((channels, 1300), 127, np.int8), requantization=scaling)
        yield large, FullyConnectedDsp(), DensePortable()
        yield large, FullyConnectedRawDsp(), DensePortable()


def adds(rng: Generator) -> Iterator[Pair]:
    for count in (1, 2, 3, 5, 64, 401):
        for _ in range(4):
            yield layers.add(rng, count), AddDsp(), AddDense()


def sums_of_rows(rng: Generator) -> Iterator[Pair]:
    for op, twin in (("ADD", AddRows()), ("SUB", SubKernel())):
        for _ in range(20):
            yield layers.arithmetic(rng, op, *layers.shapes(rng)), SumRowsDsp(), twin


def products_of_rows(rng: Generator) -> Iterator[Pair]:
    for _ in range(25):
        yield layers.arithmetic(rng, "MUL", *layers.shapes(rng)), MulDsp(), MulKernel()


def matrix_products(rng: Generator) -> Iterator[Pair]:
    for depth in (1, 2, 4, 7, 19, 33):
        for columns in (1, 3, 4, 6, 9):
            layer = layers.matmul(rng, int(rng.integers(1, 6)), depth, columns)
            yield layer, BatchMatmulBlocks(), BatchMatmulKernel()


def largest(rng: Generator) -> Iterator[Pair]:
    for channels in (1, 2, 3, 4, 5, 8, 11):
        for same in (False, True):
            size = int(rng.integers(3, 9)), int(rng.integers(3, 9))
            kernel = int(rng.integers(1, size[0] + 1)), int(rng.integers(1, size[1] + 1))
            place = layers.window(size, kernel, int(rng.integers(1, 4)), same, int(rng.integers(1, 3)))
            layer = replace(layers.pool(rng, place, channels), op="MAX_POOL_2D")
            yield layer, MaxPoolDsp(), MaxPool()


def pools(rng: Generator) -> Iterator[Pair]:
    for channels in (4, 8, 12):
        for same in (False, True):
            for _ in range(4):
                size = int(rng.integers(3, 17)), int(rng.integers(3, 16))
                kernel = int(rng.integers(1, size[0] + 1)), int(rng.integers(1, size[1] + 1))
                place = layers.window(size, kernel, int(rng.integers(1, 4)), same, int(rng.integers(1, 3)))
                yield layers.pool(rng, place, channels), AveragePoolDsp(), AveragePool()
    yield layers.pool(rng, layers.window((15, 17), (15, 17), 1, False), 8), AveragePoolDsp(), AveragePool()


def means(rng: Generator) -> Iterator[Pair]:
    for count in (2, 3, 16, 255, 256, 600):
        for channels in (4, 12):
            yield layers.mean(rng, count, channels), SumDsp(), MeanKernel()


FAMILIES = {
    f.__name__: f
    for f in (
        convolutions,
        convolutions_of_three_columns,
        any_convolutions,
        depthwises,
        any_depthwises,
        denses,
        fully_connecteds,
        adds,
        sums_of_rows,
        products_of_rows,
        matrix_products,
        largest,
        pools,
        means,
    )
}


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("seed", range(3))
def test_equal_on_the_host(family: str, seed: int, tmp_path: Path) -> None:
    pairs = list(FAMILIES[family](np.random.default_rng(seed)))
    assert not differing_on_host(pairs, Core.CORTEX_M4, seed, tmp_path)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("core", [Core.CORTEX_M4, Core.CORTEX_M7])
def test_equal_on_the_emulated_core(family: str, core: Core, tmp_path: Path) -> None:
    pairs = list(FAMILIES[family](np.random.default_rng(100)))
    assert not differing_on(pairs, core, 100, tmp_path)
