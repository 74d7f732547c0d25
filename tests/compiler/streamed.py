"""Networks over time, drawn from a seed, and what TFLM gives for the windows of a long signal."""

import numpy as np
from numpy.typing import NDArray

from tests.compiler.models import Net
from tests.conformance.builder import NONE, RELU, VALID, Op, Tensor, constant
from tinykd.oracle import run_tflm

Int8 = NDArray[np.int8]


def signal(shape: tuple[int, ...], hops: int, hop_rows: int, seed: int = 0) -> Int8:
    """(hops, hop rows, …): random rows for windows of ``shape`` (1, time, …)."""
    rng = np.random.default_rng(seed)
    return rng.integers(-128, 128, (hops, hop_rows, *shape[2:]), dtype=np.int8)


def sliding(hops: Int8, length: int, silence: int) -> Int8:
    """(hops, 1, length, …): the windows that end with each hop, after silence."""
    count, hop_rows = hops.shape[:2]
    rows = hops.reshape(-1, *hops.shape[2:])
    padded = np.concatenate([np.full((length - hop_rows, *rows.shape[1:]), silence, np.int8), rows])
    return np.stack([padded[i * hop_rows : i * hop_rows + length] for i in range(count)])[:, np.newaxis]


def tflm_answers(model: bytes, hops: Int8, shape: tuple[int, ...], silence: int) -> Int8:
    """(hops, bytes of the output)."""
    windows = sliding(hops, shape[1], silence).reshape(len(hops), *shape)
    return run_tflm(model, windows).reshape(len(hops), -1)


class TimeNet(Net):
    """A chain of layers that are valid in time; ``axis`` 1 of (1, time, width, channels)."""

    def tensor(
        self, shape: tuple[int, ...], scale: float | None = None, zero_point: int | None = None
    ) -> Tensor:
        """As fine as what the weights leave of the values, so that layer after layer something varies."""
        fine = float(np.float32(self.at.scale * self.random.uniform(0.15, 0.5)))  # type: ignore[operator]
        return super().tensor(shape, fine if scale is None else scale, zero_point)

    def grown(self) -> None:
        """One more layer, drawn."""
        kinds = (
            self.conv_in_time,
            self.depthwise_in_time,
            self.pooled,
            self.residual,
            self.unary,
            self.folded,
        )
        kinds[self.random.integers(len(kinds))]()

    def conv_in_time(self) -> None:
        kernel, dilation, stride = self._taps()
        channels = int(self.random.integers(1, 4)) * int(self.random.integers(1, 5))
        self.conv(
            channels, (kernel, 1), (stride, 1), (dilation, 1), padding=VALID,
            activation=int(self.random.choice([NONE, RELU])),
        )  # fmt: skip

    def depthwise_in_time(self) -> None:
        """With padding along the width, as a layer before it."""
        kernel, dilation, stride = self._taps()
        if self.at.shape[2] > 1 and self.random.random() < 0.7:
            self.pad_width()
            self.depthwise((kernel, 3), (stride, 1), (dilation, 1), padding=VALID)
        else:
            self.depthwise((kernel, 1), (stride, 1), (dilation, 1), padding=VALID)

    def pad_width(self) -> None:
        n, t, w, c = self.at.shape
        y = self.tensor((n, t, w + 2, c), self.at.scale, self.at.zero_point)  # type: ignore[arg-type]
        amounts = constant(f"pads{len(self.ops)}", [[0, 0], [0, 0], [1, 1], [0, 0]])
        self.add_op(Op("PAD", [self.at, amounts], [y]))

    def pooled(self) -> None:
        kernel, _, stride = self._taps()
        kind = "AVERAGE_POOL_2D" if self.random.random() < 0.5 else "MAX_POOL_2D"
        self.pool(kind, (kernel, 1), (stride, 1))

    def residual(self) -> None:
        """y = conv(x) + the rows of x that it is centred on."""
        x, (kernel, dilation, _) = self.at, self._taps()
        n, _, w, c = x.shape
        self.conv(c, (kernel, 1), (1, 1), (dilation, 1), padding=VALID)
        y, begin = self.at, int(self.random.integers(0, (kernel - 1) * dilation + 1))
        cropped = self.tensor((n, y.shape[1], w, c), x.scale, x.zero_point)  # type: ignore[arg-type]
        bounds = [[0, begin, 0, 0], [n, begin + y.shape[1], w, c], [1, 1, 1, 1]]
        tensors = [constant(f"{i}bound{len(self.ops)}", values) for i, values in enumerate(bounds)]
        self.add_op(Op("STRIDED_SLICE", [x, *tensors], [cropped]))
        self.at = y
        self.plus(cropped)

    def unary(self) -> None:
        kind, scale, zero = (("TANH", 1 / 128, 0), ("LOGISTIC", 1 / 256, -128))[self.random.integers(2)]
        self.add_op(Op(kind, [self.at], [self.tensor(self.at.shape, scale, zero)]))

    def folded(self) -> None:
        """A mean over the width."""
        n, t, w, c = self.at.shape
        if w > 1:
            axes = constant(f"axes{len(self.ops)}", [2])
            self.add_op(Op("MEAN", [self.at, axes], [self.tensor((n, t, 1, c))], keepDims=True))

    def ended(self) -> None:
        """Window-end layers, down to a few values."""
        ends = (self._mean, self._flat, self._whole_pool, self._last_row, self._whole_conv)
        ends[self.random.integers(len(ends))]()
        self.dense(5)

    def _mean(self) -> None:
        axes = constant(f"axes{len(self.ops)}", [1, 2])
        y = self.tensor((self.at.shape[0], self.at.shape[3]), self.at.scale / 4)  # type: ignore[operator]
        self.add_op(Op("MEAN", [self.at, axes], [y], keepDims=False))

    def _flat(self) -> None:
        self.reshape((1, int(np.prod(self.at.shape))))

    def _whole_pool(self) -> None:
        _, t, w, c = self.at.shape
        self.pool("AVERAGE_POOL_2D", (t, w), (t, w))
        self.reshape((1, c))

    def _whole_conv(self) -> None:
        self.conv(4, (self.at.shape[1], self.at.shape[2]), padding=VALID)
        self.reshape((1, 4))

    def _last_row(self) -> None:
        n, t, w, c = self.at.shape
        y = self.tensor((n, 1, w, c), self.at.scale, self.at.zero_point)  # type: ignore[arg-type]
        bounds = [
            constant(f"{i}row{len(self.ops)}", b) for i, b in enumerate(([0, t - 1, 0, 0], [n, 1, w, c]))
        ]
        self.add_op(Op("SLICE", [self.at, *bounds], [y]))
        self.reshape((1, w * c))

    def _taps(self) -> tuple[int, int, int]:
        """Kernel, dilation, stride that leave rows over."""
        rows = self.at.shape[1]
        kernel = int(self.random.integers(1, 6))
        dilation = int(self.random.integers(1, 4))
        while (kernel - 1) * dilation + 1 > max(1, rows // 2):
            kernel, dilation = max(1, kernel - 1), max(1, dilation - 1)
        return kernel, dilation, int(self.random.choice([1, 1, 2])) if rows >= 6 else 1


def time_net(seed: int, length: int = 29, width: int = 3, layers: int = 4) -> TimeNet:
    """A network over (1, ``length``, ``width``, 2)."""
    source = Tensor("input", (1, length, width, 2), scale=0.05, zero_point=int(seed % 60) - 30)
    net = TimeNet(source, seed)
    for _ in range(layers):
        net.grown()
    net.ended()
    return net
