"""gemmlowp on Python integers, lookup tables and copy nests, against plain mathematics."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinykd.compiler.ops.common import gemmlowp, tables
from tinykd.compiler.ops.common.loop_nest import LoopNest, StridedView, nest, rows
from tinykd.compiler.ops.common.tables import Affine
from tinykd.compiler.ops.resize import bilinear_taps, nearest_taps

int32 = st.integers(-(1 << 31), (1 << 31) - 1)


@given(int32, int32)
def test_high_mul_rounds_the_high_word_to_nearest(a: int, b: int) -> None:
    if a == b == -(1 << 31):
        assert gemmlowp.high_mul(a, b) == (1 << 31) - 1
    else:
        assert (
            gemmlowp.high_mul(a, b) == math.floor((a * b * 2 + (1 << 31)) / (1 << 32)) or abs(a * b) > 1 << 52
        )


@given(int32, st.integers(0, 31))
def test_divide_by_pot_is_to_nearest_ties_away(x: int, exponent: int) -> None:
    twice = 2 * abs(x) + (1 << exponent)
    assert gemmlowp.rounding_divide_by_pot(x, exponent) == math.copysign(twice >> (exponent + 1), x)


@given(st.integers(-(1 << 31) + 1, (1 << 31) - 1))
def test_logistic_and_tanh_follow_the_functions(a: int) -> None:
    real = a / (1 << 27)
    assert gemmlowp.logistic(a) / (1 << 31) == pytest.approx(1 / (1 + math.exp(-real)), abs=2e-7)
    assert gemmlowp.tanh(a) / (1 << 31) == pytest.approx(math.tanh(real), abs=4e-7)


@given(st.integers(1, (1 << 31) - 1))
def test_inverse_square_root(value: int) -> None:
    multiplier, shift = gemmlowp.inverse_sqrt_multiplier(value)
    assert math.ldexp(multiplier, shift - 31) == pytest.approx(value**-0.5, rel=1e-4)


def test_round_half_away() -> None:
    assert [tables.nearest(v) for v in (0.5, -0.5, 1.5, -2.5, 0.49999999999999994)] == [1, -1, 2, -3, 0]


def test_tables_are_in_the_order_of_the_input_s_bits() -> None:
    table = tables.relu(Affine(1.0, 0), Affine(1.0, 0))
    assert table[5] == 5 and table[-3 & 0xFF] == 0 and table[127] == 127 and table[-128 & 0xFF] == 0


def test_logistic_saturates_outside_of_its_radius() -> None:
    table = tables.logistic(Affine(1.0, 0))
    assert table[127] == 127 and table[-128 & 0xFF] == -128 and table[0] == 0


@given(st.permutations(range(4)), st.tuples(*(st.integers(1, 4) for _ in range(4))))
def test_a_nest_visits_what_numpy_transposes(order: list[int], shape: tuple[int, ...]) -> None:
    values = np.arange(math.prod(shape)).reshape(shape)
    origin, target = StridedView.of(shape), StridedView.of(tuple(shape[k] for k in order))
    loop = nest((origin, target), (origin.view.transpose(order), target.view))
    assert walk(loop, values.reshape(-1)) == values.transpose(order).reshape(-1).tolist()


def walk(loop: LoopNest, values: np.ndarray) -> list[int]:
    """The elements that operand 0 visits, as the C loops would."""
    params = dict(rows(loop).fields)
    counts, steps, start = params["count"], params["step"], params["start"]
    assert isinstance(counts, tuple) and isinstance(steps, tuple) and isinstance(start, tuple)
    row_count, row_step = params["row_count"], params["row_step"]
    assert isinstance(row_count, int) and isinstance(row_step, tuple)
    found = []
    for index in np.ndindex(*counts):
        base = start[0] + sum(i * s for i, s in zip(index, steps[:5], strict=True))
        found += [int(values[base + i * row_step[0]]) for i in range(row_count)]
    return found


def test_neighbouring_dimensions_merge() -> None:
    space = StridedView.of((2, 3, 4))
    assert nest((space, space), (space.view, space.view)).shape == (24,)
    assert nest((space,), (space.view[:, 1:],)) == LoopNest((2, 8), (4,), ((12, 1),))
    assert nest((space,), (space.view[:, ::-1],)) == LoopNest((2, 3, 4), (8,), ((12, -4, 1),))


def test_taps_of_a_doubled_image() -> None:
    assert nearest_taps(2, 4, align=False, half=False)[:, 0].tolist() == [0, 0, 1, 1]
    assert bilinear_taps(2, 4, align=False, half=False).tolist() == [
        [0, 0, 0], [0, 1, 512], [1, 1, 0], [1, 1, 512],
    ]  # fmt: skip
