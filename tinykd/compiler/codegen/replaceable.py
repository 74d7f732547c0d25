"""Weights that can be replaced: all that another model of the same graph has otherwise lies in one struct, of
which a slot in flash may hold another (``[firmware] slot``).

What goes into it: every constant array, and of the parameters those that follow from scales and weights, by
their names. Of a layer that one of two kernels computes (``lowering/either.py``): which one, and the arrays
of that one, in as many words as the larger ones take. All else (shapes, windows, places in the arena) stays
in the code; it is the *graph*, and two models that differ in it have different ones.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from tinykd.compiler.codegen.emit import Constant, Emitter, Params, StepContext, c_type
from tinykd.compiler.codegen.struct_fields import struct_fields
from tinykd.compiler.ctext import c_float, c_int, c_words
from tinykd.compiler.kernel import Call, ConstantArray, CValue, Struct
from tinykd.compiler.lowering.either import QUICK
from tinykd.compiler.lowering.either import TEMPLATE as EITHER
from tinykd.compiler.program import Program, ProgramStep
from tinykd.graph.ir import Array

_TRAINED = re.compile(
    r"(?:\w+_)?(?:multiplier|shift|zero|zero_point|zero_sum|min|max|round|nudge|offset|scale|base|clip)"
    r"|low|high|e|least|largest|sign|negative_sign|swapped|lift|left|fine|fine_unit|fine_twice|unit"
)
WORD = 4  # bytes
_NUMPY = {
    "int8_t": "<i1", "int16_t": "<i2", "int32_t": "<i4", "float": "<f4",
    "uint8_t": "<u1",
}  # fmt: skip


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


@dataclass(frozen=True, eq=False)
class _LaidArray:
    """Where an array lies in the words of a layer, in bytes."""

    array: ConstantArray
    offset: int

    @property
    def end(self) -> int:
        return self.offset + self.array.data.nbytes

    def text(self, words: str) -> str:
        """Its address, as C."""
        kind = "int32_t" if self.array.packed else c_type(self.array.data)
        return f"(const {kind} *)(const void *)({words} + {self.offset // WORD})"


def _laid(call: Call) -> tuple[_LaidArray, ...]:
    """The arrays of ``call`` one after the other, each on a whole word."""
    places: list[_LaidArray] = []
    for array in call.constant_arrays():
        assert array.align <= WORD and array.data.itemsize <= WORD, array.name
        places.append(_LaidArray(array, _words(places[-1].end) * WORD if places else 0))
    return tuple(places)


def _words(size: int) -> int:
    return -(-size // WORD)


class ReplaceableEmitter(Emitter):
    """As ``Emitter``, with constants that are read through ``w``. Equal arrays are not shared: those of
    another model may differ."""

    def __init__(self, program: Program) -> None:
        super().__init__(program)
        self._members: dict[str, WeightField] = {}
        self._arrays: dict[int, str] = {}
        self._shared: dict[str, dict[int, str]] = {}  # of each part of ``Either``: how its arrays are read
        self._scope: dict[int, str] = {}

    @property
    def weights(self) -> Replaceable:
        """All that the steps refer to; ask after ``steps()``."""
        return Replaceable(tuple(sorted(self._members.values(), key=lambda member: -member.align)))

    def steps(self) -> tuple[StepContext, ...]:
        return tuple(replace(step, constants=()) for step in super().steps())

    def _step(self, number: int, step: ProgramStep) -> StepContext:
        if step.call.template == EITHER:
            self._share(f"layer{number}", step.call)
        return super()._step(number, step)

    def _share(self, prefix: str, call: Call) -> None:
        """The arrays of two calls of which one is run, in one place; and which one that is."""
        used = next(part for part in call.parts if part.used)
        self._add(f"{prefix}_fits", "int32_t", np.array(int(used.label == QUICK), "<i4"))
        laid = {part.label: _laid(part.call) for part in call.parts}
        words = max((_words(place.end) for places in laid.values() for place in places), default=0)
        for label, places in laid.items():
            self._shared[f"{prefix}_{label}"] = {
                id(p.array.data): p.text(f"w->{prefix}_words") for p in places
            }
        if words:
            data = np.zeros(words * WORD, np.uint8)
            for place in laid[used.label]:
                data[place.offset : place.end] = np.frombuffer(place.array.data.tobytes(), np.uint8)
            self._add_words(f"{prefix}_words", data.view("<u4"))

    def _add(self, name: str, kind: str, value: Array) -> None:
        self._members[name] = WeightField(kind, name, value, value.itemsize)

    def _add_words(self, name: str, words: Array) -> None:
        rows = tuple(c_words(words))
        constant = Constant("uint32_t", name, words.size, rows, "of the kernel that is run", WORD)
        self._members[name] = WeightField("uint32_t", name, words, WORD, constant)

    def _constant(self, name: str, array: ConstantArray, in_flash: bool = True) -> Constant | None:
        if id(array.data) in self._arrays or self._scope_of(name):
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
        if id(data) in self._scope:
            return self._scope[id(data)]
        name = f"w->{self._arrays[id(data)]}"
        return f"(const int32_t *){name}" if packed else name

    def _scope_of(self, name: str) -> dict[int, str]:
        """How the arrays of the part that ``name`` is in are read; none where it is in no part of those."""
        found = (each for part, each in self._shared.items() if f"{name}_".startswith(f"{part}_"))
        return next(found, {})

    def _params(self, name: str, struct: Struct) -> Iterator[Params]:
        self._scope = self._scope_of(name)
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
