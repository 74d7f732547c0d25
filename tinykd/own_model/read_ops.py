"""How each op of a float flatbuffer becomes nodes; an op without a form here raises ``NoFormError``."""

from collections.abc import Callable
from typing import Any

import numpy as np

from tinykd.own_model.nodes import NodeKind, Real, Shape, size
from tinykd.own_model.read_recurrent import read_lstm, read_reverse
from tinykd.own_model.read_slices import read_gather, read_slice, read_strided_slice
from tinykd.own_model.reading import Given, NoFormError

_PADDINGS = ("same", "valid")


def _windows(given: Given) -> dict[str, Any]:
    options = given.op.options
    return {
        "padding": _PADDINGS[options.integer("padding")],
        "strides": (options.integer("stride_h"), options.integer("stride_w")),
    }


def _bias(given: Given, place: int, units: int) -> Real:
    found = given.constant(place)
    if found is None and place < len(given.op.inputs) and given.op.inputs[place] is not None:
        raise NoFormError("its bias is computed", "Give it a constant bias")
    return np.zeros(units, np.float32) if found is None else np.array(found, np.float32)


def _dilation(given: Given) -> tuple[int, int]:
    options = given.op.options
    return options.integer("dilation_h_factor"), options.integer("dilation_w_factor")


def _conv(given: Given) -> None:
    kernel = given.weights(1).transpose(1, 2, 3, 0)  # (out, kh, kw, in)
    value = given.value()
    groups = given.shape(value)[-1] // kernel.shape[2]
    options = _windows(given) | {"dilation": _dilation(given), "groups": groups}
    node = given.emit(NodeKind.CONV, [value], given.output.shape[1:], **options)
    node.weights = {"kernel": kernel, "bias": _bias(given, 2, kernel.shape[-1])}
    given.finish(node.output, given.fused)


def _depthwise(given: Given) -> None:
    value, kernel = given.value(), given.weights(1)[0]  # (kh, kw, in * multiplier)
    channels = given.shape(value)[-1]
    options = _windows(given) | {"dilation": _dilation(given)}
    bias = _bias(given, 2, kernel.shape[-1])
    kernel = kernel.reshape(*kernel.shape[:2], channels, -1)
    node = given.emit(NodeKind.DEPTHWISE, [value], given.output.shape[1:], **options)
    node.weights = {"kernel": kernel, "bias": bias}
    given.finish(node.output, given.fused)


def _deconv(given: Given) -> None:
    """Operands: output shape, weights (out, kh, kw, in), x, bias."""
    kernel = given.weights(1).transpose(1, 2, 0, 3)
    node = given.emit(NodeKind.DECONV, [given.value(2)], given.output.shape[1:], **_windows(given))
    node.weights = {"kernel": kernel, "bias": _bias(given, 3, kernel.shape[2])}
    given.finish(node.output, given.fused)


def _dense(given: Given) -> None:
    """One row of values, or several, each of which is a pixel of a 1 x 1 convolution."""
    value, kernel = given.value(), given.weights(1).T
    depth, units = kernel.shape
    weights = {"kernel": kernel, "bias": _bias(given, 2, units)}
    rows = size(given.shape(value)) // depth
    if rows == 1:
        node = given.emit(NodeKind.DENSE, [given.shaped(value, (depth,))], (units,))
    else:
        pixels = given.shaped(value, (rows, 1, depth))
        options = {"padding": "valid", "strides": (1, 1), "dilation": (1, 1)}
        node = given.emit(NodeKind.CONV, [pixels], (rows, 1, units), **options)
        weights["kernel"] = kernel[None, None]
    node.weights = weights
    given.finish(node.output, given.fused)


def _pool(kind: NodeKind) -> Callable[[Given], None]:
    def read(given: Given) -> None:
        options = given.op.options
        window = (options.integer("filter_height"), options.integer("filter_width"))
        node = given.emit(kind, [given.value()], given.output.shape[1:], window=window, **_windows(given))
        given.finish(node.output, given.fused)

    return read


