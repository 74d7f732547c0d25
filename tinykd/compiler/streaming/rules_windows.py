"""The rules of what reads several rows at a time: convolutions, pooling, and slices in time."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from tinykd.compiler.streaming.rows import Moved, Rows, Taps, moved
from tinykd.compiler.streaming.steps import OnNewRows, OnWindow, Step, TimedOp, is_leading
from tinykd.graph.ir import Options, Tensor
from tinykd.graph.shapes.movement import strides
from tinykd.graph.shapes.view import View

SAME = 0  # Padding.SAME of the schema


@dataclass(frozen=True)
class _Along:
    """The names of an axis' options: "h" or "w"."""

    letter: str

    @property
    def stride(self) -> str:
        return f"stride_{self.letter}"

    @property
    def dilation(self) -> str:
        return f"dilation_{self.letter}_factor"

    @property
    def filter(self) -> str:
        return f"filter_{'height' if self.letter == 'h' else 'width'}"


def _convolved(timed: TimedOp) -> Step:
    """CONV_2D, DEPTHWISE_CONV_2D: kernels of (out, height, width, in) or (1, height, width, out)."""
    rows, weights = timed.of(0), timed.op.inputs[1]
    if rows is None or weights is None or not weights.is_constant:
        return OnWindow()
    if rows.axis not in (1, 2):
        return OnWindow("time is one of its channels")
    along = _Along("h" if rows.axis == 1 else "w")
    options = timed.op.options
    taps = Taps(weights.shape[rows.axis], options.integer(along.dilation), options.integer(along.stride))
    found = _by_taps(timed, rows, taps)
    if found is None:
        return OnWindow("one hop brings it a whole window")
    if found.rows.new > 1:
        return OnNewRows(found.rows, found.reach, options, timed.op.inputs)
    return _one_row(timed, rows, found, taps)


def _one_row(timed: TimedOp, rows: Rows, found: Moved, taps: Taps) -> OnNewRows:
    """Rows that are apart are copied together, since kernels for particular cores have no dilation.

    Where a row is nothing but channels, those of all taps become the channels of one pixel: a product.
    """
    weights, options = timed.op.inputs[1], timed.op.options
    assert weights is not None and weights.data is not None
    along = _Along("h" if rows.axis == 1 else "w")
    others = weights.shape[3 - rows.axis], timed.shape()[3 - rows.axis]
    if timed.op.kind != "CONV_2D" or others != (1, 1) or weights.shape[3] != timed.shape()[3]:
        is_same = options.integer("padding") == SAME
        changed = {along.stride: taps.span if is_same else 1}
        return OnNewRows(found.rows, found.reach, _with(options, changed), timed.op.inputs, rows.spacing)
    shape = (weights.shape[0], 1, 1, weights.shape[1] * weights.shape[2] * weights.shape[3])
    flat = replace(weights, shape=shape, data=weights.data.reshape(shape))
    inputs = (timed.op.inputs[0], flat, *timed.op.inputs[2:])
    changed = {along.stride: 1, along.dilation: 1}
    gathers = rows.spacing * taps.dilation
    return OnNewRows(found.rows, found.reach, _with(options, changed), inputs, gathers, shape[3])


def _pooled(timed: TimedOp) -> Step:
    """AVERAGE_POOL_2D, MAX_POOL_2D, which have no dilation."""
    rows = timed.of(0)
    if rows is None or rows.axis not in (1, 2):
        return OnWindow("it goes over time")
    along = _Along("h" if rows.axis == 1 else "w")
    options = timed.op.options
    taps = Taps(options.integer(along.filter), 1, options.integer(along.stride))
    if timed.out_shape[rows.axis] == 1:
        return OnWindow("it goes over all of time")
    found = _by_taps(timed, rows, taps)
    if found is None:
        return OnWindow("one hop brings it a whole window")
    return OnNewRows(found.rows, found.reach, options, timed.op.inputs, gathers=rows.spacing)


