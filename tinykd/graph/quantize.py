"""The one quantisation convention of this project: real = scale * (q - zero_point), scale float32.

Everything that turns real values into integers (host, code generator, verification) goes through here.
Rounding is half away from zero, then a clamp to the integer type. Sources: TFLite's quantization spec; for
the fixed-point multiplier ``QuantizeMultiplier`` in tensorflow/lite/kernels/internal/quantization_util.cc.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

INT8_MIN, INT8_MAX = -128, 127


@dataclass(frozen=True)
class Multiplier:
    """A real factor as ``value * 2**(shift - 31)``; ``value`` in [2**30, 2**31) or 0, positive shift = to
    the left."""

    value: int  # int32
    shift: int  # [-31, 30]


def round_half_away(x: ArrayLike) -> NDArray[np.float64]:
    """Nearest integer, ties away from zero (C's ``round``), as float64."""
    value = np.asarray(x, dtype=np.float64)
    whole = np.floor(np.abs(value))
    with np.errstate(invalid="ignore"):  # inf - inf; infinities stay infinite
        up = np.abs(value) - whole >= 0.5
    return np.asarray(np.copysign(whole + up, value))


def quantize(
    x: ArrayLike, scale: float, zero_point: int, dtype: type[np.integer[Any]] = np.int8
) -> NDArray[Any]:
    """Real values to integers of ``dtype``: divide in float32 as TFLM does, round half away, add
    zero_point, clamp.

    NaN is an error; infinities saturate.
    """
    if not scale > 0 or not math.isfinite(scale):
        raise ValueError(f"scale {scale} is not a positive number")
    with np.errstate(over="ignore"):
        ratio = np.asarray(x, dtype=np.float32) / np.float32(scale)
    if np.isnan(ratio).any():
        raise ValueError("NaN cannot be quantized")
    info = np.iinfo(dtype)
    return np.clip(round_half_away(ratio) + zero_point, info.min, info.max).astype(dtype)


def dequantize(q: ArrayLike, scale: float, zero_point: int) -> NDArray[np.float32]:
    """Integers to real values, in float32."""
    centred = np.asarray(q, dtype=np.int64) - zero_point
    return np.asarray(np.float32(scale) * centred.astype(np.float32), dtype=np.float32)


def quantize_multiplier(real: float) -> Multiplier:
    """``QuantizeMultiplier``: a double to 31 bits and a power of two; below 2**-31 it is flushed to
    zero."""
    if real == 0.0:
        return Multiplier(0, 0)
    fraction, shift = math.frexp(real)
    value = math.floor(abs(fraction) * (1 << 31) + 0.5)  # half away from zero; exact, as it is 2**30 or more
    value = value if real > 0 else -value
    if value == 1 << 31:
        value //= 2
        shift += 1
    if shift < -31:
        return Multiplier(0, 0)
    return Multiplier(value, shift)


def f32(x: float) -> float:
    """``x`` rounded to float32, where TFLM computes in float."""
    return float(np.float32(x))


def meaning(scale: float, zero_point: int, dtype: str) -> str:
    """The real values of a tensor's integers, as text for messages; ``scale`` 0: not quantized."""
    if scale:
        return f"real = {scale:.9g} * (q - {zero_point})"
    return "real numbers" if dtype == "float32" else "not quantized"
