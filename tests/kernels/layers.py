"""Random layers for kernel tests: shapes are given; weights, biases and scales are drawn, some extreme."""

from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
from numpy.random import Generator

from tests.kernels.harness import tensor
from tinykd.compiler.ops.add import Add
from tinykd.compiler.ops.arithmetic import UNUSED, Arithmetic
from tinykd.compiler.ops.batch_matmul import BatchMatmulS8
from tinykd.compiler.ops.common.access import Window
from tinykd.compiler.ops.common.convolution import Requantization
from tinykd.compiler.ops.common.loop_nest import LoopNest, StridedView, broadcast, nest
from tinykd.compiler.ops.common.residual import Operand, Residual
from tinykd.compiler.ops.conv_2d import Conv2D
from tinykd.compiler.ops.depthwise_conv_2d import DepthwiseConv2D
from tinykd.compiler.ops.fully_connected import Dense
from tinykd.compiler.ops.pooling import Pool
from tinykd.compiler.ops.reduction import Reduction
from tinykd.graph.quantize import Multiplier, quantize_multiplier

Scaled = TypeVar("Scaled", Conv2D, Dense, DepthwiseConv2D)


def int8(rng: Generator, *shape: int) -> Any:
    """Of three kinds: spread, extreme, and few values, so that ties and saturation happen."""
    match int(rng.integers(3)):
        case 0:
            return rng.integers(-128, 128, shape).astype(np.int8)
        case 1:
            return rng.choice([-128, -127, 127], shape).astype(np.int8)
        case _:
            return rng.integers(-3, 4, shape).astype(np.int8)


def weights(rng: Generator, *shape: int) -> Any:
    return np.maximum(int8(rng, *shape), -127)


def requantization(rng: Generator, channels: int, depth: int, per_channel: bool = True) -> Requantization:
    """Scales that spread sums of ``depth`` products over the output's range, a few too large or too small."""
    count = channels if per_channel else 1
    real = 2.0 ** rng.uniform(-1, 3, count) / (np.sqrt(depth) * 64)
    real = np.where(rng.random(count) < 0.1, 2.0 ** -rng.integers(1, 31, count), real)
    factors = [quantize_multiplier(float(min(r, 0.49))) for r in real]
    low, high = (-128, 127) if rng.random() < 0.7 else sorted(int(v) for v in rng.integers(-128, 128, 2))
    return Requantization(
        np.array([f.value for f in factors], np.int32),
        np.array([f.shift for f in factors], np.int8),
        -128 if rng.random() < 0.4 else int(rng.integers(-128, 128)),  # -128: some kernels' short way
        low,
        high,
    )


def biases(rng: Generator, channels: int, depth: int) -> Any:
    return rng.integers(-2000, 2001, channels).astype(np.int32) * (
        1 if rng.random() < 0.5 else min(depth, 50)
    )


def residual(rng: Generator) -> Residual:
    """A pair of scales as ADD makes them: the larger one becomes 1/2."""
    ratio = 0.5 if rng.random() < 0.2 else float(rng.uniform(0.001, 0.5))
    halves = quantize_multiplier(0.5), quantize_multiplier(ratio)
    own, other = halves if rng.random() < 0.5 else halves[::-1]
    low, high = (-128, 127) if rng.random() < 0.7 else sorted(int(v) for v in rng.integers(-128, 128, 2))
    zero = [int(z) for z in rng.integers(-128, 128, 3)]
    scale = quantize_multiplier(float(rng.uniform(0.3, 4.0)) / (1 << 19))
    return Residual(Operand(zero[0], own), Operand(zero[1], other), Operand(zero[2], scale), low, high)