def _axes(given: Given, rank: int) -> tuple[int, ...]:
    """Of a reduction, without the batch's place; ``rank``: with the batch."""
    found = given.constant(1)
    if found is None:
        raise NoFormError(f"{given.op.kind} over axes that are computed")
    return tuple(sorted(int(axis) % rank - 1 for axis in found.reshape(-1)))


def _over_pixels(given: Given) -> tuple[int, Shape]:
    """The operand as (H, W, C), where the reduction is over all but the last axis."""
    value = given.value()
    shape = given.shape(value)
    if len(shape) < 2 or _axes(given, len(shape) + 1) != tuple(range(len(shape) - 1)):
        raise NoFormError(f"{given.op.kind} over other axes than height and width has no form here")
    pixels = shape if len(shape) == 3 else (size(shape[:-1]), 1, shape[-1])
    return given.shaped(value, pixels), pixels


def _mean(given: Given) -> None:
    value, shape = _over_pixels(given)
    given.finish(given.emit(NodeKind.GLOBAL_MEAN, [value], shape[-1:]).output)


def _largest(given: Given) -> None:
    value, shape = _over_pixels(given)
    options = {"window": shape[:2], "strides": shape[:2], "padding": "valid"}
    given.finish(given.emit(NodeKind.MAX_POOL, [value], (1, 1, shape[-1]), **options).output)


def _reshape(given: Given) -> None:
    given.finish(given.value())


def _pad(given: Given) -> None:
    amounts = given.constant(1)
    value = given.value()
    shape = given.shape(value)
    if amounts is None or amounts[0].any() or amounts[-1].any() or len(shape) not in (2, 3):
        raise NoFormError("PAD of other axes than height and width has no form here")
    value_of = given.constant(2)
    if value_of is not None and value_of.any():
        raise NoFormError("PAD with other numbers than 0 has no form here", "Pad with zeros")
    inner = [tuple(map(int, pair)) for pair in amounts[1:-1]]
    pixels = shape if len(shape) == 3 else (shape[0], 1, shape[1])
    inner = inner if len(shape) == 3 else [*inner, (0, 0)]
    padded = (*(n + low + high for n, (low, high) in zip(pixels[:2], inner, strict=True)), pixels[2])
    node = given.emit(NodeKind.PAD, [given.shaped(value, pixels)], padded, amounts=tuple(inner))
    given.finish(node.output)


def _sum(given: Given) -> None:
    if _has_constant(given):
        return _affine(given)
    values = _same_shape(given)
    node = given.emit(NodeKind.ADD, values, given.shape(values[0]))
    return given.finish(node.output, given.fused)


def _difference(given: Given) -> None:
    """a - b = a + (-1) b."""
    if _has_constant(given):
        return _affine(given)
    first, second = _same_shape(given)
    shape = given.shape(second)
    node = given.emit(NodeKind.AFFINE, [second], shape)
    node.weights = _channels(shape, -1.0, 0.0)
    given.finish(given.emit(NodeKind.ADD, [first, node.output], shape).output, given.fused)
    return None


def _product(given: Given) -> None:
    if _has_constant(given):
        return _affine(given)
    shape = given.output.shape[1:]
    return given.finish(
        given.emit(NodeKind.MULTIPLY, [given.value(0), given.value(1)], shape).output, given.fused
    )


def _extremum(kind: NodeKind) -> Callable[[Given], None]:
    def read(given: Given) -> None:
        if not _has_constant(given):
            values = _same_shape(given)
            return given.finish(given.emit(kind, values, given.shape(values[0])).output)
        place = 0 if given.constant(0) is None else 1
        limit = given.constant(1 - place)
        value = given.value(place)
        if kind is NodeKind.MAXIMUM and limit is not None and not limit.any():
            return given.finish(given.emit(NodeKind.RELU, [value], given.shape(value), limit=None).output)
        raise NoFormError(f"{given.op.kind} with a constant has no form here", "Use ReLU")

    return read


