"""The single-op models of the survey: shapes as networks have them, constants from a seeded generator.

Each function returns the ops of one model. Two-operand ops take the input and a constant, or the input twice
where both have its shape, so that every model has one input.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.conformance.builder import SAME, TANH, VALID, Op, Tensor, build, constant
from tests.conformance.cases.spatial import output_size

Ops = list[Op]
IMAGE = (1, 12, 12, 16)


def _values(shape: tuple[int, ...], limit: int, dtype: str, seed: int = 0) -> NDArray[Any]:
    drawn = np.random.default_rng(seed + sum(shape)).integers(-limit, limit, shape, endpoint=True)
    return drawn.astype(dtype)


def _x(shape: tuple[int, ...], dtype: str = "int8", scale: float = 0.05, zero: int = -3) -> Tensor:
    """A tensor without data; int16 has no zero point."""
    wide = dtype == "int16"
    return Tensor("x", shape, dtype, scale=scale / 256 if wide else scale, zero_point=0 if wide else zero)


def _weights(shape: tuple[int, ...], axis: int, limit: int, scale: float) -> Tensor:
    count = shape[axis]
    data = _values(shape, min(limit, 127), "int8")
    if limit > 127:
        data.reshape(-1)[0] = -128
    return Tensor("w", shape, scale=(scale,) * count, zero_point=(0,) * count, axis=axis, data=data)


def _bias(x: Tensor, w: Tensor, channels: int, limit: int = 500) -> Tensor:
    scales = tuple(float(np.float32(np.float32(s) * np.float32(x.scales()[0]))) for s in w.scales())
    dtype = "int64" if x.dtype == "int16" else "int32"
    data = _values((channels,), limit, dtype)
    return Tensor("b", (channels,), dtype, scale=scales, zero_point=(0,) * len(scales), data=data)


def _window(
    x: Tensor, w: Tensor, kernel: tuple[int, int], channels: int, **more: Any
) -> tuple[list[Tensor], list[Tensor], dict[str, Any]]:
    """Operands, result and options of a window with SAME padding; ``stride`` and ``dilation`` among more."""
    stride, dilation = more.get("stride", 1), more.get("dilation", 1)
    size = [output_size(n, k, stride, dilation, SAME) for n, k in zip(x.shape[1:3], kernel, strict=True)]
    y = _x((x.shape[0], *size, channels), x.dtype, more.get("out_scale", 0.2), 4)
    options = {"padding": SAME, "strideH": stride, "strideW": stride}
    options |= {"dilationHFactor": dilation, "dilationWFactor": dilation}
    return [x, w, _bias(x, w, channels, more.get("bias", 500))], [y], options


def conv(channels: int = 16, kernel: int = 3, **more: Any) -> Ops:
    """Keywords: stride, dilation, groups, dtype, shape, limit and scale of weights, bias."""
    x = _x(more.get("shape", IMAGE), more.get("dtype", "int8"))
    shape = (channels, kernel, kernel, x.shape[3] // more.get("groups", 1))
    w = _weights(shape, 0, more.get("limit", 100), more.get("scale", 0.004))
    operands, results, options = _window(x, w, (kernel, kernel), channels, **more)
    return [Op("CONV_2D", operands, results, **options)]


def depthwise(multiplier: int = 1, kernel: tuple[int, int] = (3, 3), **more: Any) -> Ops:
    """Keywords as of ``conv``."""
    x = _x(more.get("shape", IMAGE), more.get("dtype", "int8"))
    channels = x.shape[3] * multiplier
    w = _weights((1, *kernel, channels), 3, more.get("limit", 100), more.get("scale", 0.004))
    operands, results, options = _window(x, w, kernel, channels, **more)
    return [Op("DEPTHWISE_CONV_2D", operands, results, depthMultiplier=multiplier, **options)]


def transpose_conv(kernel: int, stride: int, dtype: str = "int8") -> Ops:
    x, channels = _x((1, 6, 6, 16), dtype), 16
    w = _weights((channels, kernel, kernel, 16), 0, 100, 0.004)
    shape = (1, 6 * stride, 6 * stride, channels)
    operands = [constant("shape", shape), w, x, _bias(x, w, channels)]
    options = {"padding": SAME, "strideH": stride, "strideW": stride}
    return [Op("TRANSPOSE_CONV", operands, [_x(shape, dtype, 0.2, 4)], **options)]


def dense(depth: int, units: int, rows: int = 1, **more: Any) -> Ops:
    x = _x((rows, depth), more.get("dtype", "int8"))
    w = _weights((units, depth), 0, more.get("limit", 100), more.get("scale", 0.004))
    y = _x((rows, units), x.dtype, more.get("out_scale", 0.2), 4)
    return [Op("FULLY_CONNECTED", [x, w, _bias(x, w, units, more.get("bias", 500))], [y])]


def matmul(rows: int, depth: int, transposed: bool, dtype: str = "int8") -> Ops:
    """Of two activations, as attention has them: the input with itself."""
    a = _x((1, 4, rows, depth), dtype)
    shape = (1, 4, rows, rows if transposed else depth)
    return [Op("BATCH_MATMUL", [a, a], [_x(shape, dtype, 0.4, 4)], adjX=False, adjY=transposed)]


def matmul_constant(rows: int, depth: int, columns: int) -> Ops:
    b = Tensor(
        "b",
        (1, 4, depth, columns),
        scale=0.01,
        zero_point=2,
        data=_values((1, 4, depth, columns), 127, "int8"),
    )
    return [Op("BATCH_MATMUL", [_x((1, 4, rows, depth)), b], [_x((1, 4, rows, columns), scale=0.4)])]


def lstm(time: int, depth: int, units: int, dtype: str = "int8") -> Ops:
    x = _x((1, time, depth), dtype)
    hidden = Tensor("h", (1, units), dtype, scale=2**-7 if dtype == "int8" else 2**-15, is_variable=True)
    cell = Tensor("c", (1, units), "int16", scale=2.0**-11, is_variable=True)
    inputs: list[Tensor | None] = [x, *(None,) * 23]
    for gate in range(4):
        w = Tensor("w", (units, depth), scale=0.004, data=_values((units, depth), 127, "int8", gate))
        r = Tensor("r", (units, units), scale=0.004, data=_values((units, units), 127, "int8", gate))
        inputs[1 + gate], inputs[5 + gate], inputs[12 + gate] = w, r, _bias(x, w, units)
    inputs[18], inputs[19] = hidden, cell
    y = Tensor("y", (1, time, units), dtype, scale=hidden.scale)
    return [Op("UNIDIRECTIONAL_SEQUENCE_LSTM", inputs, [y], fusedActivationFunction=TANH)]


def pool(op: str, size: int, stride: int, shape: tuple[int, ...] = IMAGE, dtype: str = "int8") -> Ops:
    x = _x(shape, dtype)
    out = [output_size(n, size, stride, 1, VALID) for n in shape[1:3]]
    options = {"padding": VALID, "strideH": stride, "strideW": stride}
    y = _x((1, *out, shape[3]), dtype)
    return [Op(op, [x], [y], filterHeight=size, filterWidth=size, **options)]


def binary(op: str, other: tuple[int, ...] | None, dtype: str = "int8", b_scale: float = 0.03) -> Ops:
    """With a constant of shape ``other``; for None the input with itself."""
    x = _x(IMAGE, dtype)
    limit = 100 if dtype == "int8" else 30000
    scale, zero = (b_scale, 5) if dtype == "int8" else (b_scale / 256, 0)
    b = (
        x
        if other is None
        else Tensor("b", other, dtype, scale=scale, zero_point=zero, data=_values(other, limit, dtype))
    )
    return [Op(op, [x, b], [_x(IMAGE, dtype, 0.1, 4)])]


def softmax(rows: int, depth: int, dtype: str = "int8") -> Ops:
    scale, zero = (1 / 256, -128) if dtype == "int8" else (1 / 32768, 0)
    return [
        Op(
            "SOFTMAX",
            [_x((rows, depth), dtype)],
            [Tensor("y", (rows, depth), dtype, scale=scale, zero_point=zero)],
            beta=1.0,
        )
    ]


def unary(op: str, dtype: str = "int8", scale: float = 0.1, zero: int = 4) -> Ops:
    return [Op(op, [_x(IMAGE, dtype)], [Tensor("y", IMAGE, dtype, scale=scale, zero_point=zero)])]


def mean(dtype: str = "int8") -> Ops:
    y = _x((1, 16), dtype, 0.05)
    return [Op("MEAN", [_x(IMAGE, dtype), constant("axes", [1, 2])], [y], keepDims=False)]


LARGE = (1, 6, 6, 64)  # 576 weights of 3x3: at full range their sums pass 2**23
MODELS: dict[str, Callable[[], Ops]] = {
    "conv 3x3": conv,
    "conv 3x3 stride 2": partial(conv, stride=2),
    "conv 3x3, 3 inputs": partial(conv, shape=(1, 16, 16, 3)),
    "conv 1x1": partial(conv, kernel=1),
    "conv 3x3 dilation 2": partial(conv, dilation=2),
    "conv 3x3 groups 4": partial(conv, groups=4),
    "conv 3x3 sums of 2^23": partial(conv, shape=LARGE, limit=127, scale=0.001),
    "conv 1x1 large bias": partial(conv, kernel=1, bias=1 << 24),
    "conv 3x3 weight -128": partial(conv, limit=128),
    "conv 3x3 factor 1.5": partial(conv, scale=1.5 * 4, bias=0),
    "depthwise 3x3": depthwise,
    "depthwise 3x3 stride 2": partial(depthwise, stride=2),
    "depthwise 5x5": partial(depthwise, kernel=(5, 5)),
    "depthwise 3x3 dilation 2": partial(depthwise, dilation=2),
    "depthwise 1x9": partial(depthwise, kernel=(1, 9)),
    "depthwise 3x3 x2": partial(depthwise, 2),
    "depthwise 3x3 x8 of 4": partial(depthwise, 8, shape=(1, 12, 12, 4)),
    "depthwise 10x8 x8 of 1": partial(depthwise, 8, (10, 8), shape=(1, 25, 20, 1), stride=2),
    "depthwise 3x3 weight -128": partial(depthwise, limit=128),
    "depthwise 3x3 factor 1.5": partial(depthwise, scale=1.5 * 4, bias=0),
    "depthwise 3x3 large bias": partial(depthwise, bias=1 << 24),
    "transpose conv 2x2 stride 2": partial(transpose_conv, 2, 2),
    "transpose conv 3x3 stride 2": partial(transpose_conv, 3, 2),
    "transpose conv 4x4 stride 2": partial(transpose_conv, 4, 2),
    "transpose conv 3x3 stride 1": partial(transpose_conv, 3, 1),
    "dense 640x128": partial(dense, 640, 128),
    "dense 640x32 weight -128": partial(dense, 640, 32, limit=128),
    "dense 640x32 sums of 2^23": partial(dense, 640, 32, limit=127, bias=1 << 24),
    "dense 64x32, 10 rows": partial(dense, 64, 32, 10),
    "batch matmul, transposed": partial(matmul, 32, 32, True),
    "batch matmul": partial(matmul, 32, 32, False),
    "batch matmul, constant": partial(matmul_constant, 32, 32, 16),
    "lstm 28x28x20": partial(lstm, 28, 28, 20),
    "max pool 2x2": partial(pool, "MAX_POOL_2D", 2, 2),
    "max pool 3x3 stride 2": partial(pool, "MAX_POOL_2D", 3, 2),
    "average pool 2x2": partial(pool, "AVERAGE_POOL_2D", 2, 2),
    "average pool 3 channels": partial(pool, "AVERAGE_POOL_2D", 2, 2, (1, 16, 16, 3)),
    "mean of pixels": mean,
    "add": partial(binary, "ADD", None),
    "add, by channel": partial(binary, "ADD", (16,)),
    "add, one value": partial(binary, "ADD", (1,)),
    "add, unequal scales": partial(binary, "ADD", IMAGE),
    "add, by pixel": partial(binary, "ADD", (1, 12, 12, 1)),
    "sub": partial(binary, "SUB", IMAGE),
    "sub, by channel": partial(binary, "SUB", (16,)),
    "mul": partial(binary, "MUL", None),
    "mul, by channel": partial(binary, "MUL", (16,)),
    "mul, by pixel": partial(binary, "MUL", (1, 12, 12, 1)),
    "softmax 1x12": partial(softmax, 1, 12),
    "softmax 32x32": partial(softmax, 32, 32),
    "logistic": partial(unary, "LOGISTIC", scale=1 / 256, zero=-128),
    "hard swish": partial(unary, "HARD_SWISH"),
    "leaky relu": partial(unary, "LEAKY_RELU"),
    "quantize": partial(unary, "QUANTIZE"),
    "conv 3x3, int16": partial(conv, dtype="int16"),
    "conv 1x1, int16": partial(conv, kernel=1, dtype="int16"),
    "depthwise 3x3, int16": partial(depthwise, dtype="int16"),
    "dense 640x32, int16": partial(dense, 640, 32, dtype="int16"),
    "transpose conv 3x3 stride 2, int16": partial(transpose_conv, 3, 2, "int16"),
    "batch matmul, int16": partial(matmul, 32, 32, True, "int16"),
    "lstm 28x28x20, int16": partial(lstm, 28, 28, 20, "int16"),
    "max pool 2x2, int16": partial(pool, "MAX_POOL_2D", 2, 2, IMAGE, "int16"),
    "average pool 2x2, int16": partial(pool, "AVERAGE_POOL_2D", 2, 2, IMAGE, "int16"),
    "add, int16": partial(binary, "ADD", None, "int16"),
    "mul, int16": partial(binary, "MUL", None, "int16"),
    "softmax 32x32, int16": partial(softmax, 32, 32, "int16"),
}  # fmt: skip


def model(name: str) -> bytes:
    """The flatbuffer of one of ``MODELS``."""
    return build(MODELS[name]())
