"""IF, and WHILE with a condition that is constant: a branch, and a loop that counts."""

import numpy as np

from tests.conformance.builder import Function, Op, Tensor, constant
from tests.conformance.cases.registry import Case, case
from tests.conformance.choose import Choose


@case("IF")
def branch(c: Choose, op: str) -> Case:
    """x or, with another scale, max(x, 3); on a condition that is given or compared from constants."""
    shape, taken = c.shape((1, 3), 4), c.chance(50)
    x, y = c.quantized("x", shape), c.quantized("y", shape)
    ops, condition = list[Op](), constant("taken", taken, "bool")
    if c.chance(50):
        condition = Tensor("less", (), "bool")
        ops = [Op("LESS", [constant("a", 1), constant("b", 2 if taken else 1)], [condition])]
    same, given = c.quantized("same", shape), c.quantized("given", shape)
    three = Tensor("three", (1,), data=np.array([3], np.int8), scale=given.scale, zero_point=given.zero_point)
    result = Tensor("result", shape, scale=given.scale, zero_point=given.zero_point)
    branches = [
        Function([], [same], [same]),
        Function([Op("MAXIMUM", [given, three], [result])], [given], [result]),
    ]
    options = {"thenSubgraphIndex": 1, "elseSubgraphIndex": 2}
    return Case([*ops, Op(op, [condition, x], [y], **options)], [x], [y], [*branches])


@case("IF/run time")
def choice(c: Choose, op: str) -> Case:
    """Two results of either branch, on a condition that is an input or compared from one."""
    shape, dtype = c.shape((1, 3), 4), c.pick(("int8", "int8", "int16"))
    wide = {"dtype": dtype, **({"zero_point": 0} if dtype == "int16" else {})}
    x, y, z = (c.quantized(name, shape, **wide) for name in "xyz")
    condition = Tensor("condition", c.pick(((), (1,))), "bool")
    given, ops = condition, list[Op]()
    if c.chance(50):
        given = c.quantized("given", ())
        limit = Tensor("limit", (), scale=given.scale, zero_point=given.zero_point, data=np.int8(9))
        condition = Tensor("less", (), "bool")
        ops = [Op("LESS", [given, limit], [condition])]
    same = c.quantized("same", shape, **wide)
    a, b = (c.quantized(name, shape, **wide) for name in "ab")
    left, right = (Tensor(name, shape, dtype, scale=a.scale, zero_point=a.zero_point) for name in "lr")
    branches = [
        Function([Op("MAXIMUM", [a, a], [left])], [a], [left, a]),
        Function([Op("ADD", [b, b], [right])], [b], [b, right]) if c.chance(50)
        else Function([], [same], [same, same]),
    ]  # fmt: skip
    options = {"thenSubgraphIndex": 1, "elseSubgraphIndex": 2}
    ops.append(Op("IF", [condition, x], [y, z], **options))
    return Case(ops, [given, x], [y, z], [*branches])


@case("WHILE")
def loop(c: Choose, op: str) -> Case:
    """count = 0; while count < n: count += 1; x = x + step."""
    shape, rounds = c.shape((1, 3), 4), c.integer(0, 4)
    same = {"scale": c.scale(0.01, 0.1), "zero_point": c.zero_point()}
    start, one = constant("start", 0), constant("one", 1)
    ends, x, y = Tensor("ends", (), "int32"), Tensor("x", shape, **same), Tensor("y", shape, **same)
    asked = [Tensor("count", (), "int32"), Tensor("unused", shape, **same)]
    goes_on = Tensor("goes_on", (), "bool")
    cond = Function([Op("LESS", [asked[0], constant("rounds", rounds)], [goes_on])], asked, [goes_on])
    before = [Tensor("count", (), "int32"), Tensor("before", shape, **same)]
    after = [Tensor("next", (), "int32"), Tensor("after", shape, **same)]
    step = Tensor("step", shape, data=c.array(shape, -128, 127), **same)
    body = Function(
        [Op("ADD", [before[0], one], [after[0]]), Op("ADD", [before[1], step], [after[1]])], before, after
    )
    options = {"condSubgraphIndex": 1, "bodySubgraphIndex": 2}
    return Case([Op(op, [start, x], [ends, y], **options)], [x], [y], [cond, body])
