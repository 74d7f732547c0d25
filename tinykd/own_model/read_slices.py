"""Slices of steps, rows and columns as croppings: STRIDED_SLICE, SLICE, and GATHER of places in a row.

Negative places count from the end; masks as in tf.strided_slice.
"""

from collections.abc import Sequence
from typing import Any

from tinykd.own_model.nodes import NodeKind
from tinykd.own_model.reading import Given, NoFormError

Places = Sequence[int]
_NO_FORM = "has no form here but for steps, rows or columns that follow one another"


def read_strided_slice(given: Given) -> None:
    """Of stride 1, with constant ends."""
    begin, end, strides = (_numbers(given, place) for place in (1, 2, 3))
    options = given.op.options
    if options.integer("ellipsis_mask") or options.integer("new_axis_mask") or options.flag("offset"):
        raise NoFormError(f"{given.op.kind} {_NO_FORM}")
    masks = tuple(options.integer(name) for name in ("begin_mask", "end_mask", "shrink_axis_mask"))
    shape = (1, *given.shape(given.value()))
    rows = list(zip(begin, end, strides, strict=True))
    ranges = [_range(number, size, masks, *rows[number]) for number, size in enumerate(shape[: len(rows)])]
    _crop(given, [*ranges, *(range(size) for size in shape[len(rows) :])])


def _range(number: int, size: int, masks: tuple[int, ...], begin: int, end: int, stride: int) -> Places:
    no_begin, no_end, one = (bool(mask >> number & 1) for mask in masks)
    if one:
        place = begin % size
        return range(place, place + 1)
    return range(size)[slice(None if no_begin else begin, None if no_end else end, stride)]


def read_slice(given: Given) -> None:
    """Operands: x, begin, size (-1: to the end)."""
    begin, sizes = _numbers(given, 1), _numbers(given, 2)
    shape = (1, *given.shape(given.value()))
    rows = zip(begin, sizes, shape, strict=True)
    _crop(given, [range(b, full if n == -1 else b + n) for b, n, full in rows])


def read_gather(given: Given) -> None:
    """Of constant places along one axis."""
    places, options = _numbers(given, 1), given.op.options
    shape = (1, *given.shape(given.value()))
    axis = options.integer("axis") % len(shape)
    if options.integer("batch_dims"):
        raise NoFormError(f"GATHER {_NO_FORM}")
    chosen = [place % shape[axis] for place in places]
    _crop(given, [chosen if i == axis else range(size) for i, size in enumerate(shape)])


def _numbers(given: Given, place: int) -> list[int]:
    found = given.constant(place)
    if found is None:
        raise NoFormError(f"{given.op.kind} with places that are computed has no form here")
    return [int(each) for each in found.reshape(-1)]


def _crop(given: Given, ranges: Sequence[Places]) -> None:
    """``ranges``: of each axis what is kept, the batch first."""
    value = given.value()
    shape = given.shape(value)
    kept = [list(each) for each in ranges[1:]]
    whole = [each == list(range(size)) for each, size in zip(kept, shape, strict=True)]
    joined = all(each and each == list(range(each[0], each[-1] + 1)) for each in kept)
    if list(ranges[0]) != [0] or not joined or not (len(shape) in (2, 3) and whole[-1]):
        raise NoFormError(f"{given.op.kind} {_NO_FORM}")
    amounts: list[Any] = [(each[0], size - each[-1] - 1) for each, size in zip(kept, shape, strict=True)]
    pixels = shape if len(shape) == 3 else (shape[0], 1, shape[1])
    amounts = amounts[:-1] if len(shape) == 3 else [amounts[0], (0, 0)]
    cropped = (*(n - a - b for n, (a, b) in zip(pixels[:2], amounts, strict=True)), pixels[2])
    node = given.emit(NodeKind.CROP, [given.shaped(value, pixels)], cropped, amounts=tuple(amounts))
    given.finish(node.output)
