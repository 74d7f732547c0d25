"""How a layer is computed: kernel variants, and what one of them needs in a compiled model.

To add an op: one file ``tinykd/compiler/ops/<op>.py`` with a frozen subclass of ``Layer``,
``lower(node)``, a portable ``Kernel``, and at module level ``LOWER = for_types({"OP_NAME": lower})`` and
``KERNELS = (MyKernel(),)``; one C file ``firmware/kernels/tkd_<op>_s8.c`` and its header; cases in
``tests/conformance``. Modules are found automatically.

To add a variant for some core: one file in ``tinykd/compiler/variants/`` with a ``Kernel`` for an existing
layer class and ``KERNELS = (...)``. What it needs of shapes are its ``limits``, what it needs of values its
``value_limits``. For each layer the compiler calls ``supports`` of every kernel of its class, and takes the
one of the lowest ``cost`` (``optimize = "size"``: of the smallest ``code_bytes``; ties go to the earlier
name).

``emit_call`` does what can be done at compile time: packs the weights into the layout and width that the C
code wants, folds zero points into biases, and states how much scratch the call takes and how far its output
may overlap its inputs.

The call that is generated is ``function(inputs..., outputs..., states..., &params, scratch)``; params and
scratch are left out where there are none. Its params are one ``static const`` struct in flash that points
to the packed arrays. A kernel may bring C of its own, written for the layer at hand: ``template`` names a
file in templates/model that is rendered once per layer with ``call`` (the Call), ``layer`` and ``fn`` (the
name the static function must have).
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeAlias, TypeVar

from tinykd.compiler.core import Target
from tinykd.compiler.layer import Layer
from tinykd.graph.ir import Array

L = TypeVar("L", bound=Layer)


@dataclass(frozen=True, eq=False)
class ConstantArray:
    """A constant array in flash. Equal arrays of one model are emitted once. ``data``: int8, int16, int32
    or uint8. ``packed``: int32 words that hold several fields each, shown as their bits."""

    name: str  # what it holds, a C identifier: "weights"
    data: Array
    note: str = ""  # layout, for the comment: "[out][y][x][in]"
    align: int = 4  # bytes
    packed: bool = False


@dataclass(frozen=True)
class Symbol:
    """A C identifier from a kernel header: an enum constant or a function."""

    name: str


CValue: TypeAlias = "int | float | bool | Symbol | ConstantArray | Pointer | tuple[int, ...] | Struct"


@dataclass(frozen=True, eq=False)
class Struct:
    """A constant of C type ``type``; the fields in the order of its declaration."""

    type: str
    fields: tuple[tuple[str, CValue], ...]


@dataclass(frozen=True, eq=False)
class Pointer:
    """The address of another constant struct, or NULL."""

    struct: Struct | None


@dataclass(frozen=True)
class Overlap:
    """How one input and the output may share addresses. ``delta`` = address of the input - address of the
    output.

    ``min_input_offset``, in bytes: any delta of at least that is safe, since the kernel then never
    overwrites what it still has to read (None: no such delta). ``in_place``: delta 0 is safe as
    well, and so is each of ``exact``. Disjoint buffers are always safe. See ``access.py`` for how it is
    found.
    """

    min_input_offset: int | None = None
    in_place: bool = False
    exact: tuple[int, ...] = ()

    @property
    def deltas(self) -> frozenset[int]:
        """Single deltas that are safe."""
        return frozenset((*self.exact, 0) if self.in_place else self.exact)

    def allows(self, delta: int) -> bool:
        """Whether ``delta`` is safe, wherever the buffers end."""
        least = self.min_input_offset
        return delta in self.deltas or (least is not None and delta >= least)

    def shifted(self, by: int) -> "Overlap":
        """The rule for deltas that are larger by ``by``: those of buffers whose operands begin further on."""
        least = self.min_input_offset
        exact = tuple(sorted(delta + by for delta in self.deltas))
        return Overlap(None if least is None else least + by, 0 in exact, tuple(d for d in exact if d))

    def both(self, other: "Overlap") -> "Overlap":
        """What both rules allow."""
        a, b = self.min_input_offset, other.min_input_offset
        least = None if a is None or b is None else max(a, b)
        safe = sorted(d for d in self.deltas | other.deltas if self.allows(d) and other.allows(d))
        return Overlap(least, 0 in safe, tuple(d for d in safe if d))


DISJOINT = Overlap()
ELEMENTWISE = Overlap(min_input_offset=0, in_place=True)


@dataclass(frozen=True, eq=False)
class CallPart:
    """One of several calls in a template's function; ``label`` names its constants. ``used``: whether it is
    run with the model's own weights."""

    label: str
    call: "Call"
    used: bool = True


