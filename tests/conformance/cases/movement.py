"""Ops that move values and compute nothing."""

import numpy as np

from tests.conformance.builder import REFLECT, SYMMETRIC, Op, Tensor, constant
from tests.conformance.cases.registry import Case, case
from tests.conformance.choose import Choose

WIDE = ("int16", "int32")
ALL = ("int16", "int32", "int64", "uint8", "bool")


def _same(c: Choose, others: tuple[str, ...] = ()) -> dict[str, object]:
    """One quantization for all operands; of other types a third of the time, where TFLM moves them."""
    if others and c.chance(33):
        dtype = c.pick(others)
        return {"dtype": dtype, "scale": c.scale() if dtype == "int16" else None}
    return {"scale": c.scale(), "zero_point": c.zero_point()}


def _signed(c: Choose, axis: int, rank: int) -> int:
    return axis - rank if c.chance(30) else axis


@case("CONCATENATION")
def concatenation(c: Choose, op: str) -> Case:
    shape, same = c.shape((1, 4)), _same(c, (*WIDE, "int64", "bool"))
    axis = c.integer(0, len(shape) - 1)
    parts = [(*shape[:axis], c.integer(1, 5), *shape[axis + 1 :]) for _ in range(c.integer(1, 4))]
    inputs = [Tensor(f"x{i}", part, **same) for i, part in enumerate(parts)]
    whole = (*shape[:axis], sum(p[axis] for p in parts), *shape[axis + 1 :])
    return Case([Op(op, inputs, [Tensor("y", whole, **same)], axis=_signed(c, axis, len(shape)))])


@case("TRANSPOSE")
def transpose(c: Choose, op: str) -> Case:
    shape, same = c.shape((1, 5), 5), _same(c, ("int16",))
    order = list(range(len(shape)))
    for i in range(len(order) - 1, 0, -1):
        j = c.integer(0, i)
        order[i], order[j] = order[j], order[i]
    y = Tensor("y", tuple(shape[k] for k in order), **same)
    return Case([Op(op, [Tensor("x", shape, **same), constant("perm", order)], [y])])


@case("SPLIT")
def split(c: Choose, op: str) -> Case:
    shape, same, count = list(c.shape((1, 4), 5)), _same(c, WIDE), c.integer(1, 4)
    axis = c.integer(0, len(shape) - 1)
    part = tuple(shape)
    shape[axis] *= count
    outputs = [Tensor(f"y{i}", part, **same) for i in range(count)]
    where = constant("axis", _signed(c, axis, len(shape)))
    return Case([Op(op, [where, Tensor("x", tuple(shape), **same)], outputs, numSplits=count)])


@case("SPLIT_V")
def split_v(c: Choose, op: str) -> Case:
    shape, same = c.shape((1, 4), 5), _same(c, WIDE)
    axis = c.integer(0, len(shape) - 1)
    sizes = [c.integer(1, 4) for _ in range(c.integer(1, 4))]
    parts = [(*shape[:axis], n, *shape[axis + 1 :]) for n in sizes]
    outputs = [Tensor(f"y{i}", part, **same) for i, part in enumerate(parts)]
    x = Tensor("x", (*shape[:axis], sum(sizes), *shape[axis + 1 :]), **same)
    inputs = [x, constant("sizes", sizes), constant("axis", _signed(c, axis, len(shape)))]
    return Case([Op(op, inputs, outputs, numSplits=len(sizes))])


@case("PACK")
def pack(c: Choose, op: str) -> Case:
    shape, same, count = c.shape((1, 3)), _same(c, (*WIDE, "int64")), c.integer(1, 4)
    axis = c.integer(0, len(shape))
    whole = (*shape[:axis], count, *shape[axis:])
    inputs = [Tensor(f"x{i}", shape, **same) for i in range(count)]
    y = Tensor("y", whole, **same)
    return Case([Op(op, inputs, [y], axis=_signed(c, axis, len(whole)), valuesCount=count)])


