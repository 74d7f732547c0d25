"""Networks over images, drawn from a seed, and programs whose layers go by rows, whatever that gains."""

from functools import cache

import numpy as np
import pytest

from tests.compiler.models import Net, image
from tests.conformance.builder import NONE, RELU, SAME, VALID, Op, Tensor, constant
from tinykd.compiler import compile as compiling
from tinykd.compiler.bands.chain import Chain, chain_of
from tinykd.compiler.bands.choose import BandPlanner
from tinykd.compiler.code import Code
from tinykd.compiler.core import CompileOptions, Core
from tinykd.compiler.less_memory import LessMemory
from tinykd.compiler.lowering.choice import KernelChoice
from tinykd.compiler.program import Program
from tinykd.graph.reader import read_graph


class ImageNet(Net):
    """A chain with residual blocks; as fine as what weights leave of the values, so that outputs vary."""

    def tensor(
        self, shape: tuple[int, ...], scale: float | None = None, zero_point: int | None = None
    ) -> Tensor:
        fine = float(np.float32(self.at.scale * self.random.uniform(0.15, 0.5)))  # type: ignore[operator]
        return super().tensor(shape, fine if scale is None else scale, zero_point)

    def grown(self) -> None:
        """One more layer or block, drawn."""
        kinds = (
            self.drawn_conv,
            self.drawn_depthwise,
            self.pointwise,
            self.drawn_pool,
            self.residual,
            self.bent,
        )
        kinds[self.random.integers(len(kinds))]()

    def _window(self, most: int) -> dict[str, object]:
        """Arguments of a convolution; VALID only where the image is large enough."""
        h, w = self.at.shape[1:3]
        kernel = tuple(int(k) for k in self.random.integers(1, most + 1, 2))
        dilated = self.random.random() < 0.2
        dilation = (2, 1) if dilated else (1, 1)
        stride = (1, 1) if dilated or min(h, w) < 6 else tuple(int(s) for s in self.random.integers(1, 3, 2))
        fits = h >= (kernel[0] - 1) * dilation[0] + 4 and w >= kernel[1] + 2
        padding = VALID if fits and self.random.random() < 0.3 else SAME
        return {"kernel": kernel, "stride": stride, "dilation": dilation, "padding": padding}

    def drawn_conv(self) -> None:
        channels = int(self.random.choice([1, 3, 4, 6]))
        self.conv(channels, **self._window(4), activation=int(self.random.choice([NONE, RELU])))  # type: ignore[arg-type]

    def drawn_depthwise(self) -> None:
        if self.random.random() < 0.6:
            self.depthwise(stride=(1, 1) if self.random.random() < 0.6 else (2, 2), activation=RELU)
        else:
            self.depthwise(**self._window(5), multiplier=int(self.random.integers(1, 3)))  # type: ignore[arg-type]

    def pointwise(self) -> None:
        self.conv(int(self.random.choice([2, 4, 8])), (1, 1))

    def drawn_pool(self) -> None:
        kind = "AVERAGE_POOL_2D" if self.random.random() < 0.5 else "MAX_POOL_2D"
        if min(self.at.shape[1:3]) >= 6:
            self.pool(kind, (2, 2), (2, 2), int(self.random.choice([SAME, VALID])))

    def residual(self) -> None:
        x, channels = self.at, self.at.shape[3]
        self.conv(channels, (3, 3), activation=RELU)
        if self.random.random() < 0.5:
            self.depthwise()
        if self.random.random() < 0.5:
            self.conv(channels, (3, 1), dilation=(2, 1))
        self.plus(x, int(self.random.choice([NONE, RELU])))

    def bent(self) -> None:
        y = self.tensor(self.at.shape)
        self.add_op(Op("LEAKY_RELU", [self.at], [y], alpha=0.3))

    def ended(self) -> None:
        """With its rows, their average, or their mean."""
        end, (h, w) = self.random.integers(3), self.at.shape[1:3]
        if end == 1:
            self.pool("AVERAGE_POOL_2D", (h, w), (h, w))
        elif end == 2:
            y = self.tensor((1, self.at.shape[3]), self.at.scale)  # type: ignore[arg-type]
            self.add_op(Op("MEAN", [self.at, constant("axes", [1, 2])], [y], keepDims=False))


@cache
def image_net(seed: int) -> bytes:
    """Three to seven layers or blocks on an image of (19, 9, 3) or (14, 7, 1)."""
    net = ImageNet(image(19, 9, 3) if seed % 2 else image(14, 7, 1), seed)
    for _ in range(net.random.integers(3, 8)):
        net.grown()
    net.ended()
    return net.bytes()


def forced(model: bytes, seed: int, name: str = "m", core: Core = Core.GENERIC) -> Program:
    """Compiled with one drawn chain, of a drawn number of rows, in place of the one that pays."""
    random = np.random.default_rng(seed)

    def drawn(planner: BandPlanner) -> tuple[Chain, ...]:
        found = drawn_chains(planner)
        return (found[random.integers(len(found))],) if found else ()

    def built(less: LessMemory) -> Code:
        """Of the drawn chain, and of kernels of less scratch memory for a drawn half of the layers."""
        layers = less.code.lowering.layers
        lean = {id(layer) for layer in layers if random.random() < 0.5}
        return less.by_rows(less.code, KernelChoice(less.code.target, lean), 0.0)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BandPlanner, "best", drawn)
        patch.setattr(LessMemory, "best", built)
        return compiling.compile_graph(read_graph(model), CompileOptions(name, core, "ram"))


def drawn_chains(planner: BandPlanner) -> list[Chain]:
    """Every chain of two layers or more, with one to five rows; long ones more often."""
    layers = planner.lowering.layers
    spans = [(i, j) for i in range(len(layers)) for j in range(i + 1, len(layers))]
    chains = [
        (chain, j - i)
        for i, j in spans
        if planner.is_chain(i, j)
        for rows in (1, 2, 3, 5)
        if (chain := chain_of(layers[i : j + 1], rows))
    ]
    return [chain for chain, length in chains for _ in range(length)]
