"""Networks with channels that cannot vary, that equal others, and that no weight reads."""

from dataclasses import replace

import numpy as np

from tests.compiler.models import Net, image
from tests.conformance.builder import NONE, RELU, SAME, VALID, Op, Tensor

LARGE = 1 << 28  # a bias that no sum of products moves


class DegenerateNet(Net):
    """Some filters are zero, saturate, or repeat another; some inputs have weights of zero."""

    def _filter(
        self, shape: tuple[int, ...], axis: int, per_channel: bool = True, bias: bool = True
    ) -> tuple[Tensor, Tensor | None]:
        w, b = super()._filter(shape, axis, per_channel, True)
        assert b is not None
        weights, biases = np.moveaxis(w.data, axis, 0).copy(), b.data.copy()
        scales = list(w.scale) if isinstance(w.scale, tuple) else w.scale
        self._spoil(weights, biases, scales)
        weights //= 2  # so that two of them add up to a weight
        scale = tuple(scales) if isinstance(scales, list) else scales
        return replace(w, data=np.moveaxis(weights, 0, axis), scale=scale), replace(b, data=biases)

    def _spoil(self, weights, biases, scales) -> None:  # type: ignore[no-untyped-def]
        for i in range(len(weights)):
            match self.random.integers(6):
                case 0:
                    weights[i], biases[i] = 0, self.random.integers(-3000, 3000)
                case 1:
                    biases[i] = LARGE * self.random.choice([-1, 1])
                case 2 if i:
                    weights[i], biases[i] = weights[i - 1], biases[i - 1]
                    if isinstance(scales, list):
                        scales[i] = scales[i - 1]
        if weights.ndim in (2, 4) and weights.shape[-1] > 2:
            weights[..., self.random.integers(weights.shape[-1])] = 0


def degenerate_net(seed: int) -> bytes:
    """Four to seven layers drawn from ``seed``: residual blocks, separable ones, pooling, a classifier."""
    random = np.random.default_rng(seed)
    net = DegenerateNet(image(5, 4, 3), seed)
    for _ in range(random.integers(1, 4)):
        activation, padding = random.choice([NONE, RELU]), random.choice([SAME, VALID])
        size = (3, 2) if min(net.at.shape[1:3]) > 2 else (1, 1)
        match random.integers(5):
            case 0:
                net.conv(int(random.integers(1, 8)), size, padding=int(padding), activation=int(activation))
            case 1:
                net.depthwise(size, activation=int(activation))
            case 2:
                x = net.conv(4, size, activation=RELU)
                net.conv(6, (1, 1), activation=int(activation))
                net.conv(4, size)
                net.plus(x, int(activation))
            case 3:
                kind = str(random.choice(["AVERAGE_POOL_2D", "MAX_POOL_2D"]))
                net.pool(kind, (2, 2), (1, 1), SAME)
            case 4:
                net.conv(6, (1, 1), activation=int(activation))
                net.add_op(Op("LEAKY_RELU", [net.at], [net.tensor(net.at.shape)], alpha=0.1))
    net.conv(6, (1, 1), activation=RELU)
    net.reshape((1, int(np.prod(net.at.shape))))
    net.dense(5, per_channel=bool(random.integers(2)))
    return net.bytes()
