"""Random inputs of a model, all from one seed: what a proof and a second opinion are computed on."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from tinykd.graph.ir import DType, Tensor

_BEYOND = 0.2  # of a range, on either side: what saturates
_FAR = 2.0**30  # steps; from 2**31 on TFLM's result is not defined


def random_inputs(
    inputs: tuple[Tensor, ...], count: int, seed: int, integers: Mapping[int, Tensor] | None = None
) -> NDArray[np.int8]:
    """(count, bytes of all ``inputs``): integers over all of their range, finite reals, booleans 0 or 1.

    ``integers``: what reals are quantized to, by the index of their input; they reach all of its range and go
    beyond it.
    """
    rng, known = np.random.default_rng(seed), integers or {}
    return np.concatenate([_drawn(t, count, rng, known.get(t.index)) for t in inputs], axis=1)


def _drawn(tensor: Tensor, count: int, rng: np.random.Generator, integers: Tensor | None) -> NDArray[np.int8]:
    shape = (count, tensor.elements)
    if integers is not None:
        return _over(integers, shape, rng).view(np.int8)
    if tensor.dtype is DType.FLOAT32:
        return rng.normal(size=shape).astype(np.float32).view(np.int8)
    if tensor.dtype is DType.BOOL:
        return rng.integers(0, 2, shape).astype(np.int8)
    return rng.integers(-128, 128, (count, tensor.bytes)).astype(np.int8)


def _over(integers: Tensor, shape: tuple[int, int], rng: np.random.Generator) -> NDArray[np.float32]:
    """Reals that reach all of the range of ``integers``, go beyond it, and are ties now and then."""
    info = np.iinfo(integers.dtype.numpy)
    beyond = _BEYOND * (int(info.max) - int(info.min))
    steps = rng.uniform(info.min - beyond, info.max + beyond, shape)
    kind = rng.integers(0, 16, shape)
    steps = np.where(kind == 0, np.floor(steps) + 0.5, steps)
    steps = np.where(kind == 1, rng.choice([-_FAR, _FAR], shape), steps)
    return np.asarray((steps - integers.zero_point) * integers.scale, np.float32)
