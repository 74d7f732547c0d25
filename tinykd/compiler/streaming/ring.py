"""A ring: the newest rows of one tensor, kept from one hop to the next.

It lies in the arena as one array, oldest row first. What computes the tensor writes its new rows straight to
the end; after the last layer of a hop all rows move on by as many (``tinykd.compiler.ops.ring``), so kernels
read any rows as one piece at an address that is known.
"""

from dataclasses import dataclass

from tinykd.graph.ir import Tensor


@dataclass(frozen=True, eq=False)
class Ring:
    """``newest`` is the end of ``held``; no op writes ``held`` itself."""

    held: Tensor
    newest: Tensor

    @property
    def key(self) -> str:
        """Its name among the model's states."""
        return f"ring {self.held.index}"

    @property
    def moved_bytes(self) -> int:
        """How far rows move after a hop."""
        return self.newest.bytes
