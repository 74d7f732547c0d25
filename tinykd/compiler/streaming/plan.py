"""Of a graph of windows: how each tensor lies in time, what each op becomes, how many rows are held."""

from dataclasses import dataclass

from tinykd.compiler.streaming.rows import Rows
from tinykd.compiler.streaming.rules import step_of
from tinykd.compiler.streaming.steps import OnHeldRows, OnNewRows, OnWindow, Step, TimedOp, TimeRows
from tinykd.errors import ModelError
from tinykd.graph.ir import Op, Subgraph, Tensor
from tinykd.graph.validate import label


@dataclass(frozen=True, eq=False)
class StreamPlan:
    """``steps`` has one entry per op; None where it reads no rows. ``held``: rows by tensor index, from the
    newest on, ``rows.new`` where no one reads more."""

    rows: TimeRows
    steps: tuple[Step | None, ...]
    held: dict[int, int]


def stream_plan(graph: Subgraph, hop_rows: int) -> StreamPlan:
    """For hops of ``hop_rows`` rows of the model's input; refuses models that they do not suit."""
    source = _timed_input(graph, hop_rows)
    rows: TimeRows = {source.index: Rows(_time_axis(source), source.shape[_time_axis(source)], hop_rows)}
    steps = tuple(_step(op, rows) for op in graph.ops)
    _check_outputs(graph, rows)
    return StreamPlan(rows, steps, _held(graph, rows, steps))


def _step(op: Op, rows: TimeRows) -> Step | None:
    """What ``op`` becomes; its outputs are noted in ``rows`` if it keeps time."""
    timed = TimedOp(op, rows)
    step = step_of(timed)
    if isinstance(step, OnNewRows | OnHeldRows):
        rows.update((tensor.index, step.rows) for tensor in op.outputs)
        return step
    return step if any(t is not None and t.index in rows for t in op.inputs) else None


def _held(graph: Subgraph, rows: TimeRows, steps: tuple[Step | None, ...]) -> dict[int, int]:
    """The most rows of each tensor that anything reads, from the last op to the first."""
    held = {index: found.new for index, found in rows.items()}
    for op, step in zip(reversed(graph.ops), reversed(steps), strict=True):
        for tensor in op.inputs:
            if tensor is not None and tensor.index in rows and step is not None:
                held[tensor.index] = max(held[tensor.index], _read(op, step, rows[tensor.index], held))
    return held


def _read(op: Op, step: Step, of: Rows, held: dict[int, int]) -> int:
    """How many rows ``step`` reads, from the newest on."""
    match step:
        case OnNewRows():
            return step.reach.held
        case OnHeldRows():
            return held[op.outputs[0].index]
        case OnWindow():
            return of.reach


def _time_axis(tensor: Tensor) -> int:
    """The first axis that is more than one thing."""
    return next((axis for axis, extent in enumerate(tensor.shape) if extent > 1), 0)


def _timed_input(graph: Subgraph, hop_rows: int) -> Tensor:
    if len(graph.inputs) != 1:
        raise ModelError("model", f"has {len(graph.inputs)} inputs", "one, a window over time")
    (source,) = graph.inputs
    axis = _time_axis(source)
    if len(source.shape) < 3 and axis != 0:
        found = f"has shape {list(source.shape)}"
        raise ModelError(label(source), found, "[1, time, …]", "Let its samples be windows over time")
    length = source.shape[axis]
    if not 0 < hop_rows < length:
        found = f"a hop of {hop_rows} rows in a window of {length}"
        raise ModelError(label(source), found, f"a hop of 1 to {length - 1} rows", "Choose a shorter hop")
    return source


def _check_outputs(graph: Subgraph, rows: TimeRows) -> None:
    for tensor in graph.outputs:
        if tensor.index in rows:
            raise ModelError(
                label(tensor), f"is an output that still has time: {list(tensor.shape)}",
                "one answer for the window", "End the model with a mean over time or a dense layer",
            )  # fmt: skip
