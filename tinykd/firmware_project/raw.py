"""Firmware that begins at raw samples: the front end's steps and the model as one model, in C.

What each step gives lies in memory behind the model's arena; ``tinykd/front/raw_input.py`` has the
same steps on the host.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from tinykd.firmware_project.features import c_bytes
from tinykd.firmware_project.model import ModelSources
from tinykd.firmware_project.raw_facts import RawFacts, raw_facts, sizes
from tinykd.firmware_project.template import render_template
from tinykd.front.raw_input import RawInput
from tinykd.version import __version__

ALIGN = 16  # TKD_ARENA_ALIGN
_ITEM = {"TKD_INT16": 2, "TKD_FLOAT32": 4, "TKD_UINT8": 1}  # bytes


@dataclass(frozen=True)
class RawBlock:
    """A block behind the model's arena; ``macro``: what C calls its offset."""

    macro: str
    what: str
    offset: int
    bytes: int


def raw_memory(model: ModelSources, raw: RawInput) -> tuple[RawBlock, ...]:
    """The raw sample first; all aligned."""
    found, at = list[RawBlock](), _aligned(model.arena_bytes)
    for macro, what, size in raw_facts(raw).blocks:
        found.append(RawBlock(macro, what, at, size))
        at = _aligned(at + size)
    return tuple(found)


def with_raw_arena(model: ModelSources, raw: RawInput | None) -> ModelSources:
    """``model`` with the arena that its firmware needs."""
    return model if raw is None else replace(model, arena_bytes=_arena_bytes(raw_memory(model, raw)))


def raw_files(model: ModelSources, raw: RawInput, anomaly: bool = False) -> dict[str, str]:
    """``NAME_raw.h`` and ``NAME_raw.c``; ``anomaly``: what the model is asked is kept for its error."""
    memory = raw_memory(model, raw)
    facts: dict[str, Any] = {
        "name": model.name,
        "NAME": model.name.upper(),
        "version": __version__,
        "model": model,
        "arena_bytes": _arena_bytes(memory),
        "layers_count": f"(uint16_t)({raw.layers_count}u + {model.layers_count}u)",
        "sha_bytes": ", ".join(f"0x{model.sha256[i : i + 2]}" for i in range(0, 64, 2)),
        "bytes": c_bytes,
        "anomaly": anomaly,
        "raw": {**_facts(raw, raw_facts(raw)), "memory": memory},
    }
    return {f"{model.name}_raw.{end}": render_template(f"features/raw.{end}.j2", facts) for end in ("h", "c")}


def _facts(raw: RawInput, facts: RawFacts) -> Mapping[str, Any]:
    size = sizes(raw)
    rows = {
        name: {"name": name, "function": function, "place": place, "bytes": size[name]}
        for name, (function, place) in facts.places.items()
    }
    return {
        "camera": None,
        **facts.more,
        "kind": facts.kind,
        "what": facts.what,
        "bytes": raw.raw_bytes,
        "count": raw.raw_bytes // _ITEM[facts.dtype],
        "dtype": facts.dtype,
        "scale": facts.scale,
        "passes": raw.passes,
        "once": [rows[name] for name in raw.way.once],
        "steps": [rows[name] for name in raw.step_names],
    }


def _arena_bytes(memory: tuple[RawBlock, ...]) -> int:
    return _aligned(memory[-1].offset + memory[-1].bytes)


def _aligned(size: int) -> int:
    return -(-size // ALIGN) * ALIGN
