"""int16 activations: with int8 weights and int64 biases, element by element, and moved as they are.

``CASES["CONV_2D/int16"]``; zero points are 0, as TFLite's specification has them.
"""

from collections.abc import Callable

import numpy as np

from tests.conformance.builder import Op, Tensor, constant
from tests.conformance.cases.elementwise import ACTIVATIONS, broadcast_shapes
from tests.conformance.cases.registry import CASES, Case
from tests.conformance.cases.spatial import extent, results, window
from tests.conformance.choose import Choose

SCALES = (1e-6, 1e-2)


def case(*ops: str) -> Callable[[Callable[[Choose, str], Case]], Callable[[Choose, str], Case]]:
    """As ``registry.case``, under the op's name with the width."""

    def enter(function: Callable[[Choose, str], Case]) -> Callable[[Choose, str], Case]:
        for op in ops:
            CASES[f"{op}/int16"] = lambda choose, op=op: function(choose, op)
        return function

    return enter


def tensor(c: Choose, name: str, shape: tuple[int, ...], scale: float | None = None) -> Tensor:
    return Tensor(name, shape, "int16", scale=c.scale(*SCALES) if scale is None else scale)


def filters(
    c: Choose, shape: tuple[int, ...], axis: int, x: Tensor, y: Tensor, channels: int
) -> tuple[Tensor, Tensor]:
    """Weights whose scales bring sums near to the range of ``y``, and the int64 bias."""
    count = channels if c.chance(70) else 1
    taps = int(np.prod(shape)) // channels
    reach = 32768.0 * 60 * np.sqrt(taps)  # of a sum of random products
    scales = tuple(
        float(np.float32(c.scale(0.2, 3) * 32768 * y.scales()[0] / (reach * x.scales()[0])))
        for _ in range(count)
    )
    w = Tensor("w", shape, scale=scales, zero_point=(0,) * count, axis=axis, data=c.array(shape, -127, 127))
    bias_scales = tuple(float(np.float32(np.float32(s) * np.float32(x.scales()[0]))) for s in scales)
    large = c.pick((20_000, int(reach), 1 << 33))
    bias = c.array((channels,), -large, large, "int64")
    return w, Tensor("b", (channels,), "int64", scale=bias_scales, zero_point=(0,) * count, data=bias)


