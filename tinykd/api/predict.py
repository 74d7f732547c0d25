"""Samples in and answers out of a flatbuffer with one input and one output, of integers or float32."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tinykd.api.errors import InputError
from tinykd.graph.ir import DType, Tensor
from tinykd.graph.quantize import dequantize, quantize

if TYPE_CHECKING:
    from tinykd.api.frontend import Frontend


_TYPES = (DType.INT8, DType.UINT8, DType.INT16, DType.FLOAT32)


def rows_of(x: ArrayLike, tensor: Tensor, frontend: "Frontend | None") -> NDArray[np.int8]:
    """(n, bytes) as the model takes them: its own integers, or real values, quantized unless it has reals."""
    values = np.asarray(x)
    _check_type(values, tensor)
    if not is_own(x, tensor):
        values = frontend.inputs(values) if frontend else values
        values = _taken(_shaped(values, tensor), tensor)
    taken = np.ascontiguousarray(_shaped(values, tensor), tensor.dtype.numpy)
    return taken.reshape(len(taken), -1).view(np.int8)


def is_own(x: ArrayLike, tensor: Tensor) -> bool:
    """Whether ``x`` holds the model's own integers."""
    return tensor.dtype is not DType.FLOAT32 and getattr(x, "dtype", None) == tensor.dtype.numpy


def _check_type(values: NDArray[np.generic], tensor: Tensor) -> None:
    if values.dtype.kind not in "fiu":
        raise InputError("x", f"type {values.dtype}", "numbers: an array of floats, or of int8")
    if tensor.dtype not in _TYPES:
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


def _taken(values: NDArray[np.generic], tensor: Tensor) -> NDArray[np.generic]:
    """Real values in the model's type."""
    reals = values.astype(np.float32)
    if np.isnan(reals).any():
        raise InputError("x", "holds NaN", "finite numbers")
    if tensor.dtype is DType.FLOAT32:
        return reals
    return quantize(reals, tensor.scale, tensor.zero_point, tensor.dtype.numpy.type)


def reals_of(
    outputs: NDArray[np.generic], tensor: Tensor, frontend: "Frontend | None"
) -> NDArray[np.float32]:
    """What the integers stand for."""
    reals = outputs.astype(np.float32)
    if tensor.is_quantized:
        reals = dequantize(outputs, tensor.scale, tensor.zero_point)
    return frontend.outputs(reals) if frontend else reals
