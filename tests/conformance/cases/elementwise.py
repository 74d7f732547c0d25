"""Two operands, element by element, with broadcast: arithmetic, comparison, logic, selection."""

import numpy as np

from tests.conformance.builder import NONE, RELU, RELU6, RELU_N1_TO_1, TENSOR_TYPE, Op, Tensor, constant
from tests.conformance.cases.registry import Case, case
from tests.conformance.choose import Choose

ACTIVATIONS = (NONE, RELU, RELU6, RELU_N1_TO_1)


def broadcast_shapes(c: Choose, operands: int) -> tuple[list[tuple[int, ...]], tuple[int, ...]]:
    """Shapes of the operands, and of the result, under numpy's rules; half of the time all equal."""
    result = c.shape((1, 4), 6)
    if c.chance(50):
        return [result] * operands, result
    shapes = []
    for _ in range(operands):
        shape = tuple(1 if c.chance(30) else n for n in result)
        shapes.append(shape[c.integer(0, len(shape) - 1) :] if c.chance(30) else shape)
    return shapes, _joint(shapes)


def _joint(shapes: list[tuple[int, ...]]) -> tuple[int, ...]:
    rank = max(map(len, shapes))
    padded = [(1,) * (rank - len(s)) + s for s in shapes]
    return tuple(max(dims) for dims in zip(*padded, strict=True))


def operands(c: Choose, **fields: object) -> tuple[Tensor, Tensor, tuple[int, ...]]:
    """Two quantized operands, the second one a constant now and then, and the shape of the result."""
    (first, second), result = broadcast_shapes(c, 2)
    a = c.quantized("a", first, **fields)
    if c.chance(25):
        return a, c.constant("b", second, **fields), result
    return a, c.quantized("b", second, **fields), result


@case("ADD", "SUB", "MUL")
def arithmetic(c: Choose, op: str) -> Case:
    a, b, shape = operands(c)
    y = c.quantized("y", shape)
    return Case([Op(op, [a, b], [y], fusedActivationFunction=c.pick(ACTIVATIONS))])


@case("DIV")
def division(c: Choose, op: str) -> Case:
    """TFLM is not defined where the divisor stands for 0."""
    (first, second), shape = broadcast_shapes(c, 2)
    positive = c.chance(50)
    b = c.quantized("b", second, zero_point=c.pick((-128, -20)) if positive else c.pick((127, 20)))
    zero = b.zero_points()[0]
    a = c.quantized("a", first)
    factor = 2.0 ** (c.integer(61, 220) / 10)
    y = c.quantized("y", shape, scale=float(np.float32(a.scales()[0] / (b.scales()[0] * factor))))
    ranges = {b: (zero + 1, 127) if positive else (-128, zero - 1)}
    return Case([Op(op, [a, b], [y], fusedActivationFunction=c.pick(ACTIVATIONS))], input_ranges=ranges)


@case("SQUARED_DIFFERENCE")
def squared_difference(c: Choose, op: str) -> Case:
    a, b, shape = operands(c)
    # The output multiplier is (2 max)² / (2¹⁴ scale): TFLM requires it to fit a shift of at most 30.
    return Case([Op(op, [a, b], [c.quantized("y", shape)])])


@case("MINIMUM", "MAXIMUM")
def extremum(c: Choose, op: str) -> Case:
    same = {"scale": c.scale(), "zero_point": c.zero_point()}
    a, b, shape = operands(c, **same)
    return Case([Op(op, [a, b], [Tensor("y", shape, **same)])])


@case("EQUAL", "NOT_EQUAL", "GREATER", "GREATER_EQUAL", "LESS", "LESS_EQUAL")
def comparison(c: Choose, op: str) -> Case:
    same = {"scale": c.scale(), "zero_point": c.zero_point()} if c.chance(50) else {}
    a, b, shape = operands(c, **same)
    return Case([Op(op, [a, b], [Tensor("y", shape, "bool")])])


@case("LOGICAL_AND", "LOGICAL_OR")
def logical(c: Choose, op: str) -> Case:
    (first, second), shape = broadcast_shapes(c, 2)
    return Case(
        [Op(op, [Tensor("a", first, "bool"), Tensor("b", second, "bool")], [Tensor("y", shape, "bool")])]
    )


@case("LOGICAL_NOT")
def logical_not(c: Choose, op: str) -> Case:
    shape = c.shape()
    return Case([Op(op, [Tensor("a", shape, "bool")], [Tensor("y", shape, "bool")])])


@case("SELECT_V2")
def select(c: Choose, op: str) -> Case:
    (condition, first, second), shape = broadcast_shapes(c, 3)
    same = {"scale": c.scale(), "zero_point": c.zero_point()}
    a, b = Tensor("a", first, **same), Tensor("b", second, **same)
    return Case([Op(op, [Tensor("condition", condition, "bool"), a, b], [Tensor("y", shape, **same)])])


@case("ADD_N")
def add_n(c: Choose, op: str) -> Case:
    shape, same = c.shape((1, 4), 6), {"scale": c.scale(), "zero_point": c.zero_point()}
    inputs = [Tensor(f"x{i}", shape, **same) for i in range(c.pick((2, 3, 5, 20)))]
    return Case([Op(op, inputs, [c.quantized("y", shape, scale=c.scale(1e-2, 2.0))])])


@case("CUMSUM")
def cumsum(c: Choose, op: str) -> Case:
    shape = c.pick((c.shape((1, 4), 6), (2, 40)))
    axis = constant("axis", [c.integer(-len(shape), len(shape) - 1)])
    y = c.quantized("y", shape, scale=c.scale(1e-2, 2.0))
    return Case([Op(op, [c.quantized("x", shape), axis], [y], exclusive=c.chance(50), reverse=c.chance(50))])


@case("PRELU")
def prelu(c: Choose, op: str) -> Case:
    shape = c.shape((2, 4), 6)
    alpha = shape[-1:] if c.chance(40) else (1,) * (len(shape) - 2) + shape[-1:] if c.chance(70) else (1,)
    x = c.quantized("x", shape)
    return Case([Op(op, [x, c.constant("alpha", alpha)], [c.quantized("y", shape)])])


@case("CAST")
def cast(c: Choose, op: str) -> Case:
    types = ("int8", "int16", "int32", "uint32")
    shape = c.shape()
    x, y = Tensor("x", shape, c.pick((*types, "bool"))), Tensor("y", shape, c.pick(types))
    return Case([Op(op, [x], [y], inDataType=TENSOR_TYPE[x.dtype], outDataType=TENSOR_TYPE[y.dtype])])
