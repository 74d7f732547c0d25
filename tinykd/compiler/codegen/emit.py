"""The template context of a program's steps: declarations of constants, initializers, calls, as C text.

All naming and arithmetic is here; the templates hold the shape of the files.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tinykd.compiler.ctext import c_float, c_int, c_rows, c_words, short_names
from tinykd.compiler.kernel import Call, ConstantArray, CValue, Pointer, Struct, Symbol
from tinykd.compiler.layer import State
from tinykd.compiler.memory.location import MemoryLocation
from tinykd.compiler.program import Program, ProgramStep
from tinykd.graph.ir import Array, DType, Tensor

_C_TYPES = {
    DType.INT8: "int8_t", DType.INT16: "int16_t", DType.INT32: "int32_t", DType.INT64: "int64_t",
    DType.UINT32: "uint32_t", DType.UINT64: "uint64_t",
    DType.UINT8: "uint8_t", DType.BOOL: "uint8_t", DType.FLOAT32: "float", DType.RESOURCE: "int32_t",
}  # fmt: skip


@dataclass(frozen=True)
class Constant:
    """``static const type name[count] = {rows};`` in flash, or in plain const memory if kernels read it as
    data."""

    type: str
    name: str
    count: int
    rows: tuple[str, ...]
    note: str
    align: int
    in_flash: bool = True

    @property
    def aligned(self) -> bool:
        """Whether the declaration needs an alignment attribute."""
        return self.align > 1 and self.type in ("int8_t", "uint8_t")


@dataclass(frozen=True)
class Params:
    """``static const type name = {fields};`` with one line per field: (value, comment)."""

    type: str
    name: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, eq=False)
class StepContext:
    """The template context of one step."""

    number: int
    step: ProgramStep
    constants: tuple[Constant, ...]
    params: tuple[Params, ...]
    function: str
    arguments: str
    title: str  # what comments call the layer; its whole name is in the table of layers
    channels: str  # which of them it computes, where not all

    @property
    def reads_weights(self) -> bool:
        """Whether its parameters are made of weights that can be replaced."""
        return any("w->" in value for params in self.params for value, _ in params.fields)


_Key = tuple[str, bytes, bool, bool]


def _key(data: Array, in_flash: bool, packed: bool) -> _Key:
    return data.dtype.str, data.tobytes(), in_flash, packed


class Emitter:
    """Gives names to the constants of one program; equal arrays get one."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.names: dict[_Key, str] = {}
        self.titles = short_names([step.layer.name for step in program.steps])

    def steps(self) -> tuple[StepContext, ...]:
        return tuple(self._step(i, step) for i, step in enumerate(self.program.steps))

    def _step(self, number: int, step: ProgramStep) -> StepContext:
        prefix = f"layer{number}"
        constants = [c for name, b in _named(prefix, step.call) if (c := self._constant(name, b))]
        for i, location in enumerate(step.inputs):
            if location.constant is not None:
                array = ConstantArray(f"input{i}", location.constant, "run-time operand")
                constants += [c for c in [self._constant(f"{prefix}_{array.name}", array, False)] if c]
        params = list(self._params(prefix, step.call.params)) if step.call.params else []
        for part in step.call.parts:
            if part.call.params:
                params += self._params(f"{prefix}_{part.label}", part.call.params)
        function = f"{prefix}_run" if step.call.template else step.call.function
        return StepContext(
            number,
            step,
            tuple(constants),
            tuple(params),
            function,
            ", ".join(self._arguments(prefix, step)),
            self.titles[number],
            self._channels(step),
        )

    def _channels(self, step: ProgramStep) -> str:
        """How many channels were removed, in words for a comment."""
        kept = self.program.simplified.kept
        found = [kept[t.index] for t in step.layer.outputs if t.index in kept]
        return "".join(
            f"{len(k.left)} of {k.channels} channels: the rest cannot vary or is not read" for k in found
        )

    def _constant(self, name: str, array: ConstantArray, in_flash: bool = True) -> Constant | None:
        """The declaration of ``array``; None if an equal one has been declared."""
        key = _key(array.data, in_flash, array.packed)
        if key in self.names:
            return None
        self.names[key] = name
        data = array.data.astype(np.uint8) if array.data.dtype == np.bool_ else array.data
        return Constant(
            "uint32_t" if array.packed else c_type(array.data),
            name,
            data.size,
            tuple(c_words(data) if array.packed else c_rows(data)),
            array.note,
            array.align,
            in_flash,
        )

    def name_of(self, data: Array, in_flash: bool = True, packed: bool = False) -> str:
        name = self.names[_key(data, in_flash, packed)]
        return f"(const int32_t *){name}" if packed else name

    def _params(self, name: str, struct: Struct) -> Iterator[Params]:
        """The structs that ``struct`` points to, then itself."""
        yield from self._pointees(name, struct)
        fields = tuple((self._value(f"{name}_{f}", v), f) for f, v in struct.fields)
        yield Params(struct.type, name, fields)

    def _pointees(self, name: str, struct: Struct) -> Iterator[Params]:
        for field, value in struct.fields:
            if isinstance(value, Pointer) and value.struct is not None:
                yield from self._params(f"{name}_{field}", value.struct)
            elif isinstance(value, Struct):
                yield from self._pointees(f"{name}_{field}", value)

    def _value(self, name: str, value: CValue) -> str:
        match value:
            case ConstantArray():
                return self.name_of(value.data, packed=value.packed)
            case Symbol():
                return value.name
            case Pointer():
                return "NULL" if value.struct is None else f"&{name}"
            case Struct():
                return "{" + ", ".join(self._value(f"{name}_{f}", v) for f, v in value.fields) + "}"
            case tuple():
                return "{" + ", ".join(c_int(v) for v in value) + "}"
            case bool():
                return str(int(value))
            case int():
                return c_int(value)
            case float():
                return c_float(value)

    def _arguments(self, prefix: str, step: ProgramStep) -> Iterator[str]:
        for tensor, location in zip(step.layer.inputs, step.inputs, strict=True):
            yield (
                self.name_of(location.constant, False)
                if location.constant is not None
                else address(tensor, location)
            )
        for tensor, location in zip(step.layer.outputs, step.outputs, strict=True):
            yield address(tensor, location)
        for location in step.states:
            yield f"a + {location.offset}"
        if step.call.params is not None:
            apart = self.program.options.flash_apart
            yield f"TKD_PARAMS({step.call.params.type}, {prefix})" if apart else f"&{prefix}"
        if step.scratch is not None:
            yield f"a + {step.scratch.offset}"


def _named(prefix: str, call: Call) -> Iterator[tuple[str, ConstantArray]]:
    """The constants of ``call`` and of its parts, with their names."""
    yield from ((f"{prefix}_{array.name}", array) for array in call.own_arrays())
    for part in call.parts:
        yield from _named(f"{prefix}_{part.label}", part.call)


def c_type(data: Array) -> str:
    """The C type of an array's elements."""
    return _C_TYPES[DType(data.dtype.name)]


def pointer_type(tensor: Tensor) -> str:
    """The C type of a tensor's elements."""
    return _C_TYPES[tensor.dtype]


def address(tensor: Tensor, location: MemoryLocation) -> str:
    """The address of a tensor in the arena ``a``, of the element's type."""
    kind = _C_TYPES[tensor.dtype]
    return f"a + {location.offset}" if kind == "int8_t" else f"({kind} *)(void *)(a + {location.offset})"


def state_initial(state: State) -> Constant | None:
    """The flash copy that ``reset`` restores, if it is not one repeated byte."""
    if state.initial is None:
        return None
    data = np.frombuffer(state.initial, np.uint8)
    return Constant("uint8_t", "", data.size, tuple(c_rows(data)), f"initial value of {state.key}", 1)