def _same_shape(given: Given) -> list[int]:
    values = [given.value(0), given.value(1)]
    if given.shape(values[0]) != given.shape(values[1]):
        raise NoFormError(f"{given.op.kind} of different shapes has no form here")
    return values


def _has_constant(given: Given) -> bool:
    return any(t is not None and t.is_constant for t in given.op.inputs[:2])


def _affine(given: Given) -> None:
    """x * scale + offset, of each channel: +, -, * and / with constants of one number a channel."""
    place = 0 if given.constant(0) is None else 1
    value, constant = given.value(place), given.weights(1 - place)
    shape = given.shape(value)
    if constant.size != 1 and not constant.size == constant.shape[-1] == shape[-1]:
        raise NoFormError(f"{given.op.kind} with a constant of shape {list(constant.shape)} has no form here")
    number: Any = constant.reshape(-1)
    match given.op.kind, place:
        case "ADD", _:
            pair = (1.0, number)
        case "SUB", 0:
            pair = (1.0, -number)
        case "SUB", _:
            pair = (-1.0, number)
        case "MUL", _:
            pair = (number, 0.0)
        case "DIV", 0 if number.all():
            pair = (1.0 / number, 0.0)
        case _:
            raise NoFormError(f"{given.op.kind} of a constant has no form here")
    node = given.emit(NodeKind.AFFINE, [value], shape)
    node.weights = _channels(shape, *pair)
    given.finish(node.output, given.fused)


def _channels(shape: Shape, scale: Any, offset: Any) -> dict[str, Real]:
    depth = shape[-1:]
    wide = (np.array(np.broadcast_to(np.float32(each), depth)) for each in (scale, offset))
    return dict(zip(("scale", "offset"), wide, strict=True))


def _concat(given: Given) -> None:
    rank = len(given.output.shape)
    axis = given.op.options.integer("axis") % rank - 1
    values = [given.value(i) for i in range(len(given.op.inputs))]
    if axis < 0:
        raise NoFormError("Concatenate over the batch has no form here")
    node = given.emit(NodeKind.CONCAT, values, given.output.shape[1:], axis=axis)
    given.finish(node.output, given.fused)


def _activation(name: str) -> Callable[[Given], None]:
    def read(given: Given) -> None:
        value = given.value()
        given.finish(given.emit(NodeKind.ACTIVATION, [value], given.shape(value), name=name).output)

    return read


def _relu(limit: float | None) -> Callable[[Given], None]:
    def read(given: Given) -> None:
        value = given.value()
        given.finish(given.emit(NodeKind.RELU, [value], given.shape(value), limit=limit).output)

    return read


def _leaky(given: Given) -> None:
    value, slope = given.value(), given.op.options.real("alpha")
    given.finish(given.emit(NodeKind.LEAKY, [value], given.shape(value), slope=slope).output)


def _prelu(given: Given) -> None:
    value, slope = given.value(), given.weights(1)
    shape = given.shape(value)
    if slope.size != shape[-1]:
        raise NoFormError("PReLU with a slope of each pixel has no form here", "PReLU(shared_axes=[1, 2])")
    node = given.emit(NodeKind.PRELU, [value], shape)
    node.weights = {"alpha": slope.reshape(-1)}
    given.finish(node.output)


def _softmax(given: Given) -> None:
    if given.op.kind == "SOFTMAX" and given.op.options.real("beta") != 1.0:
        raise NoFormError("Softmax with another temperature than 1 has no form here")
    value = given.value()
    given.finish(given.emit(NodeKind.SOFTMAX, [value], given.shape(value)).output)


def _alike(kind: NodeKind) -> Callable[[Given], None]:
    def read(given: Given) -> None:
        value = given.value()
        given.finish(given.emit(kind, [value], given.shape(value)).output)

    return read


