"""The ends of a range through requantization and ADD: both rise with their operands, so ends stay ends."""

import numpy as np

from tinykd.compiler.ops.common.convolution import Requantization
from tinykd.compiler.ops.common.gemmlowp import INT32_MAX
from tinykd.compiler.ops.common.gemmlowp_arrays import Values, multiply_by_quantized_multipliers
from tinykd.compiler.ops.common.residual import LEFT_SHIFT, Operand, Residual
from tinykd.graph.quantize import Multiplier

_BITS = 31  # more than any shift to the left that an accumulator other than 0 survives


def requantized(r: Requantization, low: Values, high: Values) -> tuple[Values, Values]:
    """(channels,) the outputs of accumulators from ``low`` to ``high``.

    A shift to the left that an accumulator does not survive gives any output.
    """
    multipliers, shifts = (np.broadcast_to(a, low.shape).astype(np.int64) for a in (r.multipliers, r.shifts))
    left = np.clip(shifts, 0, _BITS)
    is_any = np.maximum(abs(low), abs(high)) > INT32_MAX >> left
    a, b = (
        np.clip(
            r.zero_point + multiply_by_quantized_multipliers(np.where(is_any, 0, ends), multipliers, shifts),
            r.minimum,
            r.maximum,
        )
        for ends in (low, high)
    )
    return np.where(is_any, r.minimum, a), np.where(is_any, r.maximum, b)


def added(add: Residual, a: Values, b: Values) -> Values:
    """ADD of ``a`` (its own operand) and ``b``, channel by channel."""
    total = _operand(add.own, a) + _operand(add.other, b)
    result = _scaled(total, add.output.scale) + add.output.zero_point
    return np.clip(result, add.minimum, add.maximum)


def _operand(operand: Operand, values: Values) -> Values:
    return _scaled((values - operand.zero_point) << LEFT_SHIFT, operand.scale)


def _scaled(values: Values, scale: Multiplier) -> Values:
    return multiply_by_quantized_multipliers(values, np.array(scale.value), np.array(scale.shift))