@case("UNPACK")
def unpack(c: Choose, op: str) -> Case:
    shape, same, count = c.shape((1, 3)), _same(c, WIDE), c.integer(1, 4)
    axis = c.integer(0, len(shape))
    whole = (*shape[:axis], count, *shape[axis:])
    outputs = [Tensor(f"y{i}", shape, **same) for i in range(count)]
    return Case([Op(op, [Tensor("x", whole, **same)], outputs, axis=_signed(c, axis, len(whole)), num=count)])


@case("SLICE")
def slice_(c: Choose, op: str) -> Case:
    shape, same = c.shape((1, 5), 6), _same(c, (*WIDE, "bool"))
    begin = [c.integer(0, n - 1) for n in shape]
    size = [c.integer(1, n - b) for n, b in zip(shape, begin, strict=True)]
    asked = [-1 if s == n - b and c.chance(50) else s for s, n, b in zip(size, shape, begin, strict=True)]
    dtype = c.pick(("int32", "int64"))
    inputs = [Tensor("x", shape, **same), constant("begin", begin, dtype), constant("size", asked, dtype)]
    return Case([Op(op, inputs, [Tensor("y", tuple(size), **same)])])


@case("STRIDED_SLICE")
def strided_slice(c: Choose, op: str) -> Case:
    shape, same = c.shape((1, 4), 6), _same(c, (*WIDE, "bool"))
    begin, end, strides, masks, result = [], [], [], [0, 0, 0], []
    for axis, n in enumerate(shape):
        first, last, step = _indices(c, n)
        kept = np.arange(n)[slice(first, last, step)]
        if c.chance(20) and len(shape) > 1:  # drop the axis
            first, last, step, kept = (index := c.integer(-n, n - 1)), index + 1, 1, np.zeros(0)
            masks[2] |= 1 << axis
        else:
            masks[0] |= (first is None) << axis
            masks[1] |= (last is None) << axis
            result.append(len(kept))
        begin.append(0 if first is None else first)
        end.append(0 if last is None else last)
        strides.append(step)
    if 0 in result:
        return strided_slice(c, op)
    inputs = [Tensor("x", shape, **same)]
    inputs += [constant(n, v) for n, v in (("begin", begin), ("end", end), ("strides", strides))]
    options = dict(zip(("beginMask", "endMask", "shrinkAxisMask"), masks, strict=True))
    return Case([Op(op, inputs, [Tensor("y", tuple(result), **same)], **options)])


def _indices(c: Choose, n: int) -> tuple[int | None, int | None, int]:
    step = c.pick((1, 1, 2, 3, -1, -2))
    first = None if c.chance(30) else c.integer(-n, n - 1)
    last = None if c.chance(30) else c.integer(-n - 1, n + 1)
    return first, last, step


@case("GATHER")
def gather(c: Choose, op: str) -> Case:
    if c.chance(30):
        table, same, where = c.shape((1, 3), 5), _same(c), c.shape((1, 2), 4)
        ids, y = Tensor("ids", where, "int32"), Tensor("y", (*where, *table[1:]), **same)
        ranges = {ids: (0, table[0] - 1)}
        return Case([Op(op, [_table(c, table, same), ids], [y], axis=0, batchDims=0)], input_ranges=ranges)
    shape, same = c.shape((1, 4), 5), _same(c)
    axis = c.integer(0, len(shape) - 1)
    batch = c.integer(0, axis) if c.chance(30) else 0
    where = shape[:batch] + c.shape((1, 2), 3)
    indices = c.array(where, 0, shape[axis] - 1, "int32")
    result = shape[:axis] + where[batch:] + shape[axis + 1 :]
    inputs = [Tensor("x", shape, **same), constant("indices", indices)]
    options = {"axis": _signed(c, axis, len(shape)), "batchDims": batch}
    return Case([Op(op, inputs, [Tensor("y", result, **same)], **options)])