@case("CONV_2D")
def conv_2d(c: Choose, op: str) -> Case:
    kernel, options = (c.integer(1, 4), c.integer(1, 4)), window(c)
    size, groups = extent(c, kernel, options), c.pick((1, 1, 1, 2, 3))
    depth, channels = groups * c.integer(1, 5), groups * c.integer(1, 4)
    x = tensor(c, "x", (1, *size, depth))
    y = tensor(c, "y", (1, *results(size, kernel, options), channels))
    w, b = filters(c, (channels, *kernel, depth // groups), 0, x, y, channels)
    inputs = [x, w, b] if c.chance(80) else [x, w]
    return Case([Op(op, inputs, [y], fusedActivationFunction=c.pick(ACTIVATIONS), **options)])


@case("DEPTHWISE_CONV_2D")
def depthwise_conv_2d(c: Choose, op: str) -> Case:
    kernel, options = (c.integer(1, 4), c.integer(1, 4)), window(c)
    size, depth, multiplier = extent(c, kernel, options), c.integer(1, 6), c.pick((1, 1, 2, 3))
    channels = depth * multiplier
    x = tensor(c, "x", (1, *size, depth))
    y = tensor(c, "y", (1, *results(size, kernel, options), channels))
    w, b = filters(c, (1, *kernel, channels), 3, x, y, channels)
    options |= {"fusedActivationFunction": c.pick(ACTIVATIONS), "depthMultiplier": multiplier}
    return Case([Op(op, [x, w, b] if c.chance(80) else [x, w], [y], **options)])


@case("FULLY_CONNECTED")
def fully_connected(c: Choose, op: str) -> Case:
    batch, depth, units = c.pick((1, 1, 3)), c.pick((1, 7, 40, 300)), c.integer(1, 12)
    x, y = tensor(c, "x", (batch, depth)), tensor(c, "y", (batch, units))
    w, b = filters(c, (units, depth), 0, x, y, units)
    options = {"fusedActivationFunction": c.pick(ACTIVATIONS)}
    return Case([Op(op, [x, w, b if c.chance(80) else None], [y], **options)])


@case("TRANSPOSE_CONV")
def transpose_conv(c: Choose, op: str) -> Case:
    (made,) = CASES[op](c).ops
    shape, x8 = made.inputs[0], made.inputs[2]
    assert shape is not None and x8 is not None
    channels, *kernel, depth = made.inputs[1].shape if made.inputs[1] else ()
    x, y = tensor(c, "x", x8.shape), tensor(c, "y", made.outputs[0].shape)
    w, b = filters(c, (channels, *kernel, depth), 0, x, y, channels)
    return Case([Op(op, [shape, w, x, *([b] if c.chance(80) else [])], [y], **made.options)])


@case("BATCH_MATMUL")
def batch_matmul(c: Choose, op: str) -> Case:
    (made,) = CASES[op](c).ops
    a8, b8 = made.inputs
    assert a8 is not None and b8 is not None
    a, b = tensor(c, "a", a8.shape), tensor(c, "b", b8.shape)
    if c.chance(30):
        b = Tensor(
            "b", b8.shape, "int16", scale=b.scales()[0], data=c.array(b8.shape, -32768, 32767, "int16")
        )
    y = tensor(
        c, "y", made.outputs[0].shape, float(np.float32(a.scales()[0] * b.scales()[0] * c.scale(3e3, 3e5)))
    )
    return Case([Op(op, [a, b], [y], **made.options)])


@case("ADD", "SUB", "MUL")
def arithmetic(c: Choose, op: str) -> Case:
    (first, second), shape = broadcast_shapes(c, 2)
    a = tensor(c, "a", first)
    b = tensor(c, "b", second, a.scales()[0] * c.scale(0.1, 8))
    top = a.scales()[0] * (32768 * b.scales()[0] if op == "MUL" else 1)
    # TFLM prepares no activation up to 6 at a scale of 6 / 2**31 or less.
    y = tensor(c, "y", shape, max(float(np.float32(top * c.scale(0.25, 4))), 2.0**-28))
    if c.chance(25):
        data = c.array(second, -32768, 32767, "int16")
        b = Tensor("b", second, "int16", scale=b.scales()[0], data=data)
    return Case([Op(op, [a, b], [y], fusedActivationFunction=c.pick(ACTIVATIONS))])


@case("AVERAGE_POOL_2D", "MAX_POOL_2D")
def pool(c: Choose, op: str) -> Case:
    kernel, options = (c.integer(1, 4), c.integer(1, 4)), window(c, dilated=False)
    size, scale, depth = extent(c, kernel, options), c.scale(*SCALES), c.integer(1, 6)
    y = tensor(c, "y", (1, *results(size, kernel, options), depth), scale)
    options |= {"filterHeight": kernel[0], "filterWidth": kernel[1]}
    options |= {"fusedActivationFunction": c.pick(ACTIVATIONS)}
    return Case([Op(op, [tensor(c, "x", (1, *size, depth), scale)], [y], **options)])


@case("MEAN", "SUM")
def mean_or_sum(c: Choose, op: str) -> Case:
    shape, keep = c.shape((1, 4), 6), c.chance(50)
    axes = [a for a in range(len(shape)) if c.chance(50)] or [c.integer(0, len(shape) - 1)]
    kept = tuple(1 if i in axes else n for i, n in enumerate(shape))
    reduced = kept if keep else tuple(n for i, n in enumerate(shape) if i not in axes)
    x = tensor(c, "x", shape)
    y = tensor(c, "y", reduced, float(np.float32(x.scales()[0] * c.scale(0.25, 8))))
    return Case([Op(op, [x, constant("axes", axes)], [y], keepDims=keep)])


@case("RELU", "RELU6", "LEAKY_RELU")
def slopes(c: Choose, op: str) -> Case:
    shape = (1, 256) if c.chance(50) else c.shape()
    x = tensor(c, "x", shape, c.scale(2e-4, 1e-2))  # RELU6: 6 is in range
    y = tensor(c, "y", shape, x.scales()[0] if op == "RELU6" else c.scale(2e-4, 1e-2))
    options = {"alpha": c.pick((0.01, 0.1, 0.3, 1.5, -0.5))} if op == "LEAKY_RELU" else {}
    return Case([Op(op, [x], [y], **options)])


@case("RSQRT")
def rsqrt(c: Choose, op: str) -> Case:
    """TFLM ends with an error on a negative input."""
    shape = (1, 256) if c.chance(50) else c.shape()
    x, y = tensor(c, "x", shape), tensor(c, "y", shape, c.scale(1e-4, 1e-1))
    return Case([Op(op, [x], [y])], input_ranges={x: (0, 32767)})


@case("ABS")
def absolute(c: Choose, op: str) -> Case:
    shape, scale = (1, 256) if c.chance(50) else c.shape(), c.scale(*SCALES)
    y = tensor(c, "y", shape, scale if c.chance(50) else float(np.float32(scale * c.scale(0.1, 8))))
    return Case([Op(op, [tensor(c, "x", shape, scale)], [y])])


@case("SQUARED_DIFFERENCE")
def squared_difference(c: Choose, op: str) -> Case:
    (first, second), shape = broadcast_shapes(c, 2)
    a = tensor(c, "a", first)
    b = tensor(c, "b", second, float(np.float32(a.scales()[0] * c.scale(0.1, 8))))
    most = max(a.scales()[0], b.scales()[0])
    return Case([Op(op, [a, b], [tensor(c, "y", shape, float(np.float32(most * most * c.scale(1e2, 1e6))))])])


@case("SELECT_V2")
def select(c: Choose, op: str) -> Case:
    (condition, first, second), shape = broadcast_shapes(c, 3)
    scale = c.scale(*SCALES)
    inputs = [Tensor("c", condition, "bool"), tensor(c, "a", first, scale), tensor(c, "b", second, scale)]
    return Case([Op(op, inputs, [tensor(c, "y", shape, scale)])])


@case("PRELU")
def prelu(c: Choose, op: str) -> Case:
    shape = c.shape((2, 4), 6)
    alpha = c.constant("alpha", shape[-1:] if c.chance(60) else (1,))
    zeros = [c.pick((0, 0, 300)) for _ in range(2)]
    scale = c.scale(*SCALES)
    x = Tensor("x", shape, "int16", scale=scale, zero_point=zeros[0])
    y_scale = float(np.float32(scale * c.scale(0.25, 8)))
    return Case([Op(op, [x, alpha], [Tensor("y", shape, "int16", scale=y_scale, zero_point=zeros[1])])])


@case("LOGISTIC", "TANH")
def sigmoid(c: Choose, op: str) -> Case:
    shape = (1, 256) if c.chance(50) else c.shape()
    scale = c.pick((2.0**-12, 2.0**-11, 2.0**-13, 2.0**-15, c.scale(1e-6, 1.0)))
    return Case([Op(op, [tensor(c, "x", shape, scale)], [tensor(c, "y", shape, 2.0**-15)])])


@case("SOFTMAX")
def softmax(c: Choose, op: str) -> Case:
    shape, beta = (*c.shape((0, 2), 3), c.pick((1, 2, 3, 10, 40))), c.pick((1.0, 1.0, 0.5, 2.0))
    x = tensor(c, "x", shape, c.scale(1e-5, 1e-2))
    return Case([Op(op, [x], [tensor(c, "y", shape, 2.0**-15)], beta=beta)])


def _softmax_of_int8(c: Choose) -> Case:
    shape = (*c.shape((0, 2), 3), c.pick((1, 2, 3, 10, 40)))
    y = Tensor("y", shape, "int16", scale=1 / 65536, zero_point=-32768)
    return Case(
        [Op("SOFTMAX", [c.quantized("x", shape, scale=c.scale(1e-3, 1))], [y], beta=c.pick((1.0, 0.5, 2.0)))]
    )


CASES["SOFTMAX/int8-int16"] = _softmax_of_int8


@case("QUANTIZE")
def quantize(c: Choose, op: str) -> Case:
    return requantized(c, op, *c.pick((("int8", "int16"), ("int16", "int8"), ("int16", "int16"))))


def requantized(c: Choose, op: str, source: str, target: str) -> Case:
    """One type to another, most values inside its range."""
    shape = (1, 256) if c.chance(50) else c.shape()
    reach = {"int8": 128, "int16": 32768, "int32": 1 << 31, "uint8": 128}
    scale, ratio = c.scale(1e-3, 1e-1), reach[source] / reach[target]
    y_scale = float(np.float32(scale * ratio * c.scale(0.25, 4)))
    zeros = [_zero_point(c, t) for t in (source, target)]
    x = Tensor("x", shape, source, scale=scale, zero_point=zeros[0])
    return Case([Op(op, [x], [Tensor("y", shape, target, scale=y_scale, zero_point=zeros[1])])])


def _zero_point(c: Choose, dtype: str) -> int:
    match dtype:
        case "int8":
            return c.zero_point()
        case "uint8":
            return c.zero_point() + 128
    return c.pick((0, 0, -300))


@case("PAD", "PADV2")
def pad(c: Choose, op: str) -> Case:
    shape, scale = c.shape((1, 4), 5), c.scale(*SCALES)
    pads = [[c.integer(0, 3), c.integer(0, 3)] for _ in shape]
    y = tensor(c, "y", tuple(n + sum(p) for n, p in zip(shape, pads, strict=True)), scale)
    fill = Tensor("value", (1,), "int16", scale=scale, data=c.array((1,), -32768, 32767, "int16"))
    inputs = [tensor(c, "x", shape, scale), constant("paddings", pads)]
    return Case([Op(op, [*inputs, fill] if op == "PADV2" else inputs, [y])])


def as_int16(t: Tensor) -> Tensor:
    """An int8 tensor's twin."""
    if t.dtype != "int8":
        return t
    return Tensor(t.name, t.shape, "int16", scale=t.scale, data=t.data)


MOVING = "CONCATENATION TRANSPOSE SPLIT SPLIT_V PACK UNPACK SLICE STRIDED_SLICE RESHAPE EXPAND_DIMS SQUEEZE"


@case(*MOVING.split())
def moving(c: Choose, op: str) -> Case:
    """The int8 model on int16."""
    (made,) = CASES[op](c).ops
    twins = {t: as_int16(t) for t in made.tensors()}
    inputs = [t if t is None else twins[t] for t in made.inputs]
    return Case([Op(op, inputs, [twins[t] for t in made.outputs], **made.options)])