def window(
    size: tuple[int, int], kernel: tuple[int, int], stride: int = 1, same: bool = True, batches: int = 1
) -> Window:
    out, pad = [], []
    for n, k in zip(size, kernel, strict=True):
        o = -(-n // stride) if same else (n - k) // stride + 1
        out.append(o)
        pad.append(max((o - 1) * stride + k - n, 0) // 2 if same else 0)
    return Window(batches, *size, *out, *kernel, stride, stride, 1, 1, *pad)


def dilated(rng: Generator, size: tuple[int, int], dilation: tuple[int, int]) -> Window:
    """A 3x2 window whose taps are apart; half of the time with the padding of SAME."""
    reach, same = (2 * dilation[0] + 1, dilation[1] + 1), bool(rng.random() < 0.5)
    whole = window(size, reach, int(rng.integers(1, 3)), same)
    return replace(whole, kernel_h=3, kernel_w=2, dilation_h=dilation[0], dilation_w=dilation[1])


def grouped(rng: Generator, place: Window, depth: int, channels: int, groups: int) -> Conv2D:
    """``depth`` and ``channels`` are those of one group."""
    layer = conv(rng, place, depth * groups, channels * groups, add=bool(rng.random() < 0.3))
    own = np.ascontiguousarray(layer.weights[..., :depth])
    return replace(layer, groups=groups, weights=own)


def conv(rng: Generator, place: Window, depth: int, channels: int, add: bool = False) -> Conv2D:
    w = weights(rng, channels, place.kernel_h, place.kernel_w, depth)
    x = tensor((place.batches, place.in_h, place.in_w, depth))
    y = tensor((place.batches, place.out_h, place.out_w, channels))
    return Conv2D(
        name="conv",
        op="CONV_2D",
        inputs=(x, y) if add else (x,),
        outputs=(y,),
        window=place,
        in_channels=depth,
        groups=1,
        weights=w,
        bias=biases(rng, channels, depth),
        input_zero_point=int(rng.integers(-128, 128)),
        requantization=requantization(rng, channels, w[0].size),
        residual=residual(rng) if add else None,
    )


def depthwise(rng: Generator, place: Window, channels: int) -> DepthwiseConv2D:
    return DepthwiseConv2D(
        name="depthwise",
        op="DEPTHWISE_CONV_2D",
        inputs=(tensor((place.batches, place.in_h, place.in_w, channels)),),
        outputs=(tensor((place.batches, place.out_h, place.out_w, channels)),),
        window=place,
        in_channels=channels,
        multiplier=1,
        weights=weights(rng, channels, place.kernel_h, place.kernel_w),
        bias=biases(rng, channels, place.taps),
        input_zero_point=int(rng.integers(-128, 128)),
        requantization=requantization(rng, channels, place.taps),
    )


def depthwise_of_one(rng: Generator, place: Window, multiplier: int) -> DepthwiseConv2D:
    """All output channels are made from one input channel."""
    layer = depthwise(rng, place, multiplier)
    x = tensor((place.batches, place.in_h, place.in_w, 1))
    return replace(layer, in_channels=1, multiplier=multiplier, inputs=(x,))


def dense(
    rng: Generator, rows: int, depth: int, channels: int, add: bool = False, per_channel: bool = True
) -> Dense:
    y = tensor((rows, channels))
    return Dense(
        name="dense",
        op="FULLY_CONNECTED",
        inputs=(tensor((rows, depth)), y) if add else (tensor((rows, depth)),),
        outputs=(y,),
        rows=rows,
        weights=weights(rng, channels, depth),
        bias=biases(rng, channels, depth),
        requantization=requantization(rng, channels, depth, per_channel),
        residual=residual(rng) if add else None,
    )


def add(rng: Generator, count: int) -> Add:
    t = tensor((1, count))
    return Add(name="add", op="ADD", inputs=(t, t), outputs=(t,), scale=residual(rng))


def arithmetic(rng: Generator, op: str, a: tuple[int, ...], b: tuple[int, ...]) -> Arithmetic:
    """ADD, SUB or MUL of shapes that broadcast."""
    shape = np.broadcast_shapes(a, b)
    spaces = StridedView.of(a), StridedView.of(b)
    scale, factor = residual(rng), quantize_multiplier(float(rng.uniform(0.0005, 0.4)))
    add = op != "MUL"
    return Arithmetic(
        name="arithmetic",
        op=op,
        inputs=(tensor(a), tensor(b)),
        outputs=(tensor(shape),),
        loop=nest(spaces, broadcast(spaces, shape)),
        zeros=(scale.own.zero_point, scale.other.zero_point, scale.output.zero_point),
        a=scale.own.scale if add else UNUSED,
        b=scale.other.scale if add else UNUSED,
        y=scale.output.scale if add else factor,
        left_shift=20 if add else 0,
        limits=(scale.minimum, scale.maximum),
    )


def shapes(rng: Generator) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Two that broadcast, each in some of three dimensions."""
    size = tuple(int(n) for n in rng.integers(1, 9, 3))
    first, second = (tuple(1 if rng.random() < 0.3 else n for n in size) for _ in range(2))
    return first, second


def matmul(rng: Generator, rows: int, depth: int, columns: int) -> BatchMatmulS8:
    """Two batches, of which the second operand may have one; either may be transposed."""
    adj_x, adj_y, lone = (bool(v) for v in rng.random(3) < 0.5)
    a = (2, depth, rows) if adj_x else (2, rows, depth)
    b = (1 if lone else 2, *((columns, depth) if adj_y else (depth, columns)))
    spaces = StridedView.of(a), StridedView.of(b)
    zeros = [int(z) for z in rng.choice([0, -128, 127, 5], 3)]
    return BatchMatmulS8(
        name="matmul",
        op="BATCH_MATMUL",
        inputs=(tensor(a, zeros[0]), tensor(b, zeros[1])),
        outputs=(tensor((2, rows, columns), zeros[2]),),
        batches=nest(spaces, tuple(np.broadcast_to(s.view[..., 0, 0], (2,)) for s in spaces)),
        rows=rows,
        depth=depth,
        columns=columns,
        a_transposed=adj_x,
        b_transposed=adj_y,
        scale=quantize_multiplier(float(rng.uniform(0.5, 2.0)) / (64 * np.sqrt(depth))),
    )


def mean(rng: Generator, count: int, channels: int) -> Reduction:
    """Over all pixels, as MEAN over height and width."""
    zeros = rng.integers(-128, 128, 2)
    x, y = tensor((1, count, channels), int(zeros[0])), tensor((1, channels), int(zeros[1]))
    return Reduction(
        name="mean",
        op="MEAN",
        inputs=(x,),
        outputs=(y,),
        kept=LoopNest((channels,), (0,), ((1,),)),
        folded=LoopNest((count,), (0,), ((channels,),)),
        count=count,
        scale=quantize_multiplier(float(rng.uniform(0.3, 3.0)) / count),
    )


def pool(rng: Generator, place: Window, channels: int) -> Pool:
    low, high = (-128, 127) if rng.random() < 0.7 else sorted(int(v) for v in rng.integers(-128, 128, 2))
    return Pool(
        name="pool",
        op="AVERAGE_POOL_2D",
        inputs=(tensor((place.batches, place.in_h, place.in_w, channels)),),
        outputs=(tensor((place.batches, place.out_h, place.out_w, channels)),),
        window=place,
        channels=channels,
        limits=(low, high),
    )


def with_zero_multiplier(layer: Conv2D, channel: int) -> Conv2D:
    """A channel that always gives the output's zero point."""
    scaling = layer.requantization
    multipliers = scaling.multipliers.copy()
    multipliers[channel] = 0
    zero = Multiplier(0, 0)
    shifts = scaling.shifts.copy()
    shifts[channel] = zero.shift
    return replace(layer, requantization=replace(scaling, multipliers=multipliers, shifts=shifts))


def rectified(rng: Generator, layer: Scaled) -> Scaled:
    """Some layers with the clamp of a ReLU, and some with shifts to the left."""
    scaling = layer.requantization
    if rng.random() < 0.5:
        low = scaling.zero_point
        scaling = replace(scaling, minimum=low, maximum=int(rng.integers(low, 128)))
    if rng.random() < 0.2:
        scaling = replace(scaling, shifts=np.asarray(scaling.shifts + 9, np.int8))
    return replace(layer, requantization=scaling)