@case("EMBEDDING_LOOKUP")
def embedding_lookup(c: Choose, op: str) -> Case:
    table, same, count = (c.integer(1, 6), *c.shape((1, 3), 4)), _same(c), c.integer(1, 6)
    lookup = Tensor("lookup", (count,), "int32")
    x = _table(c, table, same) if c.chance(50) else Tensor("table", table, **same)
    y = Tensor("y", (count, *table[1:]), **same)
    return Case([Op(op, [lookup, x], [y])], input_ranges={lookup: (0, table[0] - 1)})


def _table(c: Choose, shape: tuple[int, ...], same: dict[str, object]) -> Tensor:
    """Of constants, as an embedding has it."""
    return Tensor("table", shape, **same, data=c.array(shape, -128, 127, "int8"))


@case("GATHER_ND")
def gather_nd(c: Choose, op: str) -> Case:
    shape, same = c.shape((1, 5), 4), _same(c)
    taken = c.integer(1, len(shape))
    where = (*c.shape((0, 2), 3), taken)
    indices = Tensor("indices", where, "int32")
    least = min(shape[:taken]) - 1
    if c.chance(40):
        indices = constant("indices", c.array(where, 0, least, "int32"))
    y = Tensor("y", where[:-1] + shape[taken:], **same)
    ranges = {} if indices.data is not None else {indices: (0, least)}
    return Case([Op(op, [Tensor("x", shape, **same), indices], [y])], input_ranges=ranges)


@case("RESHAPE")
def reshape(c: Choose, op: str) -> Case:
    shape, same = c.shape((1, 4)), _same(c, ALL)
    target = (int(np.prod(shape)),) if c.chance(50) else shape[::-1]
    y = Tensor("y", target, **same)
    return Case([Op(op, [Tensor("x", shape, **same), constant("shape", target)], [y], newShape=list(target))])


@case("SQUEEZE")
def squeeze(c: Choose, op: str) -> Case:
    shape, same = [1, *c.shape((1, 2)), 1], _same(c, ALL)
    dims = [0, -1] if c.chance(60) else [0]
    kept = [n for i, n in enumerate(shape) if i not in {d % len(shape) for d in dims}]
    y = Tensor("y", tuple(kept), **same)
    return Case([Op(op, [Tensor("x", tuple(shape), **same)], [y], squeezeDims=dims)])


@case("EXPAND_DIMS")
def expand_dims(c: Choose, op: str) -> Case:
    shape, same = c.shape((1, 3)), _same(c, ("int16",))
    axis = c.integer(0, len(shape))
    y = Tensor("y", (*shape[:axis], 1, *shape[axis:]), **same)
    inputs = [Tensor("x", shape, **same), constant("axis", _signed(c, axis, len(shape) + 1))]
    return Case([Op(op, inputs, [y])])


@case("REVERSE_V2")
def reverse(c: Choose, op: str) -> Case:
    shape, same = c.shape((1, 5), 5), _same(c, ALL)
    first = c.integer(0, len(shape) - 1)
    axes = [_signed(c, a, len(shape)) for a in range(first, c.integer(first, len(shape) - 1) + 1)]
    inputs = [Tensor("x", shape, **same), constant("axes", axes)]
    return Case([Op(op, inputs, [Tensor("y", shape, **same)])])


@case("BROADCAST_TO")
def broadcast_to(c: Choose, op: str) -> Case:
    result, same = c.shape((1, 5), 5), _same(c, ALL)
    shape = tuple(1 if c.chance(40) else n for n in result)[c.integer(0, len(result) - 1) :]
    wanted = constant("shape", result, c.pick(("int32", "int64")))
    return Case([Op(op, [Tensor("x", shape, **same), wanted], [Tensor("y", result, **same)])])


def _padded(c: Choose, shape: tuple[int, ...], limits: list[int]) -> tuple[Tensor, tuple[int, ...]]:
    pads = [[c.integer(0, limit), c.integer(0, limit)] for limit in limits]
    result = tuple(n + sum(p) for n, p in zip(shape, pads, strict=True))
    return constant("paddings", pads), result