def _by_taps(timed: TimedOp, rows: Rows, taps: Taps) -> Moved | None:
    """What a layer with a window along time gives and reads; None if hops share nothing of it."""
    length = timed.out_shape[rows.axis]
    padding = max((length - 1) * taps.stride + taps.span - rows.length, 0)
    if timed.op.options.integer("padding") == SAME and padding:
        timed.refuse(
            f"pads time by {padding} rows",
            "no padding in time: a window's padded rows are real ones of the next",
            'Build it with padding="valid" along time; a project with [stream] does so by itself',
        )
    return _moved(timed, rows, taps, length)


def _moved(timed: TimedOp, rows: Rows, taps: Taps, length: int) -> Moved | None:
    if length == 1:
        return None
    found = moved(rows, taps, length)
    if found is None:
        timed.refuse(
            f"has stride {taps.stride} in time, and a hop brings it {rows.new} rows",
            "one a multiple of the other", "Choose another hop, or another stride",
        )  # fmt: skip
    return None if found.rows.new >= length else found


def _sliced(timed: TimedOp) -> Step:
    """SLICE: begin and size in constants."""
    rows, begin, size = timed.of(0), timed.numbers(1), timed.numbers(2)
    if rows is None or begin is None or size is None:
        return OnWindow()
    taps = Taps(1, 1, 1, begin[rows.axis])
    found = _moved(timed, rows, taps, timed.out_shape[rows.axis])
    if found is None:
        return OnWindow("it takes single rows of the window")
    begin[rows.axis], size[rows.axis] = 0, found.reach.count
    inputs = (timed.op.inputs[0], _numbers(timed, 1, begin), _numbers(timed, 2, size))
    return OnNewRows(found.rows, found.reach, timed.op.options, inputs)


def _strided(timed: TimedOp) -> Step:
    """STRIDED_SLICE with constant bounds, forwards in time."""
    rows = timed.of(0)
    bounds = [timed.numbers(i) for i in (1, 2, 3)]
    if rows is None or None in bounds:
        return OnWindow()
    taken = strides(View(timed.op, timed.op.inputs))
    if any(not isinstance(t, slice | int) for t in taken) or len(taken) != len(timed.shape()):
        return OnWindow("it makes new axes")
    own = taken[rows.axis]
    if not isinstance(own, slice):
        return OnWindow("it takes single rows of the window")
    start, stop, step = own.indices(rows.length)
    length = len(range(start, stop, step))
    axis = rows.axis - sum(isinstance(t, int) for t in taken[: rows.axis])
    if step < 1 or not is_leading(timed.out_shape, axis):
        return OnWindow("it takes time backwards")
    found = _moved(timed, rows, Taps(1, 1, step, start), length)
    if found is None:
        return OnWindow("it takes single rows of the window")
    return _restrided(timed, rows.axis, replace(found, rows=replace(found.rows, axis=axis)), step)


def _restrided(timed: TimedOp, axis: int, found: Moved, step: int) -> Step:
    """The same slice of all rows that are given."""
    options = timed.op.options
    begin, end, by = ([*(timed.numbers(i) or ())] for i in (1, 2, 3))
    if options.flag("offset"):
        return OnWindow("its bounds are offsets")
    begin[axis], end[axis], by[axis] = 0, found.reach.count, step if found.rows.new > 1 else 1
    masks = {name: options.integer(name) & ~(1 << axis) for name in ("begin_mask", "end_mask")}
    lists = (_numbers(timed, i, values) for i, values in ((1, begin), (2, end), (3, by)))
    return OnNewRows(found.rows, found.reach, _with(options, masks), (timed.op.inputs[0], *lists))


def _numbers(timed: TimedOp, i: int, values: list[int]) -> Tensor:
    """Operand ``i`` with other values."""
    tensor = timed.op.inputs[i]
    assert tensor is not None and tensor.data is not None
    data = np.array(values, tensor.data.dtype).reshape(tensor.data.shape)
    return replace(tensor, data=data)


def _with(options: Options, changed: dict[str, int]) -> Options:
    return Options({**options.values, **changed})


WINDOWS: dict[str, Callable[[TimedOp], Step]] = {
    "CONV_2D": _convolved,
    "DEPTHWISE_CONV_2D": _convolved,
    "AVERAGE_POOL_2D": _pooled,
    "MAX_POOL_2D": _pooled,
    "SLICE": _sliced,
    "STRIDED_SLICE": _strided,
}
