"""Ops that fold axes away."""

import numpy as np

from tests.conformance.builder import Op, Tensor, constant
from tests.conformance.cases.registry import Case, case
from tests.conformance.choose import Choose


def _axes(c: Choose, rank: int) -> list[int]:
    axes = [a for a in range(rank) if c.chance(50)] or [c.integer(0, rank - 1)]
    return [a - rank if c.chance(20) else a for a in axes]


def _reduced(shape: tuple[int, ...], axes: list[int], keep: bool) -> tuple[int, ...]:
    gone = {a % len(shape) for a in axes}
    if keep:
        return tuple(1 if i in gone else n for i, n in enumerate(shape))
    return tuple(n for i, n in enumerate(shape) if i not in gone)


@case("MEAN", "SUM")
def mean_or_sum(c: Choose, op: str) -> Case:
    shape, keep = c.shape((1, 4), 6), c.chance(50)
    axes = _axes(c, len(shape))
    y = c.quantized("y", _reduced(shape, axes, keep))
    return Case([Op(op, [c.quantized("x", shape), constant("axes", axes)], [y], keepDims=keep)])


@case("REDUCE_MAX", "REDUCE_MIN")
def reduce_extremum(c: Choose, op: str) -> Case:
    shape, keep = c.shape((1, 4), 6), c.chance(50)
    axes, same = _axes(c, len(shape)), {"scale": c.scale(), "zero_point": c.zero_point()}
    y = Tensor("y", _reduced(shape, axes, keep), **same)
    return Case([Op(op, [Tensor("x", shape, **same), constant("axes", axes)], [y], keepDims=keep)])


@case("REDUCE_ALL")
def reduce_all(c: Choose, op: str) -> Case:
    shape, keep = c.shape((1, 4), 4), c.chance(50)
    axes = _axes(c, len(shape))
    y = Tensor("y", _reduced(shape, axes, keep), "bool")
    return Case([Op(op, [Tensor("x", shape, "bool"), constant("axes", axes)], [y], keepDims=keep)])


@case("ARG_MAX", "ARG_MIN")
def arg_extremum(c: Choose, op: str) -> Case:
    shape = c.shape((1, 4), 6)
    axis = c.integer(0, len(shape) - 1)
    y = Tensor("y", shape[:axis] + shape[axis + 1 :], "int32")
    where = constant("axis", axis - len(shape) if c.chance(30) else axis)
    return Case([Op(op, [c.quantized("x", shape), where], [y])])


@case("L2_NORMALIZATION")
def l2_normalization(c: Choose, op: str) -> Case:
    shape = (*c.shape((0, 3), 4), c.integer(1, 40))
    return Case([Op(op, [c.quantized("x", shape)], [Tensor("y", shape, scale=1 / 128)])])


@case("LOG_SOFTMAX")
def log_softmax(c: Choose, op: str) -> Case:
    shape = (*c.shape((0, 2), 3), c.pick((1, 2, 3, 10, 40, 300)))
    y = Tensor("y", shape, scale=1 / 16, zero_point=127)
    return Case([Op(op, [c.quantized("x", shape, scale=c.scale(1e-4, 2.0))], [y])])


@case("SOFTMAX")
def softmax(c: Choose, op: str) -> Case:
    shape = (*c.shape((0, 2), 3), c.integer(1, 40))
    beta = c.pick((1.0, 1.0, 0.5, 2.0))
    y = Tensor("y", shape, scale=1 / 256, zero_point=-128)
    return Case(
        [Op(op, [c.quantized("x", shape, scale=c.scale(1e-3, 1.0))], [y], beta=float(np.float32(beta)))]
    )
