"""Lookup tables of unary int8 ops: 256 outputs, filled on the host with exactly TFLM's arithmetic.

A table is int8[256] in the order of the input's bits: entry ``q & 0xFF`` is the output of input ``q``, so the
kernel indexes it with the input cast to uint8. Each function names the TFLM source it equals (under
tensorflow/lite). ``Affine`` is real = scale * (q - zero_point), scale a float32; factors between scales are
doubles as in TFLM's binary, also where its source says float: tests/conformance/test_scales.py checks.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tinykd.compiler.ops.common import gemmlowp
from tinykd.graph.quantize import Multiplier, f32, quantize_multiplier, round_half_away

Table = NDArray[np.int8]  # (256,)
INT8_MIN, INT8_MAX = -128, 127
SIGMOID_SCALES = 2.0**-28, 2.0**34  # of the input of LOGISTIC and TANH: shifts of 0..62 in _q4_input


@dataclass(frozen=True)
class Affine:
    """Per-tensor quantization of one int8 operand."""

    scale: float  # exactly a float32
    zero_point: int


def table_of(function: Callable[[int], int]) -> Table:
    """``function`` over every int8 input, saturated to int8."""
    inputs = [*range(128), *range(-128, 0)]
    return np.array([gemmlowp.clamp(function(q), INT8_MIN, INT8_MAX) for q in inputs], dtype=np.int8)


def nearest(value: float) -> int:
    """``TfLiteRound``: the nearest integer, ties away from zero."""
    return int(round_half_away(value))


def _rescaled(value: int, by: Multiplier) -> int:
    return gemmlowp.multiply_by_quantized_multiplier(value, by.value, by.shift)


def rescaled(x: Affine, y: Affine, scale: Multiplier) -> Table:
    """kernels/internal/reference/reduce.h, QuantizedMeanOrSum, of one value."""
    return table_of(lambda q: y.zero_point + _rescaled(q - x.zero_point, scale))


def relu(x: Affine, y: Affine) -> Table:
    """micro/kernels/activations_common.cc, CalculateReluOpData: rescale, then clamp at the output's zero."""
    scale = quantize_multiplier(x.scale / y.scale)
    return table_of(lambda q: y.zero_point + max(0, _rescaled(q - x.zero_point, scale)))


def relu6(x: Affine) -> Table:
    """micro/kernels/activations_common.cc, Relu6Prepare: a clamp; the output's scale is not used."""
    six = gemmlowp.clamp(nearest(f32(6.0 / x.scale)) + x.zero_point, INT8_MIN, INT8_MAX)
    return table_of(lambda q: six if q > six else max(q, x.zero_point))


def leaky_relu(x: Affine, y: Affine, alpha: float) -> Table:
    """kernels/internal/reference/leaky_relu.h, QuantizeLeakyRelu."""
    identity = quantize_multiplier(x.scale / y.scale)
    slope = quantize_multiplier(x.scale * alpha / y.scale)
    sign, steepness = (-1 if slope.value < 0 else 1), Multiplier(abs(slope.value), slope.shift)

    def output(q: int) -> int:
        value = q - x.zero_point
        if value >= 0:
            return y.zero_point + _rescaled(value, identity)
        return y.zero_point + sign * _rescaled(value, steepness)

    return table_of(output)


def _q4_input(x: Affine) -> tuple[Multiplier, int]:
    """The multiplier that brings an input to FixedPoint<int32, 4>, and the radius it fits.

    For LOGISTIC and TANH; ``CalculateInputRadius`` is defined for scales in ``SIGMOID_SCALES`` only.
    """
    fraction, left_shift = math.frexp(x.scale * float(1 << 27))
    scale = Multiplier(nearest(fraction * float(1 << 31)), left_shift)
    return scale, math.floor(15.0 * (1 << 27) / math.ldexp(1.0, left_shift))


def logistic(x: Affine) -> Table:
    """kernels/internal/reference/integer_ops/logistic.h; the output is always scale 1/256, zero -128."""
    scale, radius = _q4_input(x)

    def output(q: int) -> int:
        value = q - x.zero_point
        if abs(value) >= radius:
            return INT8_MIN if value <= -radius else INT8_MAX
        return gemmlowp.rounding_divide_by_pot(gemmlowp.logistic(_rescaled(value, scale)), 23) - 128

    return table_of(output)


