"""The graph of one hop: every op on its new rows, rings where more are read, whole windows at the end.

Views of rows are SLICE ops along the outermost axis, which cost nothing; rows that are ``spacing`` apart are
copied together by a STRIDED_SLICE.
"""

from dataclasses import dataclass, field, replace

import numpy as np

from tinykd.compiler.streaming.plan import StreamPlan, stream_plan
from tinykd.compiler.streaming.ring import Ring
from tinykd.compiler.streaming.rows import Reach
from tinykd.compiler.streaming.steps import OnHeldRows, OnNewRows, OnWindow, Step
from tinykd.graph.ir import DType, Graph, Op, Options, Subgraph, Tensor

_PLAIN = {"begin_mask": 0, "end_mask": 0, "ellipsis_mask": 0, "new_axis_mask": 0, "shrink_axis_mask": 0}


@dataclass(frozen=True, eq=False)
class StreamGraph:
    """``graph`` computes one hop. ``whole``: ops (by index) that read windows, and why where it is known."""

    graph: Graph
    rings: tuple[Ring, ...]
    ports: dict[int, Tensor]  # of the window's inputs and outputs, by index: the hop's
    window_rows: int
    hop_rows: int
    whole: dict[int, str] = field(default_factory=dict)

    @property
    def warm_up(self) -> int:
        """Hops after which nothing is held that came before them."""
        return -(-self.window_rows // self.hop_rows)


def stream_graph(graph: Graph, hop_rows: int) -> StreamGraph:
    """``graph`` in hops of ``hop_rows`` rows of its input; ``ModelError`` names the layer that forbids it."""
    plan = stream_plan(graph.main, hop_rows)
    rewriter = _Rewriter(graph.main, plan, 1 + max(t.index for t in graph.main.tensors))
    main = rewriter.rewritten()
    (source,) = graph.main.inputs
    steps = zip(graph.main.ops, plan.steps, strict=True)
    return StreamGraph(
        replace(graph, subgraphs=(main, *graph.subgraphs[1:])),
        tuple(rewriter.rings),
        {old.index: new for old, new in zip(graph.main.inputs, main.inputs, strict=True)},
        plan.rows[source.index].length,
        hop_rows,
        {op.index: step.why for op, step in steps if isinstance(step, OnWindow)},
    )


@dataclass
class _Rewriter:
    main: Subgraph
    plan: StreamPlan
    unused: int  # the next tensor index
    ops: list[Op] = field(default_factory=list)
    rings: list[Ring] = field(default_factory=list)
    rows: dict[int, Tensor] = field(default_factory=dict)  # old index -> the rows that are held
    windows: dict[int, Tensor] = field(default_factory=dict)  # old index -> whole windows of it

    def rewritten(self) -> Subgraph:
        inputs = tuple(self._written(tensor) for tensor in self.main.inputs)
        for op, step in zip(self.main.ops, self.plan.steps, strict=True):
            self._op(op, step)
        return replace(self.main, inputs=inputs, ops=tuple(self.ops), tensors=())

    def _op(self, op: Op, step: Step | None) -> None:
        match step:
            case None:
                self.ops.append(op)
            case OnWindow():
                inputs = tuple(t and self._window(t) for t in op.inputs)
                self.ops.append(replace(op, inputs=inputs))
            case OnHeldRows():
                self._held(op, step)
            case OnNewRows():
                inputs = tuple(t and self._read(t, step) for t in step.inputs)
                outputs = tuple(self._written(tensor) for tensor in op.outputs)
                self.ops.append(replace(op, inputs=inputs, outputs=outputs, options=step.options))

    def _held(self, op: Op, step: OnHeldRows) -> None:
        """On all rows that are read of it; more of its operand may be held."""
        (output,) = op.outputs
        count = self.plan.held[output.index]
        inputs = tuple(t and self._rows(t, Reach(count)) for t in step.inputs)
        self.rows[output.index] = self._resized(output, count)
        self.ops.append(replace(op, inputs=inputs, outputs=(self.rows[output.index],)))

    def _written(self, tensor: Tensor) -> Tensor:
        """The new rows of ``tensor``, at the end of a ring if more are held."""
        rows, count = self.plan.rows[tensor.index], self.plan.held[tensor.index]
        newest = self._resized(tensor, rows.new)
        self.rows[tensor.index] = newest
        if count > rows.new:
            self.rows[tensor.index] = self._resized(tensor, count)
            self.rings.append(Ring(self.rows[tensor.index], newest))
        return newest

    def _read(self, tensor: Tensor, step: OnNewRows) -> Tensor:
        """The rows that ``step`` reads of ``tensor``; constants as they are."""
        view, rows = self._rows(tensor, step.reach), self.plan.rows.get(tensor.index)
        if rows is None:
            return view
        taken = view if step.gathers == 1 else self._sliced(view, rows.axis, step.gathers)
        return self._pixel(taken, step.pixel) if step.pixel else taken

    def _rows(self, tensor: Tensor, reach: Reach) -> Tensor:
        """``reach`` of ``tensor``; constants as they are."""
        return self._view(tensor, reach) if tensor.index in self.plan.rows else tensor

    def _window(self, tensor: Tensor) -> Tensor:
        """All rows of a window, one behind the other."""
        rows = self.plan.rows.get(tensor.index)
        if rows is None:
            return tensor
        if tensor.index not in self.windows:
            view = self._view(tensor, Reach(rows.reach))
            self.windows[tensor.index] = (
                view if rows.spacing == 1 else self._sliced(view, rows.axis, rows.spacing)
            )
        return self.windows[tensor.index]

    def _view(self, tensor: Tensor, reach: Reach) -> Tensor:
        """The bytes of some rows of ``tensor``, as they lie."""
        held, axis = self.rows[tensor.index], self.plan.rows[tensor.index].axis
        if reach == Reach(held.shape[axis]):
            return held
        begin = [0] * len(held.shape)
        begin[axis] = held.shape[axis] - reach.held
        output = self._resized(tensor, reach.count)
        bounds = (self._numbers(begin), self._numbers(list(output.shape)))
        self.ops.append(Op(-1, "SLICE", (held, *bounds), (output,), Options({})))
        return output

    def _sliced(self, tensor: Tensor, axis: int, spacing: int) -> Tensor:
        """Every ``spacing``-th row, copied."""
        by = [spacing if i == axis else 1 for i in range(len(tensor.shape))]
        output = self._along(tensor, axis, -(-tensor.shape[axis] // spacing))
        bounds = ([0] * len(by), list(tensor.shape), by)
        inputs = (tensor, *(self._numbers(values) for values in bounds))
        self.ops.append(Op(-1, "STRIDED_SLICE", inputs, (output,), Options({**_PLAIN, "offset": False})))
        return output

    def _pixel(self, tensor: Tensor, channels: int) -> Tensor:
        """The same bytes as the channels of one pixel."""
        output = replace(tensor, index=self._index(), shape=(1, 1, 1, channels))
        self.ops.append(Op(-1, "RESHAPE", (tensor,), (output,), Options({})))
        return output

    def _resized(self, tensor: Tensor, count: int) -> Tensor:
        """``tensor`` with ``count`` rows, as a tensor of its own."""
        return self._along(tensor, self.plan.rows[tensor.index].axis, count)

    def _along(self, tensor: Tensor, axis: int, count: int) -> Tensor:
        shape = (*tensor.shape[:axis], count, *tensor.shape[axis + 1 :])
        return replace(tensor, index=self._index(), shape=shape)

    def _numbers(self, values: list[int]) -> Tensor:
        data = np.array(values, np.int32)
        return Tensor(self._index(), "rows", data.shape, DType.INT32, data=data)

    def _index(self) -> int:
        self.unused += 1
        return self.unused - 1
