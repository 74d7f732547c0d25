"""Buffers and resource variables: a streaming model that keeps its last frames.

With or without a first value by CALL_ONCE.
"""

from tests.conformance.builder import Op, Tensor, constant
from tests.conformance.cases.registry import Case, case
from tests.conformance.choose import Choose


@case("VAR_HANDLE", "READ_VARIABLE", "ASSIGN_VARIABLE", "CALL_ONCE")
def streaming(c: Choose, op: str) -> Case:
    """y = concat(ring[1:], x); ring := y.

    With CALL_ONCE a second subgraph sets the ring before the first run.
    """
    frames, width = c.integer(2, 5), c.integer(1, 6)
    dtype = c.pick(("int8", "int8", "int16"))
    same = {"dtype": dtype, "scale": c.scale(), "zero_point": c.zero_point() if dtype == "int8" else 0}
    x, y = Tensor("x", (1, 1, width), **same), Tensor("y", (1, frames, width), **same)
    handle, ring = Tensor("ring", (), "resource"), Tensor("value", (1, frames, width), **same)
    tail = Tensor("tail", (1, frames - 1, width), **same)
    cut = [constant("begin", [0, 1, 0]), constant("size", [1, frames - 1, width])]
    ops = [
        Op("VAR_HANDLE", [], [handle], container="", sharedName="ring"),
        Op("READ_VARIABLE", [handle], [ring]),
        Op("SLICE", [ring, *cut], [tail]),
        Op("CONCATENATION", [tail, x], [y], axis=1),
        Op("ASSIGN_VARIABLE", [handle, y], []),
    ]
    if op != "CALL_ONCE" and c.chance(50):
        return Case(ops, [x], [y])
    first = Tensor("ring", (), "resource")
    start = constant("start", c.array((1, frames, width), -128, 127), **same)
    init = [
        Op("VAR_HANDLE", [], [first], container="", sharedName="ring"),
        Op("ASSIGN_VARIABLE", [first, start], []),
    ]
    return Case([Op("CALL_ONCE", [], [], initSubgraphIndex=1), *ops], [x], [y], [init])


@case("CUSTOM CIRCULAR_BUFFER")
def circular_buffer(c: Choose, op: str) -> Case:
    """The last slots of x, and what is computed on them."""
    slots, width, depth = c.pick((1, 2, 4, 5, 13)), c.integer(1, 3), c.integer(1, 6)
    same = {"scale": c.scale(), "zero_point": c.zero_point()}
    x = Tensor("x", (1, 1, width, depth), **same)
    ring = Tensor("ring", (1, slots, width, depth), is_variable=True, **same)
    cycles = {} if slots in (5, 13) and c.chance(30) else {"cycles_max": 1}
    ops = [Op(op, [x], [ring], **cycles)]
    if c.chance(50):
        ops.append(Op("ABS", [ring], [c.quantized("y", ring.shape)]))
    return Case(ops, [x], [ops[-1].outputs[0]])