def tanh(x: Affine) -> Table:
    """kernels/internal/reference/integer_ops/tanh.h; the output is always scale 1/128, zero point 0."""
    scale, radius = _q4_input(x)

    def output(q: int) -> int:
        value = q - x.zero_point
        if abs(value) >= radius:
            return INT8_MIN if value <= -radius else INT8_MAX
        return gemmlowp.rounding_divide_by_pot(gemmlowp.tanh(_rescaled(value, scale)), 24)

    return table_of(output)


def elu(x: Affine, y: Affine) -> Table:
    """micro/kernels/elu.cc, PopulateLookupTable (float32 throughout)."""
    inverse_scale = np.float32(1) / np.float32(y.scale)

    def output(q: int) -> int:
        real = np.float32(x.scale) * np.float32(q - x.zero_point)
        if real < 0:
            real = np.float32(math.exp(float(real))) - np.float32(1)
        return int(np.float32(nearest(float(real * inverse_scale))) + np.float32(y.zero_point))

    return table_of(output)


def absolute(x: Affine, y: Affine) -> Table:
    """micro/kernels/elementwise.cc, AbsEvalQuantized: rescaled only where the scales differ."""
    if x.scale == y.scale:
        return table_of(lambda q: abs(q - x.zero_point) + y.zero_point)
    scale = quantize_multiplier(x.scale / y.scale)
    return table_of(lambda q: _rescaled(abs(q - x.zero_point), scale) + y.zero_point)


def rsqrt(x: Affine, y: Affine) -> Table:
    """micro/kernels/elementwise.cc, RsqrtEvalQuantized.

    TFLM stops with an error at a negative input; the table holds there what it holds at zero, the largest
    output.
    """
    scale = quantize_multiplier(1.0 / (math.sqrt(x.scale) * y.scale))
    last = Multiplier(scale.value, scale.shift - 20)

    def output(q: int) -> int:
        value = q - x.zero_point
        if value <= 0:
            return INT8_MAX
        inverse, shift = gemmlowp.inverse_sqrt_multiplier(value)
        return _rescaled(_rescaled(1, Multiplier(inverse, shift + 20)), last) + y.zero_point

    return table_of(output)


def hard_swish(x: Affine, y: Affine) -> Table:
    """kernels/internal/reference/hard_swish.h on 16-bit fixed point."""
    hires_scale = x.scale / 128
    out = quantize_multiplier(hires_scale / y.scale)
    slope = quantize_multiplier(hires_scale / (3 / 32768))

    def output(q: int) -> int:
        hires = wrap16((q - x.zero_point) << 7)
        preshift = gemmlowp.high_mul(hires, to_int16(out.value), 15)
        reluish = _reluish(hires, to_int16(slope.value), slope.shift)
        product = truncated_high_mul16(reluish, preshift)
        return wrap16(gemmlowp.rounding_divide_by_pot(product, -out.shift) + y.zero_point)

    return table_of(output)


def _reluish(hires: int, multiplier: int, exponent: int) -> int:
    """(x + 3) / 6 clamped to [0, 1] as Q0.15: the middle of the reference HardSwish."""
    value = hires
    if exponent > 0:
        value = saturate16(value << (exponent - 1))
    value = gemmlowp.high_mul(value, multiplier, 15)
    if exponent > 0:
        value = saturate16(value << 1)
    if exponent < 0:
        value = gemmlowp.rounding_divide_by_pot(value, -exponent)
    return (value + (1 << 15)) >> 1


def truncated_high_mul16(a: int, b: int) -> int:
    """``SaturatingDoublingHighMul`` of two int16, rounding towards zero."""
    if a == b == gemmlowp.INT16_MIN:
        return gemmlowp.INT16_MAX
    product = a * b
    return product >> 15 if product >= 0 else -(-product >> 15)


def to_int16(multiplier: int) -> int:
    """``DownScaleInt32ToInt16Multiplier``."""
    if multiplier >= gemmlowp.INT32_MAX - (1 << 15):
        return gemmlowp.INT16_MAX
    return (multiplier + (1 << 15)) >> 16


def saturate16(value: int) -> int:
    return gemmlowp.clamp(value, gemmlowp.INT16_MIN, gemmlowp.INT16_MAX)


def wrap16(value: int) -> int:
    return ((value + (1 << 15)) & 0xFFFF) - (1 << 15)
