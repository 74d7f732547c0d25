"""The rule of each kind of op: ``rule(TimedOp) -> Step``. An op without a rule reads whole windows.

What all rules hold to: a row of the output depends on rows of the operands at fixed distances and on nothing
else, so it is the same row in every window that it is in. Padding in time breaks that, since the padded rows
of one window are real rows of another; such layers are refused, with what to write instead.
"""

from collections.abc import Callable
from dataclasses import replace

from tinykd.compiler.streaming.rows import Reach, Rows
from tinykd.compiler.streaming.rules_windows import WINDOWS
from tinykd.compiler.streaming.steps import OnHeldRows, OnNewRows, OnWindow, Step, TimedOp, is_leading

Rule = Callable[[TimedOp], Step]

_ALONE = """
ABS CAST DEQUANTIZE ELU GELU HARD_SWISH LEAKY_RELU LOGICAL_NOT LOGISTIC NEG QUANTIZE RELU RELU6 RELU_0_TO_1
RELU_N1_TO_1 RSQRT SIGN SQUARE SQRT TANH
"""
_TOGETHER = "ADD ADD_N DIV MAXIMUM MINIMUM MUL PRELU SQUARED_DIFFERENCE SUB"
_STATEFUL = "VAR_HANDLE READ_VARIABLE ASSIGN_VARIABLE CALL_ONCE SVDF"


def step_of(timed: TimedOp) -> Step:
    """What ``timed.op`` becomes; refuses what no hop can compute."""
    if timed.op.kind in _STATEFUL.split():
        timed.refuse(
            "remembers what came before by itself", "a model of whole windows",
            "It streams already: call it without a hop",
        )  # fmt: skip
    rule = _RULES.get(timed.op.kind)
    if rule is None or not any(timed.of(i) for i in range(len(timed.op.inputs))):
        return OnWindow()
    return rule(timed)


def _together(timed: TimedOp) -> Step:
    """Elementwise on operands that broadcast: those with rows have the same, no other varies in time."""
    places = [(i, timed.of(i), len(timed.shape(i))) for i, t in enumerate(timed.op.inputs) if t is not None]
    found = {replace(rows, axis=rank - rows.axis) for _, rows, rank in places if rows}
    if len(found) != 1:
        return OnWindow("its operands lie differently in time")
    (from_end,) = found  # its axis is counted from the last one
    for i, rows, rank in places:
        if rows is None and rank >= from_end.axis and timed.shape(i)[-from_end.axis] != 1:
            return OnWindow("a constant of it differs from time to time")
        if rows is None and timed.numbers(i) is None:
            return OnWindow("it mixes rows with what is known of the whole window")
    return _same(timed, replace(from_end, axis=len(timed.out_shape) - from_end.axis))


def _same(timed: TimedOp, rows: Rows) -> Step:
    """Row by row, on the newest."""
    if not is_leading(timed.out_shape, rows.axis):
        return OnWindow("time is not its outermost axis")
    return OnNewRows(rows, Reach(rows.new), timed.op.options, timed.op.inputs)


def _over_last_axis(timed: TimedOp) -> Step:
    rows = timed.of(0)
    if rows is None or rows.axis == len(timed.shape()) - 1:
        return OnWindow("it goes over time")
    return _same(timed, rows)


def _reshaped(timed: TimedOp) -> Step:
    """RESHAPE, SQUEEZE, EXPAND_DIMS, if there is an axis of time afterwards."""
    rows = timed.of(0)
    if rows is None:
        return OnWindow()
    for axis, extent in enumerate(timed.out_shape):
        if extent == rows.length and is_leading(timed.out_shape, axis):
            return OnHeldRows(replace(rows, axis=axis), (timed.op.inputs[0],))
    return OnWindow("it lays all rows of the window into one")


def _padded(timed: TimedOp) -> Step:
    rows, amounts = timed.of(0), timed.numbers(1)
    if rows is None or amounts is None:
        return OnWindow()
    before, after = amounts[2 * rows.axis], amounts[2 * rows.axis + 1]
    if before or after:
        timed.refuse(
            f"pads time by {before} and {after} rows", "no padding in time",
            'Build the network with padding="valid" along time',
        )  # fmt: skip
    return OnHeldRows(rows, timed.op.inputs)


def _reduced(timed: TimedOp) -> Step:
    """MEAN, SUM, REDUCE_MAX, … over other axes than time."""
    rows, axes = timed.of(0), timed.numbers(1)
    if rows is None or axes is None:
        return OnWindow()
    rank = len(timed.shape())
    folded = {axis % rank for axis in axes}
    if rows.axis in folded:
        return OnWindow("it goes over time")
    keeps = len(timed.out_shape) == rank
    lost = 0 if keeps else sum(axis < rows.axis for axis in folded)
    return _same(timed, replace(rows, axis=rows.axis - lost))


def _joined(timed: TimedOp) -> Step:
    """CONCATENATION along another axis than time."""
    found = [timed.of(i) for i in range(len(timed.op.inputs))]
    rows, axis = found[0], timed.op.options.integer("axis") % len(timed.out_shape)
    if rows is None or any(other != rows for other in found):
        return OnWindow("its operands lie differently in time")
    return OnWindow("it joins times") if axis == rows.axis else _same(timed, rows)


def _dense(timed: TimedOp) -> Step:
    """FULLY_CONNECTED on each row."""
    rows, weights = timed.of(0), timed.op.inputs[1]
    if rows is None or weights is None or timed.of(1) is not None:
        return OnWindow()
    given, depth = timed.shape(), weights.shape[-1]
    width = 1
    for extent in given[rows.axis + 1 :]:
        width *= extent
    if width % depth or width == 1:
        return OnWindow("it reads all rows of the window")
    if timed.op.options.flag("keep_num_dims"):
        return _same(timed, rows)
    return _same(timed, replace(rows, axis=0)) if width == depth else OnWindow("it lays rows together")


def _transposed(timed: TimedOp) -> Step:
    rows, order = timed.of(0), timed.numbers(1)
    if rows is None or order is None:
        return OnWindow()
    return _same(timed, replace(rows, axis=order.index(rows.axis)))


_RULES: dict[str, Rule] = {
    **dict.fromkeys((*_ALONE.split(), *_TOGETHER.split()), _together),
    **dict.fromkeys(("SOFTMAX", "LOG_SOFTMAX", "L2_NORMALIZATION"), _over_last_axis),
    **dict.fromkeys(("RESHAPE", "SQUEEZE", "EXPAND_DIMS"), _reshaped),
    **dict.fromkeys(("PAD", "PADV2", "MIRROR_PAD"), _padded),
    **dict.fromkeys(("MEAN", "SUM", "REDUCE_MAX", "REDUCE_MIN", "REDUCE_ALL"), _reduced),
    "CONCATENATION": _joined,
    "FULLY_CONNECTED": _dense,
    "TRANSPOSE": _transposed,
    **WINDOWS,
}
