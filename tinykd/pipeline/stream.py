"""The step function of a project with ``[stream]``: ``NAME_stream``, beside the model of whole windows."""

from typing import TYPE_CHECKING, Any

from tinykd.errors import ConfigError

if TYPE_CHECKING:
    from tinykd.boards import Board
    from tinykd.compiler.program import Program
    from tinykd.data.dataset import Dataset
    from tinykd.project.schema import Project


def stream_program(project: "Project", board: "Board", model: bytes, data: "Dataset") -> "Program | None":
    """None without ``[stream]``; a model or a hop that does not suit is one line."""
    if project.stream is None:
        return None
    if project.target.runtime == "tflm":
        fix = 'Type runtime = "static" in [target], or leave [stream] out'
        raise ConfigError("[stream]", "runtime tflm computes whole windows alone", "runtime static", fix)
    from tinykd.compiler.compile import compile_graph
    from tinykd.compiler.core import CompileOptions, Core
    from tinykd.data.features.hop import rows_of_hop
    from tinykd.graph.reader import read_graph

    options = CompileOptions(
        name=f"{project.project.name}_stream",
        core=Core(board.core),
        optimize=project.target.optimize,
        avr=board.cpu == "avr",
        hop_rows=rows_of_hop(project.stream.hop_ms, data.frontend),
    )
    return compile_graph(read_graph(model), options)


def stream_facts(project: "Project", program: "Program | None") -> dict[str, Any]:
    """``stream`` of ``program.json``, for the report; empty without [stream]."""
    if program is None or project.stream is None:
        return {}
    facts = program.summary()
    own = {key: facts["stream"][key] for key in _OWN} | {key: facts[key] for key in ("macs", "arena_bytes")}
    return {"stream": {"hop_ms": project.stream.hop_ms, **own}}


_OWN = ("hop_rows", "window_rows", "window_macs", "ring_bytes", "whole")
