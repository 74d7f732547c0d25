"""The graph: the content of a TFLite flatbuffer, as immutable values.

Shapes are in TFLite's order (activations [N, H, W, C]). Quantization is ``real = scale * (q -
zero_point)``, scale a float32 (held as the equal Python float). Constants are read-only numpy arrays of
the tensor's shape and type.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
OptionValue = int | float | bool | str | tuple[int, ...]


class DType(Enum):
    """Element types of the schema; the value is numpy's name, or the schema's where numpy has none.

    INT4 is that of constants alone, which are held unpacked, as int8.
    """

    INT4 = "int4"
    INT8 = "int8"
    INT16 = "int16"
    INT32 = "int32"
    INT64 = "int64"
    UINT8 = "uint8"
    UINT32 = "uint32"
    UINT64 = "uint64"
    BOOL = "bool"
    FLOAT32 = "float32"
    RESOURCE = "resource"

    @property
    def numpy(self) -> np.dtype[Any]:
        return np.dtype({DType.RESOURCE: "int32", DType.INT4: "int8"}.get(self, self.value))

    @property
    def bytes(self) -> int:
        return self.numpy.itemsize


PLAIN_INTEGERS = (DType.INT32, DType.INT64, DType.BOOL)  # what ops compute with as it stands, without a scale


@dataclass(frozen=True)
class Quantization:
    """``scales`` has one entry (per tensor) or one per index of dimension ``axis``; ``zero_points`` as
    many."""

    scales: tuple[float, ...]
    zero_points: tuple[int, ...]
    axis: int

    @property
    def per_channel(self) -> bool:
        return len(self.scales) > 1


@dataclass(frozen=True, eq=False)
class Tensor:
    """One tensor of the graph. ``data`` is not None exactly for constants. Compared by identity.

    ``open_axes``: dynamic axes (-1 in the file's shape signature); ``shape`` has a number there too.
    """

    index: int
    name: str
    shape: tuple[int, ...]
    dtype: DType
    quantization: Quantization | None = None
    data: Array | None = None
    is_variable: bool = False
    open_axes: tuple[int, ...] = ()

    @property
    def is_open(self) -> bool:
        return bool(self.open_axes)

    @property
    def is_open_inside(self) -> bool:
        """Whether an axis other than the batch is dynamic; the batch is taken as 1."""
        return any(axis > 0 for axis in self.open_axes)

    @property
    def elements(self) -> int:
        return prod(self.shape)

    @property
    def bytes(self) -> int:
        return self.elements * self.dtype.bytes

    @property
    def is_constant(self) -> bool:
        return self.data is not None

    @property
    def is_quantized(self) -> bool:
        return self.quantization is not None

    @property
    def scale(self) -> float:
        """The per-tensor scale; 0.0 if the tensor is not quantized (as in TFLM)."""
        return self.quantization.scales[0] if self.quantization else 0.0

    @property
    def zero_point(self) -> int:
        return self.quantization.zero_points[0] if self.quantization else 0


@dataclass(frozen=True)
class Options:
    """The fields of an op's options table by their names in schema.fbs, defaults filled in."""

    values: Mapping[str, OptionValue]

    def integer(self, name: str) -> int:
        return int(self._get(name, int))

    def flag(self, name: str) -> bool:
        return bool(self._get(name, bool))

    def real(self, name: str) -> float:
        return float(self._get(name, float))

    def text(self, name: str) -> str:
        return str(self._get(name, str))

    def integers(self, name: str) -> tuple[int, ...]:
        value = self._get(name, tuple)
        assert isinstance(value, tuple)
        return value

    def _get(self, name: str, kind: type) -> Any:
        value = self.values[name]
        assert isinstance(value, kind), f"option {name} is {type(value).__name__}, not {kind.__name__}"
        return value


@dataclass(frozen=True, eq=False)
class Op:
    """One operator: ``kind`` is the schema's name (``"CONV_2D"``); an absent optional operand is None."""

    index: int
    kind: str
    inputs: tuple[Tensor | None, ...]
    outputs: tuple[Tensor, ...]
    options: Options
    intermediates: tuple[Tensor, ...] = ()


@dataclass(frozen=True, eq=False)
class Subgraph:
    """Ops in execution order; ``inputs`` and ``outputs`` in the model's order."""

    name: str
    tensors: tuple[Tensor, ...]
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]
    ops: tuple[Op, ...]


@dataclass(frozen=True, eq=False)
class Graph:
    """A whole model: its main subgraph, and further ones that CALL_ONCE names by index (0 is the main
    one)."""

    subgraphs: tuple[Subgraph, ...]
    sha256: str  # of the flatbuffer, 64 hexadecimal digits
    file_bytes: int

    @property
    def main(self) -> Subgraph:
        return self.subgraphs[0]
