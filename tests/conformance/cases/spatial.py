"""Convolutions and pooling."""

from typing import Any

import numpy as np

from tests.conformance.builder import SAME, VALID, Op, Tensor, constant
from tests.conformance.cases.elementwise import ACTIVATIONS
from tests.conformance.cases.registry import Case, case
from tests.conformance.choose import Choose


def filters(c: Choose, shape: tuple[int, ...], axis: int, x: Tensor, channels: int) -> tuple[Tensor, Tensor]:
    """Weights [-127, 127], per channel or per tensor, and the int32 bias whose scale is their product."""
    count = channels if c.chance(70) else 1
    scales = tuple(c.scale(1e-3, 0.05) for _ in range(count))
    weights = c.array(shape, -127, 127)
    w = Tensor("w", shape, scale=scales, zero_point=(0,) * count, axis=axis, data=weights)
    bias_scales = tuple(float(np.float32(np.float32(s) * np.float32(x.scales()[0]))) for s in scales)
    bias = c.array((channels,), -20_000, 20_000, "int32")
    b = Tensor("b", (channels,), "int32", scale=bias_scales, zero_point=(0,) * count, data=bias)
    return w, b


def output_size(size: int, kernel: int, stride: int, dilation: int, padding: int) -> int:
    effective = (kernel - 1) * dilation + 1
    return -(-size // stride) if padding == SAME else (size - effective) // stride + 1


def window(c: Choose, dilated: bool = True) -> dict[str, Any]:
    dilate = dilated and c.chance(30)
    return {
        "padding": c.pick((SAME, VALID)),
        "strideH": c.integer(1, 3),
        "strideW": c.integer(1, 3),
        **({"dilationHFactor": c.integer(1, 3), "dilationWFactor": c.integer(1, 3)} if dilate else {}),
    }


def extent(c: Choose, kernel: tuple[int, int], options: dict[str, Any]) -> tuple[int, int]:
    """An input size at which even a VALID window fits."""
    dilations = options.get("dilationHFactor", 1), options.get("dilationWFactor", 1)
    h, w = ((k - 1) * d + 1 + c.integer(0, 5) for k, d in zip(kernel, dilations, strict=True))
    return h, w


def results(size: tuple[int, int], kernel: tuple[int, int], options: dict[str, Any]) -> tuple[int, int]:
    h, w = (
        output_size(n, k, options[f"stride{d}"], options.get(f"dilation{d}Factor", 1), options["padding"])
        for n, k, d in zip(size, kernel, "HW", strict=True)
    )
    return h, w


def channel_count(c: Choose) -> int:
    """Mostly a few; now and then one that fills the words and vectors of tuned kernels."""
    return c.integer(1, 6) if c.chance(65) else c.pick((8, 12, 16, 17, 20, 24, 32))


@case("CONV_2D")
def conv_2d(c: Choose, op: str) -> Case:
    batch = c.pick((1, 1, 1, 2))
    kernel, options = (c.integer(1, 4), c.integer(1, 4)), window(c)
    size = extent(c, kernel, options)
    groups = c.pick((1, 1, 1, 2, 3))
    depth, channels = groups * channel_count(c), groups * channel_count(c)
    x = c.quantized("x", (batch, *size, depth))
    w, b = filters(c, (channels, *kernel, depth // groups), 0, x, channels)
    y = c.quantized("y", (batch, *results(size, kernel, options), channels))
    inputs = [x, w, b] if c.chance(80) else [x, w]
    return Case([Op(op, inputs, [y], fusedActivationFunction=c.pick(ACTIVATIONS), **options)])


@case("DEPTHWISE_CONV_2D")
def depthwise_conv_2d(c: Choose, op: str) -> Case:
    batch = c.pick((1, 1, 1, 2))
    # 3x3 has functions of its own in several kernels.
    kernel, options = (3, 3) if c.chance(40) else (c.integer(1, 4), c.integer(1, 4)), window(c)
    size, depth, multiplier = extent(c, kernel, options), channel_count(c), c.pick((1, 1, 2, 3))
    x = c.quantized("x", (batch, *size, depth))
    w, b = filters(c, (1, *kernel, depth * multiplier), 3, x, depth * multiplier)
    y = c.quantized("y", (batch, *results(size, kernel, options), depth * multiplier))
    options |= {"fusedActivationFunction": c.pick(ACTIVATIONS), "depthMultiplier": multiplier}
    return Case([Op(op, [x, w, b] if c.chance(80) else [x, w], [y], **options)])


@case("TRANSPOSE_CONV")
def transpose_conv(c: Choose, op: str) -> Case:
    batch = c.pick((1, 1, 1, 2))
    kernel = (c.integer(1, 4), c.integer(1, 4))
    stride, padding = (c.integer(1, 3), c.integer(1, 3)), c.pick((SAME, VALID))
    size, depth, channels = (c.integer(1, 5), c.integer(1, 5)), c.integer(1, 5), c.integer(1, 5)
    x = c.quantized("x", (batch, *size, depth))
    w, b = filters(c, (channels, *kernel, depth), 0, x, channels)
    result = tuple(
        n * s if padding == SAME else n * s + max(k - s, 0)
        for n, s, k in zip(size, stride, kernel, strict=True)
    )
    shape = (batch, *result, channels)
    options = {"padding": padding, "strideH": stride[0], "strideW": stride[1]}
    if c.chance(30):
        options["fusedActivationFunction"] = c.pick(ACTIVATIONS)
    inputs = [constant("shape", shape), w, x, *([b] if c.chance(70) else [])]
    return Case([Op(op, inputs, [c.quantized("y", shape)], **options)])


@case("AVERAGE_POOL_2D", "MAX_POOL_2D")
def pool(c: Choose, op: str) -> Case:
    batch = c.pick((1, 1, 1, 2))
    kernel, options = (c.integer(1, 4), c.integer(1, 4)), window(c, dilated=False)
    size, same = extent(c, kernel, options), {"scale": c.scale(), "zero_point": c.zero_point()}
    depth = channel_count(c)
    y = Tensor("y", (batch, *results(size, kernel, options), depth), **same)
    options |= {
        "filterHeight": kernel[0],
        "filterWidth": kernel[1],
        "fusedActivationFunction": c.pick(ACTIVATIONS),
    }
    return Case([Op(op, [Tensor("x", (batch, *size, depth), **same)], [y], **options)])
