"""From a flatbuffer and a board to a ``TflmProgram``, checked against the board's copy of TFLM."""

from dataclasses import dataclass

from tinykd.boards import Board
from tinykd.errors import ModelError
from tinykd.graph.ir import DType, Graph
from tinykd.graph.reader import read_graph
from tinykd.graph.shapes.pin import batch_notes, pinned
from tinykd.oracle.tflm import OracleArena, tflm_arena
from tinykd.tflm.arena import Need, plan_arena
from tinykd.tflm.check import check_dense, check_joins, check_ops, check_padding, esp_nn_notes, static_advice
from tinykd.tflm.program import TflmProgram, layers_of
from tinykd.tflm.target import TflmTarget, boards_by_copy


@dataclass(frozen=True)
class TflmOptions:
    """``name`` prefixes the C names; ``measured_bytes`` is the arena that a board reported."""

    name: str
    source: str = "model.tflite"  # how the header names the file it was made from
    labels: tuple[str, ...] | None = None  # of the classes
    measured_bytes: int | None = None
    windows: bool = False  # each inference is of a whole window, from the initial state
    replaceable: bool = False  # another flatbuffer of the same ops may take its place at run time


def _host_arena(model: bytes, graph: Graph) -> OracleArena:
    """What TFLM takes on the host; where it refuses the model, runtime static may still compile it."""
    try:
        return tflm_arena(model)
    except ModelError as error:
        raise ModelError(error.where, error.found, error.expected, static_advice(graph)) from None


def has_state(graph: Graph) -> bool:
    """Whether an inference leaves something for the next one."""
    return any(t.is_variable or t.dtype is DType.RESOURCE for t in graph.main.tensors)


def make_program(model: bytes, board: Board, target: TflmTarget, options: TflmOptions) -> TflmProgram:
    """The program of ``model`` for ``board``; raises ``ModelError`` where its copy of TFLM cannot run it."""
    original = read_graph(model)
    flatbuffer = pinned(model)
    graph = read_graph(flatbuffer)
    check_ops(graph, target.copy, boards_by_copy())
    check_joins(graph)
    check_padding(graph)
    check_dense(graph, target.copy, target.per_channel_dense)
    wide = board.kind == "host"
    need = Need(_host_arena(model, graph), wide, target.core)
    arena = plan_arena(graph, target.copy, need, options.measured_bytes)
    return TflmProgram(
        name=options.name,
        source=options.source,
        flatbuffer=flatbuffer,
        sha256=original.sha256,
        copy=target.copy,
        include=target.include,
        build=target.build,
        layers=layers_of(graph),
        inputs=graph.main.inputs,
        outputs=graph.main.outputs,
        arena=arena,
        labels=options.labels,
        windows=options.windows and has_state(graph),
        replaceable=options.replaceable,
        notes=(*batch_notes(original), *(esp_nn_notes(graph) if target.has_esp_nn_assembly else ())),
    )
