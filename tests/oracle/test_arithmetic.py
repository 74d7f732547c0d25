"""Where two readings of TFLM's arithmetic differ, TFLM is asked, with values that decide between them."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.conformance.builder import Op, Tensor, build, constant
from tinykd.compiler.compile import compile_graph
from tinykd.compiler.core import CompileOptions, Core
from tinykd.graph.reader import read_graph
from tinykd.oracle import run_tflm


def requantize(acc: NDArray[np.int64], factor: float) -> NDArray[np.int64]:
    """gemmlowp: SaturatingRoundingDoublingHighMul, then RoundingDivideByPOT, for factors below 1/2."""
    fraction, exponent = math.frexp(factor)
    product = acc * round(fraction * 2**31)
    high = (product + (1 << 30)) >> 31
    mask = (1 << -exponent) - 1
    return (high >> -exponent) + ((high & mask) > (mask >> 1) + (high < 0))


@pytest.mark.parametrize("seed", [0, 2])
def test_dense_multiplies_scales_in_double(seed: int) -> None:
    """FULLY_CONNECTED, one scale for all weights: input scale * weight scale is not rounded to float32."""
    draw = np.random.default_rng(seed).uniform([0.005, 0.0005, 0.5], [0.05, 0.002, 2.0])
    scale_x, scale_w, scale_y = (np.float32(value) for value in draw)
    product = np.float64(scale_x) * np.float64(scale_w)
    in_double = float(product / np.float64(scale_y))
    in_float = float(np.float64(np.float32(product)) / np.float64(scale_y))
    acc = np.arange(-int(127 / in_double), int(127 / in_double))
    acc = acc[requantize(acc, in_double) != requantize(acc, in_float)]
    assert acc.size > 3  # there are such values: the test decides something
    acc = acc[:40]
    x, y = Tensor("x", (1, 2), scale=float(scale_x)), Tensor("y", (1, acc.size), scale=float(scale_y))
    weights = constant("w", np.zeros((acc.size, 2)), "int8", scale=float(scale_w))
    bias = constant("b", acc, "int32", scale=float(np.float32(product)))
    model = build([Op("FULLY_CONNECTED", [x, weights, bias], [y])])
    (found,) = run_tflm(model, np.zeros((1, 2), np.int8))
    assert np.array_equal(found, requantize(acc, in_double))
    fraction, _ = math.frexp(in_double)
    source = "".join(_sources(model).values())
    assert f" {round(fraction * 2**31)}," in source


def _sources(model: bytes) -> dict[str, str]:
    from tinykd.compiler.render import render

    options = CompileOptions(name="net", core=Core.GENERIC, optimize="balanced", labels=None)
    return render(compile_graph(read_graph(model), options))
