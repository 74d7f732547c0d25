"""What runtime static refuses, runtime tflm may run: it is asked before it is advised.

The other way round, ``check.py`` asks the compiler; so advice never leads in a circle.
"""

from collections.abc import Callable

from tinykd.boards import Board, list_boards
from tinykd.errors import ConfigError, ModelError, UserError
from tinykd.graph.ir import Graph
from tinykd.graph.reader import read_graph
from tinykd.graph.shapes.pin import pinned
from tinykd.oracle import is_installed, tflm_arena_bytes
from tinykd.tflm.check import STATIC, check_dense, check_ops, check_padding, static_advice
from tinykd.tflm.target import TflmTarget, target_of
from tinykd.tflm.tree import TflmTree

TFLM = 'runtime = "tflm" in [target], or --runtime tflm'


def with_tflm(error: ModelError, model: bytes, board: Board | None) -> ModelError:
    """``error`` of runtime static, and runtime tflm named where that runs ``model`` on ``board`` (or any)."""
    try:
        graph = read_graph(pinned(model))
    except ModelError:  # read alike for both runtimes
        return error
    advice = _tflm_advice(graph, model, board)
    fix = ". ".join(part for part in (error.fix.rstrip("."), advice) if part)
    return ModelError(error.where, error.found, error.expected, fix)


def advised_target(board: Board, tree: TflmTree | None, model: bytes) -> TflmTarget:
    """What ``board`` is given; where nothing is known, static is named only if that takes ``model``."""
    try:
        return target_of(board, tree)
    except ConfigError as error:
        if error.fix != STATIC:
            raise
        fix = static_advice(read_graph(model))
        raise ConfigError(error.where, error.found, error.expected, fix) from None


def _tflm_advice(graph: Graph, model: bytes, board: Board | None) -> str:
    if not _on_the_host(model):
        return ""
    if board is not None and board.kind != "host":
        if _on(board, graph):
            return f"Or type {TFLM}"
        others = _boards(graph)
        return f"Or type {TFLM}, on another board: {others}" if others else ""
    others = _boards(graph)
    return f"Or type {TFLM}, on a board: {others}" if others else ""


def _on_the_host(model: bytes) -> bool:
    """Whether TFLM itself prepares it; not known where it is not installed."""
    return not is_installed() or _passes(lambda: tflm_arena_bytes(model))


def _on(board: Board, graph: Graph) -> bool:
    def checked() -> None:
        target = target_of(board, None)
        check_padding(graph)
        check_ops(graph, target.copy, {})
        check_dense(graph, target.copy, target.per_channel_dense)

    return _passes(checked)


def _boards(graph: Graph) -> str:
    """The first of those that run it, by name."""
    names = [board.name for board in list_boards() if board.kind == "platformio" and _on(board, graph)]
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more


def _passes(act: Callable[[], object]) -> bool:
    try:
        act()
    except UserError:
        return False
    return True
