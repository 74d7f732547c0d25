"""Where a tensor, a state or scratch memory lies."""

from dataclasses import dataclass

from tinykd.graph.ir import Array


@dataclass(frozen=True)
class MemoryLocation:
    """``bytes`` at ``offset`` of the arena; or in flash if ``constant`` is not None."""

    offset: int
    bytes: int
    constant: Array | None = None
