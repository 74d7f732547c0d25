"""Small full-int8 models, with weights drawn from a seed."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tests.conformance.builder import NONE, RELU, SAME, VALID, Op, Tensor, build, constant


@dataclass
class Net:
    """A chain (or more) of ops on ``at``; scales are plausible, so that outputs vary and saturate now and
    then."""

    at: Tensor
    seed: int = 0
    ops: list[Op] = field(default_factory=list)
    outputs: list[Tensor] | None = None

    def __post_init__(self) -> None:
        self.random = np.random.default_rng(self.seed)

    def bytes(self) -> bytes:
        return build(self.ops, outputs=self.outputs)

    def add_op(self, op: Op) -> Tensor:
        self.ops.append(op)
        self.at = op.outputs[0]
        return self.at

    def tensor(
        self, shape: tuple[int, ...], scale: float | None = None, zero_point: int | None = None
    ) -> Tensor:
        scale = float(np.float32(self.random.uniform(0.02, 0.2))) if scale is None else scale
        zero = int(self.random.integers(-40, 40)) if zero_point is None else zero_point
        return Tensor(f"t{len(self.ops)}", shape, scale=scale, zero_point=zero)

    def _weights(self, shape: tuple[int, ...]) -> NDArray[np.int8]:
        return self.random.integers(-127, 128, shape).astype(np.int8)

    def _filter(
        self, shape: tuple[int, ...], axis: int, per_channel: bool = True, bias: bool = True
    ) -> tuple[Tensor, Tensor | None]:
        channels, taps = shape[axis], int(np.prod(shape)) // shape[axis]
        spread = 0.1 / np.sqrt(taps) / 64
        scales = tuple(float(np.float32(s)) for s in self.random.uniform(spread, 4 * spread, channels))
        scale = scales if per_channel else scales[0]
        w = Tensor(f"w{len(self.ops)}", shape, scale=scale, axis=axis, data=self._weights(shape))
        if not bias:
            return w, None
        product = tuple(float(np.float32(self.at.scale) * np.float32(s)) for s in scales)
        values = self.random.integers(-2000, 2000, channels).astype(np.int32)
        b = Tensor(
            f"b{len(self.ops)}",
            (channels,),
            "int32",
            scale=product if per_channel else product[0],
            data=values,
        )
        return w, b

    def conv(
        self,
        out: int,
        kernel: tuple[int, int] = (3, 3),
        stride: tuple[int, int] = (1, 1),
        dilation: tuple[int, int] = (1, 1),
        padding: int = SAME,
        groups: int = 1,
        activation: int = NONE,
        per_channel: bool = True,
        bias: bool = True,
    ) -> Tensor:
        n, h, w, channels = self.at.shape
        filters = self._filter((out, *kernel, channels // groups), 0, per_channel, bias)
        sizes = window_out((h, w), kernel, stride, dilation, padding)
        options = _window_options(stride, dilation, padding, activation)
        return self.add_op(Op("CONV_2D", [self.at, *filters], [self.tensor((n, *sizes, out))], **options))

    def depthwise(
        self,
        kernel: tuple[int, int] = (3, 3),
        stride: tuple[int, int] = (1, 1),
        dilation: tuple[int, int] = (1, 1),
        padding: int = SAME,
        multiplier: int = 1,
        activation: int = NONE,
        per_channel: bool = True,
    ) -> Tensor:
        n, h, w, channels = self.at.shape
        filters = self._filter((1, *kernel, channels * multiplier), 3, per_channel)
        sizes = window_out((h, w), kernel, stride, dilation, padding)
        options = _window_options(stride, dilation, padding, activation)
        output = self.tensor((n, *sizes, channels * multiplier))
        return self.add_op(
            Op("DEPTHWISE_CONV_2D", [self.at, *filters], [output], depthMultiplier=multiplier, **options)
        )

    def dense(self, out: int, per_channel: bool = False, activation: int = NONE, bias: bool = True) -> Tensor:
        rows, depth = self.at.shape
        filters = self._filter((out, depth), 0, per_channel, bias)
        y = self.tensor((rows, out))
        return self.add_op(
            Op("FULLY_CONNECTED", [self.at, *filters], [y], fusedActivationFunction=activation)
        )

    def plus(self, other: Tensor, activation: int = NONE) -> Tensor:
        y = self.tensor(self.at.shape)
        return self.add_op(Op("ADD", [self.at, other], [y], fusedActivationFunction=activation))

    def pool(
        self, kind: str, kernel: tuple[int, int], stride: tuple[int, int], padding: int = VALID
    ) -> Tensor:
        n, h, w, channels = self.at.shape
        sizes = window_out((h, w), kernel, stride, (1, 1), padding)
        y = self.tensor((n, *sizes, channels), self.at.scale, self.at.zero_point)  # type: ignore[arg-type]
        options = _window_options(stride, None, padding, NONE)
        return self.add_op(Op(kind, [self.at], [y], filterHeight=kernel[0], filterWidth=kernel[1], **options))

    def reshape(self, shape: tuple[int, ...]) -> Tensor:
        y = self.tensor(shape, self.at.scale, self.at.zero_point)  # type: ignore[arg-type]
        return self.add_op(Op("RESHAPE", [self.at, constant(f"shape{len(self.ops)}", shape)], [y]))

    def softmax(self) -> Tensor:
        y = self.tensor(self.at.shape, 1 / 256, -128)
        return self.add_op(Op("SOFTMAX", [self.at], [y], beta=1.0))


def window_out(
    size: tuple[int, int],
    kernel: tuple[int, int],
    stride: tuple[int, int],
    dilation: tuple[int, int],
    padding: int,
) -> tuple[int, int]:
    reach = [(k - 1) * d + 1 for k, d in zip(kernel, dilation, strict=True)]
    spare = [s - 1 if padding == SAME else s - r for s, r in zip(stride, reach, strict=True)]
    height, width = ((n + extra) // s for n, extra, s in zip(size, spare, stride, strict=True))
    return height, width


def _window_options(
    stride: tuple[int, int], dilation: tuple[int, int] | None, padding: int, activation: int
) -> dict[str, int]:
    options = {
        "padding": padding,
        "strideH": stride[0],
        "strideW": stride[1],
        "fusedActivationFunction": activation,
    }
    if dilation is not None:
        options |= {"dilationHFactor": dilation[0], "dilationWFactor": dilation[1]}
    return options


def image(height: int, width: int, channels: int, batch: int = 1) -> Tensor:
    return Tensor("x", (batch, height, width, channels), scale=0.05, zero_point=-11)


def residual_net(seed: int = 0) -> bytes:
    """Two residual blocks, the second with a strided shortcut; pooled, classified."""
    net = Net(image(12, 10, 3), seed)
    x = net.conv(8, activation=RELU)
    net.conv(8, activation=RELU)
    net.conv(8)
    x = net.plus(x, RELU)
    net.conv(12, stride=(2, 2), activation=RELU)
    y = net.conv(12)
    net.at = x
    net.conv(12, (1, 1), stride=(2, 2))
    net.plus(y, RELU)
    net.pool("AVERAGE_POOL_2D", net.at.shape[1:3], net.at.shape[1:3])
    net.reshape((1, 12))
    net.dense(5)
    net.softmax()
    return net.bytes()


def separable_net(seed: int = 0) -> bytes:
    """Depthwise and pointwise layers, as in keyword spotting."""
    net = Net(image(13, 8, 1), seed)
    net.conv(16, (10, 4), (2, 2), activation=RELU)
    for _ in range(2):
        net.depthwise(activation=RELU)
        net.conv(16, (1, 1), activation=RELU)
    net.pool("AVERAGE_POOL_2D", net.at.shape[1:3], net.at.shape[1:3])
    net.reshape((1, 16))
    net.dense(6)
    net.softmax()
    return net.bytes()


def gated_net(seed: int = 0) -> bytes:
    """A depthwise layer of one channel; its pixels times, plus and less what its whole image says of each
    channel. The product's factor is about 1."""
    net = Net(image(8, 6, 1), seed)
    x = net.depthwise(multiplier=8, activation=RELU)
    net.pool("AVERAGE_POOL_2D", x.shape[1:3], x.shape[1:3])
    gate = net.conv(8, (1, 1))
    product = float(np.prod([x.scale, gate.scale]))
    for kind, scale in (("MUL", product), ("ADD", None), ("SUB", None)):
        y = net.tensor(x.shape, scale)
        x = net.add_op(Op(kind, [x, gate], [y], fusedActivationFunction=NONE))
    net.conv(4, (1, 1))
    return net.bytes()


def dense_net(seed: int = 0) -> bytes:
    """A small autoencoder."""
    net = Net(Tensor("x", (1, 40), scale=0.1, zero_point=7), seed)
    for width in (16, 5, 16, 40):
        net.dense(width, activation=RELU if width != 40 else NONE)
    return net.bytes()
