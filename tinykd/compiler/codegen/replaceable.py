"""Weights that can be replaced: all that another model of the same graph has otherwise lies in one struct, of
which a slot in flash may hold another (``[firmware] slot``).

What goes into it: every constant array, and of the parameters those that follow from scales and weights, by
their names. All else (shapes, windows, places in the arena) stays in the code; it is the *graph*, and two
models that differ in it have different ones.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from tinykd.compiler.codegen.emit import Constant, Emitter, Params, StepContext
from tinykd.compiler.codegen.struct_fields import struct_fields
from tinykd.compiler.ctext import c_float, c_int
from tinykd.compiler.kernel import ConstantArray, CValue, Struct
from tinykd.compiler.program import Program
from tinykd.graph.ir import Array

_TRAINED = re.compile(
    r"(?:\w+_)?(?:multiplier|shift|zero|zero_point|zero_sum|min|max|round|nudge|offset|scale|base|clip)"
    r"|low|high|e|least|largest|sign|negative_sign"
)
_NUMPY = {"int8_t": "<i1", "int16_t": "<i2", "int32_t": "<i4", "float": "<f4"}


@dataclass(frozen=True, eq=False)
class WeightField:
    """One field of the struct; ``constant`` None: a single value."""

    type: str
    name: str
    value: Array
    align: int
    constant: Constant | None = None

    @property
    def text(self) -> str:
        """A single value, as C."""
        return c_float(float(self.value)) if self.type == "float" else c_int(int(self.value))


@dataclass(frozen=True, eq=False)
class Replaceable:
    """The struct, its fields in the order in which they lie in memory."""

    members: tuple[WeightField, ...]

    @property
    def size(self) -> int:
        """``sizeof``, by the usual rules: each field at a multiple of its alignment."""
        return len(self.payload())

    def payload(self) -> bytes:
        """The struct as it lies in the memory of a little-endian machine."""
        out = bytearray()
        for member in self.members:
            out += bytes(-len(out) % member.align)
            out += member.value.astype(member.value.dtype.newbyteorder("<"), copy=False).tobytes()
        return bytes(out + bytes(-len(out) % max((m.align for m in self.members), default=1)))


class ReplaceableEmitter(Emitter):
    """As ``Emitter``, with constants that are read through ``w``. Equal arrays are not shared: those of
    another model may differ."""

    def __init__(self, program: Program) -> None:
        super().__init__(program)
        self._members: dict[str, WeightField] = {}
        self._arrays: dict[int, str] = {}

    @property
    def weights(self) -> Replaceable:
        """All that the steps refer to; ask after ``steps()``."""
        return Replaceable(tuple(sorted(self._members.values(), key=lambda member: -member.align)))

    def steps(self) -> tuple[StepContext, ...]:
        return tuple(replace(step, constants=()) for step in super().steps())

    def _constant(self, name: str, array: ConstantArray, in_flash: bool = True) -> Constant | None:
        if id(array.data) in self._arrays:
            return None
        number, free = 2, name
        while free in self._members:
            number, free = number + 1, f"{name}_{number}"
        self.names.clear()  # of arrays of the same bytes
        constant = super()._constant(free, array, in_flash)
        assert constant is not None
        self._arrays[id(array.data)] = free
        data = array.data.astype(np.uint8) if array.data.dtype == np.bool_ else array.data
        align = max(array.align, data.itemsize)
        self._members[free] = WeightField(constant.type, free, data, align, constant)
        return constant

    def name_of(self, data: Array, in_flash: bool = True, packed: bool = False) -> str:
        name = f"w->{self._arrays[id(data)]}"
        return f"(const int32_t *){name}" if packed else name

    def _params(self, name: str, struct: Struct) -> Iterator[Params]:
        yield from self._pointees(name, struct)
        fields = tuple((self._field(struct, f, f"{name}_{f}", v), f) for f, v in struct.fields)
        yield Params(struct.type, name, fields)

    def _value(self, name: str, value: CValue) -> str:
        if isinstance(value, Struct):
            fields = (self._field(value, f, f"{name}_{f}", v) for f, v in value.fields)
            return "{" + ", ".join(fields) + "}"
        return super()._value(name, value)

    def _field(self, struct: Struct, field: str, path: str, value: CValue) -> str:
        kind = struct_fields().get(struct.type, {}).get(field, "")
        if not (isinstance(value, int | float) and kind in _NUMPY and _TRAINED.fullmatch(field)):
            return self._value(path, value)
        number = np.array(value, np.dtype(_NUMPY[kind]))
        self._members[path] = WeightField(kind, path, number, number.itemsize)
        return f"w->{path}"
