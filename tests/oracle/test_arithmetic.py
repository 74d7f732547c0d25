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


@pytest.mark.slow
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


@pytest.mark.parametrize("seed", [1, 3])
def test_svdf_multiplies_scales_in_double(seed: int) -> None:
    """State scale * time scale / output scale, on sums that are the bias alone."""
    draw = np.random.default_rng(seed).uniform([0.0008, 0.0001, 0.5], [0.0016, 0.0002, 1.5])
    scale_state, scale_time, scale_y = (np.float32(value) for value in draw)
    in_double = float(np.float64(scale_state) * np.float64(scale_time) / np.float64(scale_y))
    in_float = float(scale_state * scale_time / scale_y)
    acc = np.random.default_rng(seed).integers(-int(126 / in_double), int(126 / in_double), 4_000_000)
    acc = acc[requantize(acc, in_double) != requantize(acc, in_float)][:40]
    assert acc.size > 3  # there are such values: the test decides something
    n, bias_scale = acc.size, float(scale_state * scale_time)
    x, y = Tensor("x", (1, 1), scale=1.0), Tensor("y", (1, n), scale=float(scale_y))
    features = constant("features", np.zeros((n, 1)), "int8", scale=1.0)
    times = constant("times", np.zeros((n, 1)), "int16", scale=float(scale_time))
    bias = constant("bias", acc, "int32", scale=bias_scale)
    state = Tensor("state", (1, n), "int16", scale=float(scale_state), is_variable=True)
    model = build([Op("SVDF", [x, features, times, bias, state], [y], rank=1)])
    (found,) = run_tflm(model, np.zeros((1, 1), np.int8))
    assert np.array_equal(found.reshape(-1), requantize(acc, in_double))
    assert f"{round(math.frexp(in_double)[0] * 2**31)}," in "".join(_sources(model).values())


def _sources(model: bytes) -> dict[str, str]:
    from tinykd.compiler.codegen.render import render

    options = CompileOptions(name="net", core=Core.GENERIC, optimize="balanced", labels=None)
    return render(compile_graph(read_graph(model), options))
