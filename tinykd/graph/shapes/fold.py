"""Constant folding: values that do not depend on the model's inputs, such as shapes and integer constants.

``fold(view, dtype, shape)`` is the value of an op's only output, or None if it is not constant. Only data
movement and arithmetic on plain integers are folded; quantized arithmetic is left to the kernels.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from tinykd.graph.ir import PLAIN_INTEGERS, Array, DType
from tinykd.graph.shapes.movement import strides
from tinykd.graph.shapes.view import Shape, View, axis_of

MOST_ELEMENTS = 1 << 16
_ZEROS = (
    DType.INT8,
    DType.INT32,
    DType.INT64,
)  # of which TFLM has ZEROS_LIKE: the number 0, at any zero point
Fold = Callable[[View, Shape], Any]  # (view, shape of the output) -> its value

_BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "ADD": np.add,
    "SUB": np.subtract,
    "MUL": np.multiply,
    "MINIMUM": np.minimum,
    "MAXIMUM": np.maximum,
    "FLOOR_DIV": np.floor_divide,
    "FLOOR_MOD": np.mod,
    "DIV": lambda a, b: np.trunc(np.true_divide(a, b)),
    "EQUAL": np.equal,
    "NOT_EQUAL": np.not_equal,
    "GREATER": np.greater,
    "GREATER_EQUAL": np.greater_equal,
    "LESS": np.less,
    "LESS_EQUAL": np.less_equal,
    "LOGICAL_AND": np.logical_and,
    "LOGICAL_OR": np.logical_or,
}
_UNARY: dict[str, Callable[[Any], Any]] = {"NEG": np.negative, "ABS": np.abs, "LOGICAL_NOT": np.logical_not}
_REDUCING: dict[str, Callable[..., Any]] = {
    "REDUCE_PROD": np.prod,
    "SUM": np.sum,
    "REDUCE_MAX": np.max,
    "REDUCE_MIN": np.min,
    "REDUCE_ANY": np.any,
    "REDUCE_ALL": np.all,
}


def _reduced(view: View, shape: Shape) -> Any:
    axes = tuple({axis_of(axis, len(view.shape(0))) for axis in view.numbers(1)})
    return _REDUCING[view.op.kind](view.value(0), axis=axes).reshape(shape)


def _gathered(view: View, _shape: Shape) -> Any:
    if view.options.integer("batch_dims"):
        raise ValueError("batches are not folded")
    axis, x = axis_of(view.options.integer("axis"), len(view.shape(0))), view.value(0)
    return np.take(x, view.value(1), axis=axis)  # an index outside is an IndexError


def _joined(view: View, shape: Shape) -> Any:
    return np.concatenate(view.known() or [], axis=axis_of(view.options.integer("axis"), len(shape)))


def _packed(view: View, shape: Shape) -> Any:
    return np.stack(view.known() or [], axis=axis_of(view.options.integer("axis"), len(shape)))


def _sliced(view: View, shape: Shape) -> Any:
    begins = zip(view.numbers(1), shape, strict=True)
    return view.value(0)[tuple(slice(begin, begin + size) for begin, size in begins)]


# Values are moved, whatever they are.
_MOVING: dict[str, Fold] = {
    **dict.fromkeys(("RESHAPE", "SQUEEZE", "EXPAND_DIMS"), lambda view, shape: view.value(0).reshape(shape)),
    "TRANSPOSE": lambda view, _: np.transpose(view.value(0), view.numbers(1)),
    "TILE": lambda view, _: np.tile(view.value(0), view.numbers(1)),
    "CONCATENATION": _joined,
    "PACK": _packed,
    "SLICE": _sliced,
    "STRIDED_SLICE": lambda view, _: view.value(0)[strides(view)],
    "GATHER": _gathered,
    "FILL": lambda view, shape: np.broadcast_to(view.value(1).reshape(()), shape),
    "BROADCAST_TO": lambda view, shape: np.broadcast_to(view.value(0), shape),
}
# Of integers that no scale belongs to.
_COMPUTING: dict[str, Fold] = {
    **{kind: lambda view, _: _BINARY[view.op.kind](view.value(0), view.value(1)) for kind in _BINARY},
    **{kind: lambda view, _: _UNARY[view.op.kind](view.value(0)) for kind in _UNARY},
    **dict.fromkeys(_REDUCING, _reduced),
    "CAST": lambda view, _: view.value(0),
    "RANGE": lambda view, _: np.arange(*(view.numbers(i)[0] for i in range(3))),
    "BROADCAST_ARGS": lambda view, _: np.broadcast_shapes(tuple(view.numbers(0)), tuple(view.numbers(1))),
    "SELECT_V2": lambda view, _: np.where(view.value(0), view.value(1), view.value(2)),
}


def fold(view: View, dtype: DType, shape: Shape) -> Array | None:
    """The value of an output of ``shape``; a read-only array, or None."""
    if int(np.prod(shape, dtype=np.int64)) > MOST_ELEMENTS or len(view.op.outputs) != 1:
        return None
    found = _value(view, dtype, shape)
    if found is None:
        return None
    value = np.ascontiguousarray(found, dtype.numpy).reshape(shape)
    value.flags.writeable = False
    return value


def _value(view: View, dtype: DType, shape: Shape) -> Any:
    kind = view.op.kind
    if kind == "SHAPE":
        return view.shape(0)
    if kind == "RANK":
        return len(view.shape(0))
    if kind == "ZEROS_LIKE" and dtype in _ZEROS:
        return np.zeros(shape)
    if view.known() is None or not view.inputs:
        return None
    if kind in _MOVING:
        return _MOVING[kind](view, shape)
    plain = all(t is not None and t.dtype in PLAIN_INTEGERS and not t.is_quantized for t in view.inputs)
    if kind not in _COMPUTING or not plain or dtype not in PLAIN_INTEGERS or _activated(view):
        return None
    with np.errstate(all="ignore"):
        return _COMPUTING[kind](view, shape)


def _activated(view: View) -> bool:
    return bool(view.options.values.get("fused_activation_function", 0))
