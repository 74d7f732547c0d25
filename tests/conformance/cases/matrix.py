"""Fully connected layers and products of two activations."""

import numpy as np

from tests.conformance.builder import Op
from tests.conformance.cases.elementwise import ACTIVATIONS
from tests.conformance.cases.registry import Case, case
from tests.conformance.cases.spatial import filters
from tests.conformance.choose import Choose


@case("FULLY_CONNECTED")
def fully_connected(c: Choose, op: str) -> Case:
    lead, depth, units = c.pick(((1,), (1,), (3,), (1, 2), (1, 2, 3))), c.integer(1, 140), c.integer(1, 18)
    x = c.quantized("x", (*lead, depth))
    w, b = filters(c, (units, depth), 0, x, units)
    keep = len(lead) > 1 and c.chance(50)
    y = c.quantized("y", (*lead, units) if keep else (int(np.prod(lead)), units))
    options = {"fusedActivationFunction": c.pick(ACTIVATIONS), "keepNumDims": keep}
    return Case([Op(op, [x, w, b if c.chance(80) else None], [y], **options)])


@case("BATCH_MATMUL")
def batch_matmul(c: Choose, op: str) -> Case:
    rows, depth, columns = c.integer(1, 6), c.integer(1, 12), c.integer(1, 6)
    batch = c.shape((0, 2), 3)
    left_batch = tuple(1 if c.chance(20) else n for n in batch)
    right_batch = batch if left_batch != batch or c.chance(60) else tuple(1 for _ in batch)
    adj_x, adj_y = c.chance(30), c.chance(50)
    a = c.quantized("a", (*left_batch, *((depth, rows) if adj_x else (rows, depth))))
    shape = (*right_batch, *((columns, depth) if adj_y else (depth, columns)))
    b = c.constant("b", shape) if c.chance(30) else c.quantized("b", shape)
    y = c.quantized("y", (*batch, rows, columns))
    return Case([Op(op, [a, b], [y], adjX=adj_x, adjY=adj_y)])
