"""Plain integers, without a scale: ``CASES["ADD/int32"]``."""

from collections.abc import Callable

from tests.conformance.builder import Op, Tensor, constant
from tests.conformance.cases.elementwise import ACTIVATIONS, broadcast_shapes
from tests.conformance.cases.int16 import requantized
from tests.conformance.cases.registry import CASES, Case
from tests.conformance.choose import Choose, limits

WHOLE = ("int32", "int64")
COMPARISONS = ("EQUAL", "NOT_EQUAL", "GREATER", "GREATER_EQUAL", "LESS", "LESS_EQUAL")
Make = Callable[[Choose, str, str], Case]  # (choose, op, dtype)


def case(dtypes: tuple[str, ...], *ops: str) -> Callable[[Make], Make]:
    """As ``registry.case``, under the op's name with each type."""

    def enter(function: Make) -> Make:
        for op in ops:
            for dtype in dtypes:
                CASES[f"{op}/{dtype}"] = lambda choose, op=op, dtype=dtype: function(choose, op, dtype)
        return function

    return enter


def operands(c: Choose, dtype: str) -> tuple[Tensor, Tensor, tuple[int, ...]]:
    """Two, the second one a constant now and then, and the shape of the result."""
    (first, second), shape = broadcast_shapes(c, 2)
    a, b = Tensor("a", first, dtype), Tensor("b", second, dtype)
    if c.chance(25):
        b = Tensor("b", second, dtype, data=c.array(second, *limits(b), dtype))
    return a, b, shape


@case(("int32",), "ADD", "SUB", "MUL", "SQUARED_DIFFERENCE")
def arithmetic(c: Choose, op: str, dtype: str) -> Case:
    a, b, shape = operands(c, dtype)
    options = {} if op == "SQUARED_DIFFERENCE" else {"fusedActivationFunction": c.pick(ACTIVATIONS)}
    return Case([Op(op, [a, b], [Tensor("y", shape, dtype)], **options)])


@case(("int32",), "DIV")
def division(c: Choose, op: str, dtype: str) -> Case:
    """TFLM ends the program at a divisor of 0."""
    (first, second), shape = broadcast_shapes(c, 2)
    a, b = Tensor("a", first, dtype), Tensor("b", second, dtype)
    least, most = c.pick(((1, 7), (2, 100_000), (-(1 << 31), -2)))
    y = Tensor("y", shape, dtype)
    return Case(
        [Op(op, [a, b], [y], fusedActivationFunction=c.pick(ACTIVATIONS))], input_ranges={b: (least, most)}
    )


@case(("int16", *WHOLE), "MINIMUM", "MAXIMUM")
def extremum(c: Choose, op: str, dtype: str) -> Case:
    a, b, shape = operands(c, dtype)
    return Case([Op(op, [a, b], [Tensor("y", shape, dtype)])])


@case(WHOLE, *COMPARISONS)
@case(("bool",), "EQUAL", "NOT_EQUAL")
def comparison(c: Choose, op: str, dtype: str) -> Case:
    a, b, shape = operands(c, dtype)
    return Case([Op(op, [a, b], [Tensor("y", shape, "bool")])])


@case(("int32",), "PAD", "PADV2")
def pad(c: Choose, op: str, dtype: str) -> Case:
    shape = c.shape((1, 4), 3)
    pads = [[c.integer(0, 3), c.integer(0, 3)] for _ in shape]
    y = Tensor("y", tuple(n + sum(p) for n, p in zip(shape, pads, strict=True)), dtype)
    value = [constant("value", [c.integer(-(1 << 31), (1 << 31) - 1)])] if op == "PADV2" else []
    return Case([Op(op, [Tensor("x", shape, dtype), constant("paddings", pads), *value], [y])])


@case(("int8", "int16", "int32"), "DYNAMIC_UPDATE_SLICE")
def update_slice(c: Choose, op: str, dtype: str) -> Case:
    shape, index = c.shape((1, 5), 5), c.pick(WHOLE)
    part = tuple(c.integer(1, n) for n in shape)
    same = {"dtype": dtype, "scale": None if dtype == "int32" else 0.5}
    where = Tensor("where", (len(shape),), index)
    if c.chance(40):
        where = constant("where", c.array((len(shape),), -2, 6, index), index)
    x, update, y = (Tensor(n, s, **same) for n, s in (("x", shape), ("update", part), ("y", shape)))
    return Case(
        [Op(op, [x, update, where], [y])], input_ranges={} if where.data is not None else {where: (-2, 6)}
    )


@case(("int8", "int32"), "FILL")
def fill(c: Choose, op: str, dtype: str) -> Case:
    shape, kind = c.shape((1, 4), 5), c.pick(("int32", "int64"))
    same = {"dtype": dtype, "scale": None if dtype == "int32" else 0.5}
    value, y = Tensor("value", (), **same), Tensor("y", shape, **same)
    return Case([Op(op, [constant("dims", shape, kind), value], [y])])


@case(("int8", "int32", "int64"), "ZEROS_LIKE")
def zeros(c: Choose, op: str, dtype: str) -> Case:
    """max(x, 0), of the numbers as they stand."""
    same = {"shape": c.shape((1, 4), 5), "dtype": dtype}
    same |= {"scale": 0.5, "zero_point": c.zero_point()} if dtype == "int8" else {}
    x, zero, y = (Tensor(name, **same) for name in ("x", "zero", "y"))
    return Case([Op(op, [x], [zero]), Op("MAXIMUM", [x, zero], [y])])


@case(("int32",), "QUANTIZE")
def quantize(c: Choose, op: str, dtype: str) -> Case:
    pairs = (("int8", dtype), ("int16", dtype), (dtype, "int8"), (dtype, "int16"))
    return requantized(c, op, *c.pick(pairs))


@case(("uint8",), "QUANTIZE")
def quantize_bytes(c: Choose, op: str, dtype: str) -> Case:
    return requantized(c, op, *c.pick((("int8", dtype), (dtype, "int8"))))
