"""Data movement as loop nests, found from numpy views.

TRANSPOSE, SLICE, SPLIT, PACK, SPACE_TO_DEPTH, … all copy elements from one affine pattern of addresses to
another. A numpy view of an empty array already is such a pattern: shape, strides and first element. So each
op writes down its TFLite definition once, as numpy indexing of a ``StridedView`` (a tensor that has addresses
and no data), and ``nest`` turns the pair of views into the shortest loop nest that does it. Broadcasting
operands are views too, with stride 0.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tinykd.compiler.kernel import Struct

View = NDArray[np.int8]


@dataclass(frozen=True)
class StridedView:
    """The addresses of a tensor, in elements. ``view`` may be indexed, reshaped, transposed; not copied."""

    view: View

    @staticmethod
    def of(shape: tuple[int, ...]) -> "StridedView":
        # One byte of memory, whatever the shape: strides that are right, data that is never touched.
        base = np.lib.stride_tricks.as_strided(
            np.zeros(1, np.int8), shape, row_major(shape) if shape else (), writeable=False
        )
        return StridedView(base)

    def offset(self, view: View) -> int:
        """Elements from the start of the tensor to the first element of ``view``."""
        found = address(view) - address(self.view)
        assert 0 <= found < max(self.view.size, 1), (
            "a view of this space (an index of integers alone copies: add ...)"
        )
        return found


def address(view: View) -> int:
    start: int = view.__array_interface__["data"][0]
    return start


@dataclass(frozen=True)
class LoopNest:
    """Loops over ``shape``, outermost first; operand k steps by ``strides[k][d]`` elements in dimension d."""

    shape: tuple[int, ...]
    offsets: tuple[int, ...]  # per operand, elements
    strides: tuple[tuple[int, ...], ...]  # per operand, per dimension


def nest(spaces: tuple[StridedView, ...], views: tuple[View, ...]) -> LoopNest:
    """The shortest nest that walks all ``views`` (of one shape) together, in row-major order."""
    shape = views[0].shape
    assert all(v.shape == shape for v in views), "views of one nest have one shape"
    offsets = tuple(s.offset(v) for s, v in zip(spaces, views, strict=True))
    dims = [(n, tuple(v.strides[d] for v in views)) for d, n in enumerate(shape) if n != 1]
    merged: list[tuple[int, tuple[int, ...]]] = []
    for n, steps in dims:
        if merged and all(outer == inner * n for outer, inner in zip(merged[-1][1], steps, strict=True)):
            merged[-1] = (merged[-1][0] * n, steps)
        else:
            merged.append((n, steps))
    merged = merged or [(1, tuple(1 for _ in views))]
    return LoopNest(
        shape=tuple(n for n, _ in merged),
        offsets=offsets,
        strides=tuple(tuple(steps[k] for _, steps in merged) for k in range(len(views))),
    )


def broadcast(spaces: tuple[StridedView, ...], shape: tuple[int, ...]) -> tuple[View, ...]:
    """Views of the operands broadcast to ``shape`` as numpy and TFLite do it."""
    return tuple(np.broadcast_to(s.view, shape) for s in spaces)


def row_major(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Strides of a dense tensor, in elements."""
    steps = [1]
    for n in reversed(shape[1:]):
        steps.append(steps[-1] * n)
    return tuple(reversed(steps))


LOOPS, OPERANDS = 5, 3  # as in firmware/kernels/tkd_rows.h


def rows(loop: LoopNest) -> Struct:
    """The C struct ``tkd_rows`` of a nest: the innermost loop is the row."""
    outer, counts = len(loop.shape) - 1, loop.shape[:-1]
    assert outer <= LOOPS, f"a nest of {len(loop.shape)} loops"
    idle = LOOPS - outer
    spare = OPERANDS - len(loop.strides)
    steps = [(0,) * idle + s[:-1] for s in loop.strides] + [(0,) * LOOPS] * spare
    return Struct(
        "tkd_rows",
        (
            ("count", (1,) * idle + counts),
            ("step", tuple(s for operand in steps for s in operand)),
            ("start", loop.offsets + (0,) * spare),
            ("row_count", loop.shape[-1]),
            ("row_step", tuple(s[-1] for s in loop.strides) + (0,) * spare),
        ),
    )