@case("PAD", "PADV2")
def pad(c: Choose, op: str) -> Case:
    shape, same = c.shape((1, 4), 5), _same(c)
    paddings, result = _padded(c, shape, [3] * len(shape))
    value = [constant("value", [c.integer(-128, 127)], "int8", **same)] if op == "PADV2" else []
    return Case([Op(op, [Tensor("x", shape, **same), paddings, *value], [Tensor("y", result, **same)])])


@case("MIRROR_PAD")
def mirror_pad(c: Choose, op: str) -> Case:
    shape, same, mode = c.shape((1, 4), 5), _same(c), c.pick((REFLECT, SYMMETRIC))
    paddings, result = _padded(c, shape, [min(2, n - (mode == REFLECT)) for n in shape])
    return Case([Op(op, [Tensor("x", shape, **same), paddings], [Tensor("y", result, **same)], mode=mode)])


@case("SPACE_TO_DEPTH")
def space_to_depth(c: Choose, op: str) -> Case:
    block, same = c.integer(1, 3), _same(c)
    n, h, w, d = (c.integer(1, 3) for _ in range(4))
    x = Tensor("x", (n, h * block, w * block, d), **same)
    return Case([Op(op, [x], [Tensor("y", (n, h, w, d * block * block), **same)], blockSize=block)])


@case("DEPTH_TO_SPACE")
def depth_to_space(c: Choose, op: str) -> Case:
    block, same = c.integer(1, 3), _same(c)
    n, h, w, d = (c.integer(1, 3) for _ in range(4))
    x = Tensor("x", (n, h, w, d * block * block), **same)
    return Case([Op(op, [x], [Tensor("y", (n, h * block, w * block, d), **same)], blockSize=block)])


@case("SPACE_TO_BATCH_ND")
def space_to_batch(c: Choose, op: str) -> Case:
    spatial = c.integer(1, 2)
    block = [c.integer(1, 3) for _ in range(spatial)]
    # TFLM pads with memory it never wrote; without padding the result is defined.
    same, batch, depth = _same(c), c.integer(1, 2), c.integer(1, 4)
    small = [c.integer(1, 3) for _ in range(spatial)]
    big = [n * b for n, b in zip(small, block, strict=True)]
    x = Tensor("x", (batch, *big, depth), **same)
    y = Tensor("y", (batch * int(np.prod(block)), *small, depth), **same)
    return Case([Op(op, [x, constant("block", block), constant("pads", [[0, 0]] * spatial)], [y])])


@case("BATCH_TO_SPACE_ND")
def batch_to_space(c: Choose, op: str) -> Case:
    spatial = c.integer(1, 2)
    block = [c.integer(1, 3) for _ in range(spatial)]
    same, batch, depth = _same(c), c.integer(1, 2), c.integer(1, 4)
    small = [c.integer(1, 4) for _ in range(spatial)]
    big = [n * b for n, b in zip(small, block, strict=True)]
    crops = [[c.integer(0, (n - 1) // 2), c.integer(0, (n - 1) // 2)] for n in big]
    cropped = [n - sum(k) for n, k in zip(big, crops, strict=True)]
    x = Tensor("x", (batch * int(np.prod(block)), *small, depth), **same)
    y = Tensor("y", (batch, *cropped, depth), **same)
    return Case([Op(op, [x, constant("block", block), constant("crops", crops)], [y])])


@case("RESIZE_NEAREST_NEIGHBOR", "RESIZE_BILINEAR")
def resize(c: Choose, op: str) -> Case:
    same, depth = _same(c, ("int16",) if op == "RESIZE_NEAREST_NEIGHBOR" else ()), c.integer(1, 5)
    n, h, w = c.integer(1, 2), c.integer(1, 6), c.integer(1, 6)
    factor = c.integer(1, 3)
    size = (h * factor, w * factor) if c.chance(40) else (c.integer(1, 9), c.integer(1, 9))
    align, half = c.pick(((False, False), (True, False), (False, True)))
    y = Tensor("y", (n, *size, depth), **same)
    inputs = [Tensor("x", (n, h, w, depth), **same), constant("size", size)]
    return Case([Op(op, inputs, [y], alignCorners=align, halfPixelCenters=half)])
