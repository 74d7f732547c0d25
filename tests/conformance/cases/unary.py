"""One int8 operand, element by element."""

import numpy as np

from tests.conformance.builder import Op, Tensor
from tests.conformance.cases.registry import Case, case
from tests.conformance.choose import Choose


def _size(c: Choose) -> tuple[int, ...]:
    return (1, 256) if c.chance(50) else c.shape()


@case("RELU", "ABS")
def rescaled(c: Choose, op: str) -> Case:
    shape, x_scale = _size(c), c.scale()
    same = c.chance(30)
    x = c.quantized("x", shape, scale=x_scale)
    return Case([Op(op, [x], [c.quantized("y", shape, scale=x_scale if same else c.scale())])])


@case("ELU")
def elu(c: Choose, op: str) -> Case:
    shape = _size(c)
    return Case([Op(op, [c.quantized("x", shape)], [c.quantized("y", shape)])])


@case("RELU6")
def relu6(c: Choose, op: str) -> Case:
    shape, same = _size(c), {"scale": c.scale(), "zero_point": c.zero_point()}
    return Case([Op(op, [Tensor("x", shape, **same)], [Tensor("y", shape, **same)])])


@case("LEAKY_RELU")
def leaky_relu(c: Choose, op: str) -> Case:
    shape, alpha = _size(c), c.pick((0.01, 0.1, 0.2, 0.3, 0.5, 1.5))
    return Case([Op(op, [c.quantized("x", shape)], [c.quantized("y", shape)], alpha=alpha)])


@case("LOGISTIC")
def logistic(c: Choose, op: str) -> Case:
    shape = _size(c)
    return Case([Op(op, [c.quantized("x", shape)], [Tensor("y", shape, scale=1 / 256, zero_point=-128)])])


@case("TANH")
def tanh(c: Choose, op: str) -> Case:
    shape = _size(c)
    return Case([Op(op, [c.quantized("x", shape)], [Tensor("y", shape, scale=1 / 128, zero_point=0)])])


@case("HARD_SWISH")
def hard_swish(c: Choose, op: str) -> Case:
    shape, scale = _size(c), c.scale(5e-3, 0.5)
    y = c.quantized("y", shape, scale=float(np.float32(scale * c.pick((0.3, 0.6, 1.0)))))
    return Case([Op(op, [c.quantized("x", shape, scale=scale)], [y])])


@case("RSQRT")
def rsqrt(c: Choose, op: str) -> Case:
    shape = _size(c)
    x = c.quantized("x", shape, zero_point=c.pick((-128, -100, 0)))
    zero = int(x.zero_points()[0])
    # TFLM ends with an error on a negative real input.
    return Case([Op(op, [x], [c.quantized("y", shape)])], input_ranges={x: (zero, 127)})


@case("QUANTIZE")
def requantize(c: Choose, op: str) -> Case:
    shape = _size(c)
    return Case([Op(op, [c.quantized("x", shape)], [c.quantized("y", shape)])])


@case("DEQUANTIZE")
def dequantize(c: Choose, op: str) -> Case:
    shape = _size(c)
    return Case(
        [Op(op, [_integers(c, "x", shape, "int8", "uint8", "int16")], [Tensor("y", shape, "float32")])]
    )


@case("QUANTIZE/float32")
def quantize(c: Choose, _name: str) -> Case:
    shape = _size(c)
    return Case(
        [Op("QUANTIZE", [Tensor("x", shape, "float32")], [_integers(c, "y", shape, "int8", "int16")])]
    )


def _integers(c: Choose, name: str, shape: tuple[int, ...], *dtypes: str) -> Tensor:
    """Of one of ``dtypes``."""
    dtype, zero = c.pick(dtypes), c.zero_point()
    zero = {"int8": zero, "uint8": zero + 128, "int16": zero * 256}[dtype]
    return Tensor(name, shape, dtype, scale=c.scale(), zero_point=zero)
