"""A graph of hops as TFLite has it: its rings are resource variables, its views ops that ESPHome registers.

Behind what computes a ring's newest rows stands::

    VAR_HANDLE -> READ_VARIABLE -> STRIDED_SLICE (without the oldest rows) -> CONCATENATION (with the newest)
               -> ASSIGN_VARIABLE

so that whoever reads the ring reads the rows of this hop, as in ``tinykd.compiler.streaming.ring``.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count

import numpy as np

from tinykd.compiler.streaming.rewrite import StreamGraph
from tinykd.compiler.streaming.ring import Ring
from tinykd.graph.ir import DType, Op, Options, Subgraph, Tensor

_MASKS = ("begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask", "shrink_axis_mask")
NO_MASKS = Options({**dict.fromkeys(_MASKS, 0), "offset": False})


@dataclass(frozen=True, eq=False)
class Numbers:
    """Tensors' numbers that are free."""

    free: "count[int]"

    def constant(self, name: str, values: "list[int]") -> Tensor:
        """A vector of int32."""
        data = np.array(values, np.int32)
        return Tensor(next(self.free), name, data.shape, DType.INT32, data=data)


def with_variables(streamed: StreamGraph, numbers: Numbers) -> Subgraph:
    """The main graph of ``streamed``; what a variable holds before the first hop is 0."""
    main = streamed.graph.main
    rings = {id(ring.newest): ring for ring in streamed.rings}
    ops = [op for tensor in main.inputs for op in _kept(rings, tensor, numbers)]
    for op in main.ops:
        ops.append(_as_strided(op, numbers) if op.kind == "SLICE" else _one_operand(op))
        ops += [made for tensor in op.outputs for made in _kept(rings, tensor, numbers)]
    return replace(main, ops=tuple(ops))


def _kept(rings: dict[int, Ring], newest: Tensor, numbers: Numbers) -> Iterator[Op]:
    """What makes a ring of its newest rows, if ``newest`` are such."""
    ring = rings.get(id(newest))
    if ring is None:
        return
    axis = next(i for i, (a, b) in enumerate(zip(ring.held.shape, newest.shape, strict=True)) if a != b)
    name = ring.key.replace(" ", "_")
    handle = Tensor(next(numbers.free), name, (), DType.RESOURCE)
    before = replace(ring.held, index=next(numbers.free), name=f"{name}_before")
    rows = ring.held.shape[axis] - newest.shape[axis]
    rest = _along(before, axis, rows, numbers)
    yield Op(-1, "VAR_HANDLE", (), (handle,), Options({"container": "", "shared_name": name}))
    yield Op(-1, "READ_VARIABLE", (handle,), (before,), Options({}))
    begin = [newest.shape[axis] if i == axis else 0 for i in range(len(before.shape))]
    yield _strided(before, begin, rest, numbers)
    joins = Options({"axis": axis, "fused_activation_function": 0})
    yield Op(-1, "CONCATENATION", (rest, newest), (ring.held,), joins)
    yield Op(-1, "ASSIGN_VARIABLE", (handle, ring.held), (), Options({}))


def _along(tensor: Tensor, axis: int, rows: int, numbers: Numbers) -> Tensor:
    shape = (*tensor.shape[:axis], rows, *tensor.shape[axis + 1 :])
    return replace(tensor, index=next(numbers.free), name=f"{tensor.name}_rest", shape=shape)


def _strided(source: Tensor, begin: list[int], output: Tensor, numbers: Numbers) -> Op:
    end = [b + n for b, n in zip(begin, output.shape, strict=True)]
    bounds = (numbers.constant(n, v) for n, v in (("begin", begin), ("end", end), ("by", [1] * len(begin))))
    return Op(-1, "STRIDED_SLICE", (source, *bounds), (output,), NO_MASKS)


def _as_strided(op: Op, numbers: Numbers) -> Op:
    """SLICE, which ESPHome does not register."""
    source, begin, _ = op.inputs
    assert source is not None and begin is not None and begin.data is not None
    return _strided(source, [int(v) for v in begin.data.reshape(-1)], op.outputs[0], numbers)


def _one_operand(op: Op) -> Op:
    """RESHAPE takes the shape of its output, which is a hop's; its options still have a window's."""
    if op.kind != "RESHAPE":
        return op
    return replace(op, inputs=op.inputs[:1], options=Options({"new_shape": op.outputs[0].shape}))
