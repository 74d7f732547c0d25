"""Shapes of reductions, and of ops whose operands are shapes."""

from tinykd.graph.shapes.view import Rules, Shape, View, axis_of


def reduced(view: View) -> list[Shape]:
    """MEAN and other reductions; ``keep_dims`` keeps the reduced axes with size 1."""
    shape = view.shape(0)
    axes = {axis_of(axis, len(shape)) for axis in view.numbers(1)}
    if view.options.flag("keep_dims"):
        return [tuple(1 if i in axes else n for i, n in enumerate(shape))]
    return [tuple(n for i, n in enumerate(shape) if i not in axes)]


def position(view: View) -> list[Shape]:
    """ARG_MAX, ARG_MIN."""
    shape, (axis,) = view.shape(0), view.numbers(1)
    axis = axis_of(axis, len(shape))
    return [(*shape[:axis], *shape[axis + 1 :])]


def shape_of(view: View) -> list[Shape]:
    return [(len(view.shape(0)),)]


def scalar(_view: View) -> list[Shape]:
    return [()]


def filled(view: View) -> list[Shape]:
    """FILL: operand 0 is the shape."""
    return [tuple(view.numbers(0))]


def spread(view: View) -> list[Shape]:
    """BROADCAST_TO: operand 1 is the shape."""
    return [tuple(view.numbers(1))]


def joint(view: View) -> list[Shape]:
    """BROADCAST_ARGS: the shape that two shapes broadcast to."""
    return [(max(view.shape(0)[0], view.shape(1)[0]),)]


def counted(view: View) -> list[Shape]:
    """RANGE from, to, by."""
    (start,), (end,), (step,) = (view.numbers(i) for i in range(3))
    return [(len(range(start, end, step)),)]


_REDUCERS = "MEAN SUM REDUCE_MAX REDUCE_MIN REDUCE_PROD REDUCE_ANY REDUCE_ALL"
RULES: Rules = {
    **dict.fromkeys(_REDUCERS.split(), reduced),
    "ARG_MAX": position,
    "ARG_MIN": position,
    "SHAPE": shape_of,
    "RANK": scalar,
    "FILL": filled,
    "BROADCAST_TO": spread,
    "BROADCAST_ARGS": joint,
    "RANGE": counted,
}
