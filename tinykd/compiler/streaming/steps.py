"""What an op becomes in a hop: computed on new rows, on all rows that are read of it, or on whole windows."""

from dataclasses import dataclass
from typing import NoReturn

from tinykd.compiler.streaming.rows import Reach, Rows
from tinykd.errors import ModelError
from tinykd.graph.instead import layer_of
from tinykd.graph.ir import Op, Options, Tensor


@dataclass(frozen=True, eq=False)
class OnNewRows:
    """``rows`` of its output, ``reach``: what it reads of each operand in time.

    ``options`` and ``inputs`` as the op on those rows has them. ``gathers``: rows that are as many apart
    are copied together for it.
    """

    rows: Rows
    reach: Reach
    options: Options
    inputs: tuple[Tensor | None, ...]
    gathers: int = 1
    pixel: int = 0  # channels of the one pixel that the rows it reads are to it; 0: they are rows


@dataclass(frozen=True, eq=False)
class OnHeldRows:
    """Costs nothing, or next to nothing: computed anew on as many rows as are read of it."""

    rows: Rows
    inputs: tuple[Tensor | None, ...]


@dataclass(frozen=True, eq=False)
class OnWindow:
    """Reads windows as they are; ``why``, for who wonders where the instructions go."""

    why: str = ""


Step = OnNewRows | OnHeldRows | OnWindow
TimeRows = dict[int, Rows]  # tensor index -> how it lies in time


@dataclass(frozen=True, eq=False)
class TimedOp:
    """An op of which at least one operand has rows; ``rows``: of all tensors so far."""

    op: Op
    rows: TimeRows

    def of(self, i: int) -> Rows | None:
        """The rows of operand ``i``; None if it has none, or is absent."""
        tensor = self.op.inputs[i] if i < len(self.op.inputs) else None
        return self.rows.get(tensor.index) if tensor is not None else None

    def shape(self, i: int = 0) -> tuple[int, ...]:
        tensor = self.op.inputs[i]
        assert tensor is not None
        return tensor.shape

    def numbers(self, i: int) -> list[int] | None:
        """A constant operand; None if it is not constant."""
        tensor = self.op.inputs[i] if i < len(self.op.inputs) else None
        return None if tensor is None or tensor.data is None else [int(v) for v in tensor.data.reshape(-1)]

    @property
    def out_shape(self) -> tuple[int, ...]:
        return self.op.outputs[0].shape

    def refuse(self, found: str, expected: str, fix: str) -> NoReturn:
        """This layer cannot be computed hop by hop."""
        layer = layer_of(self.op)
        where = f"op {self.op.index} {self.op.kind}" + (f" (layer {layer})" if layer else "")
        raise ModelError(where, found, expected, fix)


def is_leading(shape: tuple[int, ...], axis: int) -> bool:
    """Whether only extents of 1 stand before ``axis``."""
    return all(n == 1 for n in shape[:axis])
