"""Fixed-point arithmetic on arrays equals that on integers, one by one."""

import numpy as np

from tinykd.compiler.channels.rescaled import added, requantized
from tinykd.compiler.ops.common.convolution import Requantization
from tinykd.compiler.ops.common.gemmlowp import INT32_MAX, INT32_MIN, multiply_by_quantized_multiplier
from tinykd.compiler.ops.common.gemmlowp_arrays import multiply_by_quantized_multipliers
from tinykd.compiler.ops.common.residual import LEFT_SHIFT, Operand, Residual
from tinykd.graph.quantize import Multiplier

ENDS = [0, 1, -1, 2, -2, 1 << 29, -(1 << 29), (1 << 30) - 1, 1 << 30, -(1 << 30), INT32_MAX, INT32_MIN]


def drawn(count: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """int32 of every size, and the ends."""
    source = np.random.default_rng(3)
    sizes = source.integers(1, 32, count)
    return np.concatenate([source.integers(-(1 << sizes), 1 << sizes), np.array(ENDS)]).astype(np.int64)


def test_multipliers_of_every_sign_and_shift() -> None:
    values = drawn(400)
    multipliers = np.random.default_rng(4).permutation(drawn(400))
    for shift in (*range(-40, 9), -70):
        expected = [
            multiply_by_quantized_multiplier(x, m, shift)
            for x, m in zip(values.tolist(), multipliers.tolist(), strict=True)
        ]
        found = multiply_by_quantized_multipliers(values, multipliers, np.array(shift))
        assert found.tolist() == expected


def test_ends_of_a_requantized_range() -> None:
    """An accumulator that a shift to the left does not survive gives any output."""
    r = Requantization(np.array([1 << 30] * 4, np.int32), np.array([-3, 0, 4, 31], np.int8), 5, -100, 110)
    low, high = np.array([-1000, -1000, -(1 << 28), 0]), np.array([1000, 40, 1 << 28, 0])
    lows, highs = requantized(r, low, high)
    assert (lows.tolist(), highs.tolist()) == ([-58, -100, -100, 5], [68, 25, 110, 5])


def test_added_channels() -> None:
    own = Operand(3, Multiplier(1 << 30, -1))
    add = Residual(
        own, Operand(-4, Multiplier(1717986918, -2)), Operand(7, Multiplier(1 << 30, -17)), -90, 90
    )

    def lifted(operand: Operand, value: int) -> int:
        shifted = (value - operand.zero_point) << LEFT_SHIFT
        return multiply_by_quantized_multiplier(shifted, operand.scale.value, operand.scale.shift)

    a, b = np.arange(-128, 128), np.arange(127, -129, -1)
    pairs = zip(a.tolist(), b.tolist(), strict=True)
    sums = [lifted(add.own, x) + lifted(add.other, y) for x, y in pairs]
    scaled = [multiply_by_quantized_multiplier(s, 1 << 30, -17) + 7 for s in sums]
    assert added(add, a, b).tolist() == [min(max(s, -90), 90) for s in scaled]
