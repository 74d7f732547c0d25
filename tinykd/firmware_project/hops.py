"""A model that goes hop by hop, as firmware that a tool asks for whole windows, in C.

Each window is heard from silence on, hop by hop; the last hop's answer is TFLM's for the window. So a step
function is proven on a board by what proves whole models. The window lies behind the hops' own arena.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from tinykd.firmware_project.model import ModelSources, static_sources
from tinykd.firmware_project.template import render_template
from tinykd.version import __version__

if TYPE_CHECKING:
    from tinykd.compiler.program import ModelPort, Program

_ALIGN = 16  # TKD_ARENA_ALIGN


def hop_sources(program: "Program") -> ModelSources:
    """``NAME_hops`` over ``NAME``, which is ``program``."""
    assert program.stream is not None
    own, ((given,), (answer,)) = static_sources(program), (program.inputs, program.outputs)
    window = given.end.port.bytes
    offset = -(-program.arena_bytes // _ALIGN) * _ALIGN
    arena_bytes = offset + window
    facts = {
        "version": __version__,
        "name": program.name,
        "NAME": program.name.upper(),
        "arena_bytes": arena_bytes,
        "window_offset": offset,
        "window_bytes": window,
        "row_bytes": window // program.stream.window_rows,
        "silence": given.tensor.zero_point & 0xFF,
        "input": _place(given),
        "output": _place(answer),
        "sha_bytes": ", ".join(f"0x{program.sha256[i : i + 2]}" for i in range(0, 64, 2)),
    }
    hops = {
        f"{program.name}_hops.{end}": render_template(f"project/hops.{end}.j2", facts) for end in ("h", "c")
    }
    return replace(
        own,
        name=f"{program.name}_hops",
        files={**own.files, **hops},
        arena_bytes=arena_bytes,
        input_bytes=window,
        layers_count=0,
        input_quantization=None,
    )


def _place(port: "ModelPort") -> dict[str, object]:
    """For the template."""
    return {"tensor": port.tensor, "offset": port.location.offset, "bytes": port.tensor.bytes}
