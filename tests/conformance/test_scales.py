"""Factors between scales are doubles in TFLM's binary: values for which float32 gives another byte."""

from collections.abc import Iterator
from itertools import islice

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.conformance.builder import Op, Tensor
from tests.conformance.cases import Case
from tests.conformance.harness import Labelled, compare
from tests.conformance.tflm import Tflm
from tinykd.compiler.compile import compile_graph
from tinykd.compiler.core import CompileOptions
from tinykd.compiler.ops.unary import Lookup
from tinykd.graph.reader import read_graph


def near_ties(seed: int) -> Iterator[tuple[float, float, int]]:
    """Scales (x, y) and k: 128 * x / y is a little below k + 1/2 in double, and just that in float32."""
    rng = np.random.default_rng(seed)
    while True:
        k = int(rng.integers(64, 127))
        ratio = (2 * k + 1) / 256
        scale_y = np.float32(rng.uniform(0.01, 0.02))
        scale_x = np.float32(scale_y * ratio)
        if float(scale_x / scale_y) == ratio > float(scale_x) / float(scale_y):
            yield float(scale_x), float(scale_y), k


@pytest.mark.parametrize(("op", "zero"), [("RELU", -128), ("LEAKY_RELU", -128), ("ABS", 0)])
def test_quotients_of_scales_are_doubles(op: str, zero: int, tflm: Tflm) -> None:
    """Activations that rescale; with the quotient in float32, k would be k + 1."""
    source = 0 if zero else -128  # 128 steps from the zero point
    for scale_x, scale_y, k in islice(near_ties(3), 5):
        x = Tensor("x", (1, 256), scale=scale_x, zero_point=zero)
        y = Tensor("y", (1, 256), scale=scale_y, zero_point=-128)
        case = Case([Op(op, [x], [y], **({"alpha": 0.25} if op == "LEAKY_RELU" else {}))])
        ((found,),) = tflm.run(case.model(), [[np.full((1, 256), source, np.int8)]])
        assert (found == k - 128).all()
        (table,) = _lookups(case.model())
        assert table[source & 0xFF] == k - 128


def test_subtraction_divides_scales_in_double(tflm: Tflm) -> None:
    """SUB of int16, whose 16 bits tell float32 from double in about one value of three thousand."""
    scales = np.random.default_rng(5).uniform([1e-3, 1e-3, 2e-3], [2e-3, 2e-3, 4e-3], (4, 3))
    for draw in np.float32(scales).tolist():
        a, b, y = (Tensor(n, (1, 20_000), "int16", scale=s) for n, s in zip("aby", draw, strict=True))
        (difference,) = compare([Labelled("SUB", Case([Op("SUB", [a, b], [y])]))], tflm)
        assert (difference.total, difference.differing) == (160_000, 0)


def _lookups(model: bytes) -> Iterator[NDArray[np.int8]]:
    for step in compile_graph(read_graph(model), CompileOptions(name="m")).steps:
        assert isinstance(step.layer, Lookup)
        yield step.layer.table
