"""What an op becomes when it is lowered: a ``Layer`` to compute, or an ``Alias``/``Folded`` that costs
nothing.

A lowering is ``lower(node) -> Lowered``. It checks every parameter and refuses precisely what TFLM refuses
or what we do not have; it resolves all that TFLM resolves in Prepare (padding, multipliers, activation
range), so that a kernel only has to compute.
"""

from dataclasses import dataclass

from tinykd.graph.ir import Array, Tensor


@dataclass(frozen=True)
class State:
    """Memory that lives from one inference to the next; layers that name the same ``key`` share it.

    ``reset`` fills it with ``fill`` (a byte), or copies ``initial`` if that is not None.
    """

    key: str
    size: int  # bytes
    fill: int = 0
    initial: bytes | None = None
    is_ring: bool = False  # rows of a stream, which the windows of later hops read


@dataclass(frozen=True, eq=False, kw_only=True)
class Layer:
    """One computation. Each op (or family) has its own frozen subclass with the parameters that its
    kernels need.

    ``inputs`` are the run-time operands in the order of the C arguments (a constant among them goes to
    flash); weights and other data that the compiler packs are fields of the subclass instead.
    """

    name: str  # of the layer: the output tensor's name in the flatbuffer
    op: str  # "CONV_2D", or "CONV_2D+ADD" when fused
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]
    states: tuple[State, ...] = ()

    @property
    def macs(self) -> int:
        """Multiply-accumulates of one run, including those on padding, as is customary."""
        return 0

    @property
    def members(self) -> tuple["Layer", ...]:
        """The layers of the model that it computes together, a few rows at a time; none: it is one."""
        return ()


@dataclass(frozen=True, eq=False)
class Alias:
    """``output`` is the bytes of ``source`` under another shape, from byte ``offset`` on: reshapes, outer
    slices."""

    source: Tensor
    output: Tensor
    offset: int = 0


@dataclass(frozen=True, eq=False)
class Folded:
    """``output`` is known at compile time."""

    output: Tensor
    data: Array


Lowered = Layer | Alias | Folded | tuple[Layer | Alias | Folded, ...]
