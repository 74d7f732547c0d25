"""Random graphs: what single ops cannot show of memory planning, fusion, aliases and operands that live long.

A graph grows from one image: each step takes tensors made before (mostly the newest) and adds an op. Tensors
that nothing reads are outputs; now and then one that is read is an output too.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tests.conformance.builder import NONE, RELU, SAME, Op, Tensor, constant
from tests.conformance.cases.registry import Case
from tests.conformance.cases.spatial import filters, results, window
from tests.conformance.choose import Choose


@dataclass
class Growing:
    """A graph under construction; every tensor of the pool is [1, H, W, C]."""

    c: Choose
    ops: list[Op] = field(default_factory=list)
    pool: list[Tensor] = field(default_factory=list)

    def pick(self) -> Tensor:
        """A tensor, one of the last three most of the time."""
        recent = self.pool[-3:] if self.c.chance(80) else self.pool
        return self.c.pick(recent)

    def new(self, shape: tuple[int, ...], **same: Any) -> Tensor:
        return self.c.quantized(f"t{len(self.ops)}_{len(self.pool)}", shape, **same)

    def add(self, kind: str, inputs: list[Tensor | None], *outputs: Tensor, **options: Any) -> None:
        self.ops.append(Op(kind, inputs, list(outputs), **options))
        self.pool += outputs


def same(x: Tensor) -> dict[str, Any]:
    return {"scale": x.scales()[0], "zero_point": x.zero_points()[0]}


def conv(g: Growing) -> None:
    x, kernel, options = g.pick(), (g.c.pick((1, 1, 3)),) * 2, window(g.c, dilated=False) | {"padding": SAME}
    channels = g.c.integer(1, 8)
    w, b = filters(g.c, (channels, *kernel, x.shape[3]), 0, x, channels)
    y = g.new((1, *results(x.shape[1:3], kernel, options), channels))
    g.add("CONV_2D", [x, w, b], y, fusedActivationFunction=g.c.pick((NONE, RELU)), **options)


def depthwise(g: Growing) -> None:
    x, options = g.pick(), window(g.c, dilated=False) | {"padding": SAME, "depthMultiplier": 1}
    w, b = filters(g.c, (1, 3, 3, x.shape[3]), 3, x, x.shape[3])
    y = g.new((1, *results(x.shape[1:3], (3, 3), options), x.shape[3]))
    g.add("DEPTHWISE_CONV_2D", [x, w, b], y, fusedActivationFunction=g.c.pick((NONE, RELU)), **options)


def residual(g: Growing) -> None:
    """A convolution that keeps the shape, added to its own input: what the compiler fuses."""
    x = g.pick()
    w, b = filters(g.c, (x.shape[3], 1, 1, x.shape[3]), 0, x, x.shape[3])
    y = g.new(x.shape)
    g.add("CONV_2D", [x, w, b], y, padding=SAME, strideH=1, strideW=1)
    first, second = (x, y) if g.c.chance(50) else (y, x)
    g.add("ADD", [first, second], g.new(x.shape), fusedActivationFunction=g.c.pick((NONE, RELU)))


def binary(g: Growing) -> None:
    x = g.pick()
    others = [t for t in g.pool if t.shape == x.shape]
    y = g.c.pick(others) if g.c.chance(70) else g.c.constant("k", (x.shape[3],))
    g.add(g.c.pick(("ADD", "SUB", "MUL", "SQUARED_DIFFERENCE")), [x, y], g.new(x.shape))


def unary(g: Growing) -> None:
    x = g.pick()
    kind = g.c.pick(("RELU", "LOGISTIC", "TANH", "LEAKY_RELU", "QUANTIZE", "ABS", "ELU"))
    fixed = {"LOGISTIC": {"scale": 1 / 256, "zero_point": -128}, "TANH": {"scale": 1 / 128, "zero_point": 0}}
    options = {"alpha": 0.2} if kind == "LEAKY_RELU" else {}
    g.add(kind, [x], g.new(x.shape, **fixed.get(kind, {})), **options)


def pool(g: Growing) -> None:
    x, options = g.pick(), {"padding": SAME, "strideH": g.c.integer(1, 2), "strideW": g.c.integer(1, 2)}
    y = g.new((1, *results(x.shape[1:3], (2, 2), options), x.shape[3]), **same(x))
    g.add(g.c.pick(("MAX_POOL_2D", "AVERAGE_POOL_2D")), [x], y, filterHeight=2, filterWidth=2, **options)


def concat(g: Growing) -> None:
    """Parts of one scale along the channels.

    A tensor with itself or with others of its shape, requantized.
    """
    x, parts = g.pick(), []
    for _ in range(g.c.integer(2, 3)):
        part = g.c.pick([t for t in g.pool if t.shape[:3] == x.shape[:3]])
        if same(part) != same(x):
            g.add("QUANTIZE", [part], g.new(part.shape, **same(x)))
            part = g.pool[-1]
        parts.append(part)
    shape = (*x.shape[:3], sum(p.shape[3] for p in parts))
    g.add("CONCATENATION", parts, g.new(shape, **same(x)), axis=g.c.pick((3, -1)))


def split(g: Growing) -> None:
    x = g.pick()
    axis = g.c.pick((1, 2, 3))
    if x.shape[axis] % 2:
        return
    half = tuple(n // 2 if i == axis else n for i, n in enumerate(x.shape))
    g.add("SPLIT", [constant("axis", axis), x], g.new(half, **same(x)), g.new(half, **same(x)), numSplits=2)


def pad(g: Growing) -> None:
    x = g.pick()
    paddings = constant("paddings", [[0, 0], [1, g.c.integer(0, 1)], [0, 1], [0, 0]])
    shape = tuple(n + int(sum(p)) for n, p in zip(x.shape, paddings.data, strict=True))
    g.add("PAD", [x, paddings], g.new(shape, **same(x)))


def rearrange(g: Growing) -> None:
    x = g.pick()
    order = [0, 2, 1, 3] if g.c.chance(50) else [0, 3, 1, 2]
    y = g.new(tuple(x.shape[k] for k in order), **same(x))
    g.add("TRANSPOSE", [x, constant("perm", order)], y)


def reshape(g: Growing) -> None:
    x = g.pick()
    shape = (
        (1, x.shape[2], x.shape[1], x.shape[3])
        if g.c.chance(50)
        else (1, 1, x.shape[1] * x.shape[2], x.shape[3])
    )
    g.add("RESHAPE", [x, constant("shape", shape)], g.new(shape, **same(x)), newShape=list(shape))


def crop(g: Growing) -> None:
    x = g.pick()
    begin = [0, *(g.c.integer(0, (n - 1) // 2) for n in x.shape[1:])]
    size = [n - b for n, b in zip(x.shape, begin, strict=True)]
    y = g.new(tuple(size), **same(x))
    g.add("SLICE", [x, constant("begin", begin), constant("size", size)], y)


def resize(g: Growing) -> None:
    x = g.pick()
    size = (min(2 * x.shape[1], 12), min(2 * x.shape[2], 12))
    y = g.new((1, *size, x.shape[3]), **same(x))
    g.add("RESIZE_NEAREST_NEIGHBOR", [x, constant("size", size)], y)


def dense(g: Growing) -> None:
    x, units = g.pick(), g.c.integer(1, 8)
    depth = int(np.prod(x.shape))
    w, b = filters(g.c, (units, depth), 0, x, units)
    flat = g.new((1, depth), **same(x))
    y = g.new((1, units))
    g.ops.append(Op("RESHAPE", [x, constant("shape", [1, depth])], [flat], newShape=[1, depth]))
    g.ops.append(Op("FULLY_CONNECTED", [flat, w, b], [y]))
    square = g.new((1, 1, 1, units), **same(y))
    g.add("RESHAPE", [y, constant("shape", square.shape)], square, newShape=list(square.shape))


STEPS: tuple[Callable[[Growing], None], ...] = (
    *(conv, conv, depthwise, residual, residual, binary, binary, unary, unary, pool),
    *(concat, split, pad, rearrange, reshape, crop, resize, dense),
)
LARGEST = 3000  # elements of a tensor


def random_graph(c: Choose) -> Case:
    """From 2 to 12 steps."""
    g = Growing(c)
    x = c.quantized("x", (1, c.integer(2, 8), c.integer(2, 8), c.integer(1, 4)))
    g.pool.append(x)
    for _ in range(c.integer(2, 12)):
        c.pick(STEPS)(g)
        g.pool = [t for t in g.pool if np.prod(t.shape) <= LARGEST] or [x]
    if not g.ops:
        conv(g)
    read = {t for op in g.ops for t in op.inputs if t is not None}
    made = [t for op in g.ops for t in op.outputs]
    ends = [t for t in made if t not in read]
    extra = [t for t in made if t in read and c.chance(8)]
    return Case(g.ops, [x], ends + extra)
