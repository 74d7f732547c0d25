"""Samples in and answers out of a flatbuffer with one int8 input and one int8 output."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tinykd.api.errors import InputError
from tinykd.graph.ir import Tensor
from tinykd.graph.quantize import dequantize, quantize

if TYPE_CHECKING:
    from tinykd.api.frontend import Frontend


def integers_of(x: ArrayLike, tensor: Tensor, frontend: "Frontend | None") -> NDArray[np.int8]:
    """(n, *shape) as the model takes them: its own integers, or real values quantized."""
    values = np.asarray(x)
    _check_type(values, tensor)
    if values.dtype != np.int8:
        values = frontend.inputs(values) if frontend else values
        values = _quantized(_shaped(values, tensor), tensor)
    return np.asarray(_shaped(values, tensor), np.int8)


def _check_type(values: NDArray[np.generic], tensor: Tensor) -> None:
    if values.dtype.kind not in "fiu":
        raise InputError("x", f"type {values.dtype}", "numbers: an array of floats, or of int8")
    if tensor.dtype.value != "int8":
        raise InputError("x", f'the model\'s input "{tensor.name}" is {tensor.dtype.value}', "an int8 model")


def _shaped(values: NDArray[np.generic], tensor: Tensor) -> NDArray[np.generic]:
    """A batch of the model's shape; axes of length 1 may be left out."""
    wanted = tuple(tensor.shape[1:])
    count = len(values) if values.ndim else 0
    if count and _squeezed(values.shape[1:]) == _squeezed(wanted):
        return values.reshape(count, *wanted)
    shape = ", ".join(map(str, ("n", *wanted)))
    fix = "Add the batch axis: x[None]" if _squeezed(values.shape) == _squeezed(wanted) else ""
    raise InputError("x", f"shape {list(values.shape)}", f"({shape})", fix)


def _squeezed(shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(n for n in shape if n != 1)


def _quantized(values: NDArray[np.generic], tensor: Tensor) -> NDArray[np.int8]:
    reals = values.astype(np.float32)
    if np.isnan(reals).any():
        raise InputError("x", "holds NaN", "finite numbers")
    return np.asarray(quantize(reals, tensor.scale, tensor.zero_point), np.int8)


def reals_of(outputs: NDArray[np.int8], tensor: Tensor, frontend: "Frontend | None") -> NDArray[np.float32]:
    """What the integers stand for."""
    reals = outputs.astype(np.float32)
    if tensor.is_quantized:
        reals = dequantize(outputs, tensor.scale, tensor.zero_point)
    return frontend.outputs(reals) if frontend else reals
