"""The quantisation convention: ties of both signs, clamping, the fixed-point multiplier, and the C twin."""

import math
import subprocess
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tinykd.graph.quantize import Multiplier, dequantize, quantize, quantize_multiplier, round_half_away
from tinykd.paths import FIRMWARE


def test_ties_go_away_from_zero() -> None:
    values = [0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 0.49999997, -0.49999997]
    assert round_half_away(values).tolist() == [1, 2, 3, -1, -2, -3, 0, 0]
    assert quantize([0.25, -0.25, 0.75, -0.75], 0.5, 0).tolist() == [1, -1, 2, -2]


def test_clamps_after_the_zero_point() -> None:
    assert quantize([1e9, -1e9, math.inf, -math.inf], 0.1, 5).tolist() == [127, -128, 127, -128]
    assert quantize(12.3, 0.1, 5).tolist() == 127
    assert quantize([300.0], 0.01, 0, np.int16).tolist() == [30000]


def test_round_trip() -> None:
    q = np.arange(-128, 128, dtype=np.int8)
    assert (quantize(dequantize(q, 0.0123, -7), 0.0123, -7) == q).all()


@pytest.mark.parametrize("scale", [0.0, -1.0, math.nan, math.inf])
def test_refuses_scales_that_mean_nothing(scale: float) -> None:
    with pytest.raises(ValueError, match="is not a positive number"):
        quantize([1.0], scale, 0)


def test_refuses_nan() -> None:
    with pytest.raises(ValueError, match="NaN cannot be quantized"):
        quantize([math.nan], 1.0, 0)


def test_multiplier_by_hand() -> None:
    assert quantize_multiplier(0.0) == Multiplier(0, 0)
    assert quantize_multiplier(1.0) == Multiplier(1 << 30, 1)
    assert quantize_multiplier(0.75) == Multiplier(3 << 29, 0)
    assert quantize_multiplier(2.0**-33) == Multiplier(0, 0)  # flushed, as TFLM does
    assert quantize_multiplier(1.0 - 2.0**-40) == Multiplier(1 << 30, 1)  # rounds up to the next power of two


@given(st.floats(1e-9, 1e6))
def test_multiplier_is_close(real: float) -> None:
    m = quantize_multiplier(real)
    assert m.value == 0 or 1 << 30 <= m.value < 1 << 31
    assert math.isclose(m.value * 2.0 ** (m.shift - 31), real, rel_tol=2**-30) or m.value == 0


@given(st.floats(1e-9, 1e6) | st.floats(-1e6, -1e-9))
@example(-(1.0 - 2.0**-40))  # -2**31: an int32, so it stays
@example(0.5 + 2.0**-33 - 2.0**-53)
def test_multiplier_rounds_half_away(real: float) -> None:
    m, (fraction, _) = quantize_multiplier(real), math.frexp(real)
    whole = int(round_half_away(fraction * 2.0**31))
    assert m.value in (whole if whole < 1 << 31 else 1 << 30, 0)


TWIN = r"""
#include <stdio.h>
#include "tkd_quantize.h"
int main(void) {
    float real, scale;
    int zero_point;
    while (scanf("%f %f %d", &real, &scale, &zero_point) == 3) { printf("%d\n", tkd_quantize(real, scale,
    zero_point)); } return 0;
}
"""


def test_c_twin_agrees(tmp_path: Path) -> None:
    (tmp_path / "twin.c").write_text(TWIN)
    binary = tmp_path / "twin"
    flags = ["-std=c99", "-Wall", "-Wextra", "-Werror", "-Wconversion", "-fsanitize=undefined"]
    subprocess.run(
        ["gcc", *flags, f"-I{FIRMWARE / 'kernels'}", str(tmp_path / "twin.c"), "-o", str(binary)], check=True
    )
    random = np.random.default_rng(0)
    reals = np.concatenate([random.uniform(-40, 40, 400), np.arange(-200, 200) * 0.125, [1e30, -1e30]])
    cases = [(np.float32(r), s, z) for r in reals for s, z in ((0.25, 3), (0.1, -128), (1 / 256, 127))]
    text = "\n".join(f"{r:.9g} {np.float32(s):.9g} {z}" for r, s, z in cases)
    done = subprocess.run([str(binary)], input=text, capture_output=True, text=True, check=True)
    expected = [int(quantize(r, float(np.float32(s)), z)) for r, s, z in cases]
    assert [int(line) for line in done.stdout.split()] == expected