@dataclass(frozen=True, eq=False)
class Call:
    """One call in the generated program. ``overlaps`` has one entry per input (missing ones are
    DISJOINT)."""

    function: str
    params: Struct | None = None
    scratch_bytes: int = 0
    overlaps: tuple[Overlap, ...] = ()
    template: str | None = None
    context: Any = None  # a frozen dataclass for ``template``
    uses: tuple[str, ...] = ()  # C functions that ``template`` calls
    parts: tuple[CallPart, ...] = ()  # calls within ``template``, with constants of their own
    guard: str | None = (
        None  # int guard(&params): 0 if a library needs more scratch than planned; then it is not run
    )

    def overlap(self, i: int) -> Overlap:
        return self.overlaps[i] if i < len(self.overlaps) else DISJOINT

    def own_arrays(self) -> tuple[ConstantArray, ...]:
        """Those of ``params``."""
        return _constant_arrays(self.params) if self.params else ()

    def used_arrays(self) -> tuple[ConstantArray, ...]:
        """``constant_arrays`` without those of parts that are not run."""
        return self.own_arrays() + tuple(
            a for part in self.parts if part.used for a in part.call.used_arrays()
        )

    def constant_arrays(self) -> tuple[ConstantArray, ...]:
        """Those of the parts too."""
        return self.own_arrays() + tuple(a for part in self.parts for a in part.call.constant_arrays())

    def functions(self) -> frozenset[str]:
        """C functions that the generated file names: the kernel, its guard, those that params point to."""
        own = self.uses if self.template else (self.function,)
        named = _symbols(self.params) if self.params else frozenset()
        inside = {f for part in self.parts for f in part.call.functions()}
        return named | inside | {*own, *([self.guard] if self.guard else [])}


def _constant_arrays(struct: Struct) -> tuple[ConstantArray, ...]:
    found: list[ConstantArray] = []
    for _, value in struct.fields:
        if isinstance(value, ConstantArray):
            found.append(value)
        elif isinstance(value, Struct):
            found.extend(_constant_arrays(value))
        elif isinstance(value, Pointer) and value.struct is not None:
            found.extend(_constant_arrays(value.struct))
    return tuple(found)


def _symbols(struct: Struct) -> frozenset[str]:
    found: set[str] = set()
    for _, value in struct.fields:
        inner = value.struct if isinstance(value, Pointer) else value
        if isinstance(value, Symbol):
            found.add(value.name)
        elif isinstance(inner, Struct):
            found |= _symbols(inner)
    return frozenset(found)


@dataclass(frozen=True)
class Limit:
    """What a kernel needs of a layer: whether it has that, and what it has instead in a few words."""

    holds: bool
    otherwise: str  # "2 groups"


class Kernel(ABC, Generic[L]):
    """One C function that computes layers of one class. Stateless."""

    name: ClassVar[str]  # as comments and `tinykd inspect` show it: "conv_1x1_dsp"
    layer: ClassVar[type[Layer]]
    code_bytes: ClassVar[int] = 400  # about, on a Thumb-2 core
    align: ClassVar[int] = 4  # bytes, of its inputs, outputs and scratch; at most TKD_ARENA_ALIGN

    def made_for(self, target: Target) -> bool:
        """Whether it is for that core and goal."""
        return True

    def limits(self, layer: L) -> tuple[Limit, ...]:
        """What it needs of a layer's shape."""
        return ()

    def value_limits(self, layer: L) -> tuple[Limit, ...]:
        """What it needs of weights, biases, scales and zero points, which another model of the same graph has
        otherwise."""
        return ()

    def suits(self, layer: L, target: Target) -> bool:
        """Whether this kernel can compute layers of that shape on ``target``."""
        return self.made_for(target) and all(limit.holds for limit in self.limits(layer))

    def fits(self, layer: L) -> bool:
        """Whether ``value_limits`` hold."""
        return all(limit.holds for limit in self.value_limits(layer))

    def supports(self, layer: L, target: Target) -> bool:
        """Whether this kernel can compute ``layer`` on ``target``."""
        return self.suits(layer, target) and self.fits(layer)

    @abstractmethod
    def cost(self, layer: L, target: Target) -> float:
        """Estimated cycles of one run; only the order matters."""

    @abstractmethod
    def emit_call(self, layer: L, target: Target) -> Call:
        """The call with its packed constants."""