def _resize(how: str) -> Callable[[Given], None]:
    def read(given: Given) -> None:
        value = given.value()
        (height, width, _), wanted = given.shape(value), given.output.shape[1:]
        options = given.op.options
        aligned = options.flag("align_corners")
        if wanted[0] % height or wanted[1] % width or aligned:
            raise NoFormError("a resize by no whole number has no form here", "Use UpSampling2D")
        if how == "bilinear" and not options.flag("half_pixel_centers"):
            raise NoFormError("bilinear without half_pixel_centers has no form here", "Use UpSampling2D")
        factor = (wanted[0] // height, wanted[1] // width)
        given.finish(given.emit(NodeKind.UPSAMPLE, [value], wanted, factor=factor, how=how).output)

    return read


def _tile(given: Given) -> None:
    """(H, 1, W, C) of rows times k, as Keras 3 writes UpSampling2D: each row k times; or (H, W, 1, C)."""
    times, value = given.constant(1), given.value()
    shape = given.shape(value)
    axes = [] if times is None else [i for i, n in enumerate(times.reshape(-1)[1:]) if n != 1]
    if times is None or len(shape) != 4 or len(axes) != 1 or axes[0] not in (1, 2) or shape[axes[0]] != 1:
        raise NoFormError("TILE of anything else than rows or columns has no form here")
    (axis,), count = axes, int(times.reshape(-1)[axes[0] + 1])
    pixels = (*shape[:axis], *shape[axis + 1 :])
    factor = (count, 1) if axis == 1 else (1, count)
    wanted = (pixels[0] * factor[0], pixels[1] * factor[1], pixels[2])
    node = given.emit(NodeKind.UPSAMPLE, [given.shaped(value, pixels)], wanted, factor=factor, how="nearest")
    given.finish(node.output)


def _transpose(given: Given) -> None:
    """Of axes of which one alone is longer than 1 nothing moves."""
    order, value = given.constant(1), given.value()
    shape = given.shape(value)
    if order is None or int(order[0]) != 0:
        raise NoFormError("a transpose of the batch has no form here")
    axes = tuple(int(axis) - 1 for axis in order[1:])
    moved = [axis for axis in axes if shape[axis] != 1]
    if moved == sorted(moved):
        return given.finish(value)
    wanted = given.output.shape[1:]
    return given.finish(given.emit(NodeKind.PERMUTE, [value], wanted, axes=axes).output)


READERS: dict[str, Callable[[Given], None]] = {
    "ADD": _sum,
    "AVERAGE_POOL_2D": _pool(NodeKind.AVERAGE_POOL),
    "CONCATENATION": _concat,
    "CONV_2D": _conv,
    "DEPTHWISE_CONV_2D": _depthwise,
    "DIV": _affine,
    "ELU": _activation("elu"),
    "EXPAND_DIMS": _reshape,
    "FULLY_CONNECTED": _dense,
    "GATHER": read_gather,
    "GELU": _activation("gelu"),
    "HARD_SWISH": _alike(NodeKind.HARD_SWISH),
    "LEAKY_RELU": _leaky,
    "LOGISTIC": _activation("sigmoid"),
    "LOG_SOFTMAX": _softmax,
    "MAXIMUM": _extremum(NodeKind.MAXIMUM),
    "MAX_POOL_2D": _pool(NodeKind.MAX_POOL),
    "MEAN": _mean,
    "MINIMUM": _extremum(NodeKind.MINIMUM),
    "MUL": _product,
    "PAD": _pad,
    "PADV2": _pad,
    "PRELU": _prelu,
    "REDUCE_MAX": _largest,
    "RELU": _relu(None),
    "RELU6": _relu(6.0),
    "RESHAPE": _reshape,
    "RESIZE_BILINEAR": _resize("bilinear"),
    "RESIZE_NEAREST_NEIGHBOR": _resize("nearest"),
    "REVERSE_V2": read_reverse,
    "SLICE": read_slice,
    "SOFTMAX": _softmax,
    "SQUEEZE": _reshape,
    "STRIDED_SLICE": read_strided_slice,
    "SUB": _difference,
    "TANH": _activation("tanh"),
    "TILE": _tile,
    "TRANSPOSE": _transpose,
    "TRANSPOSE_CONV": _deconv,
    "UNIDIRECTIONAL_SEQUENCE_LSTM": read_lstm,
}
