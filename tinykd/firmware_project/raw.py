"""Firmware that begins at raw samples: the front end's steps and the model as one model, in C.

What each step gives lies in memory behind the model's arena; ``tinykd/front/raw_input.py`` has the
same steps on the host.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from tinykd.firmware_project.model import ModelSources
from tinykd.firmware_project.template import render_template
from tinykd.front.raw_input import QUANTIZE, RawInput
from tinykd.version import __version__

ALIGN = 16  # TKD_ARENA_ALIGN
_MICRO = {  # the kernel of each step, and the part of the work memory that its output lies in
    "window": ("tkd_window_s16", 0),
    "scale": ("tkd_fft_auto_scale_s16", 0),
    "fft": ("tkd_rfft_s16", 1),
    "energy": ("tkd_energy_s16", 0),
    "bands": ("tkd_filter_bank_u32", 1),
    "root": ("tkd_square_root_u64", 2),
    "noise": ("tkd_spectral_subtraction_u32", 2),
    "gain": ("tkd_pcan_u32", 2),
    "log": ("tkd_log_u32", 1),
    QUANTIZE: ("tkd_micro_frontend_level", 0),
}


@dataclass(frozen=True)
class RawBlock:
    """A block behind the model's arena; ``macro``: what C calls its offset."""

    macro: str
    what: str
    offset: int
    bytes: int


def raw_memory(model: ModelSources, raw: RawInput) -> tuple[RawBlock, ...]:
    """The raw sample first; all aligned."""
    how = raw.frontend.how
    part = max(8 * how.bands, 2 * how.fft + 4)
    blocks = (
        ("RAW_OFFSET", "the raw sample", raw.raw_bytes),
        ("NOISE_OFFSET", "the noise in each band", 4 * how.bands),
        ("WORK_OFFSET", "what the steps of a frame give", 3 * part + 4),
    )
    found, at = list[RawBlock](), _aligned(model.arena_bytes)
    for macro, what, size in blocks:
        found.append(RawBlock(macro, what, at, size))
        at = _aligned(at + size)
    return tuple(found)


def with_raw_arena(model: ModelSources, raw: RawInput | None) -> ModelSources:
    """``model`` with the arena that its firmware needs."""
    return model if raw is None else replace(model, arena_bytes=_arena_bytes(raw_memory(model, raw)))


def raw_files(model: ModelSources, raw: RawInput) -> dict[str, str]:
    """``NAME_raw.h`` and ``NAME_raw.c``."""
    memory = raw_memory(model, raw)
    facts: dict[str, Any] = {
        "name": model.name,
        "NAME": model.name.upper(),
        "version": __version__,
        "model": model,
        "arena_bytes": _arena_bytes(memory),
        "layers_count": f"(uint16_t)({raw.layers_count}u + {model.layers_count}u)",
        "sha_bytes": ", ".join(f"0x{model.sha256[i : i + 2]}" for i in range(0, 64, 2)),
        "raw": _sound_facts(model, raw, memory),
    }
    return {f"{model.name}_raw.{end}": render_template(f"features/raw.{end}.j2", facts) for end in ("h", "c")}


def _sound_facts(model: ModelSources, raw: RawInput, memory: tuple[RawBlock, ...]) -> Mapping[str, Any]:
    how, name, upper = raw.frontend.how, model.name, model.name.upper()
    part = max(8 * how.bands, 2 * how.fft + 4)
    first = raw.layers(_silence(raw))[: len(raw.step_names)]
    steps = [
        {
            "name": step,
            "function": _MICRO[step][0],
            "place": "0u" if step == QUANTIZE else f"WORK_OFFSET + {_MICRO[step][1] * part}u",
            "bytes": layer.data.nbytes,
        }
        for step, layer in zip(raw.step_names, first, strict=True)
    ]
    front = f"&{name}_micro_frontend"
    numbers = ", ".join(str(tuple(_MICRO).index(step)) for step in raw.step_names)
    samples = f"(const int16_t *)(void *)(a + RAW_OFFSET) + (uint32_t)pass * {upper}_HOP"
    noise = "(uint32_t *)(void *)(a + NOISE_OFFSET)"
    return {
        "what": f"{how.samples} samples of 16 bits, {how.rate} per second",
        "memory": memory,
        "bytes": raw.raw_bytes,
        "count": how.samples,
        "dtype": "TKD_INT16",
        "scale": 1 / 32768,
        "passes": raw.passes,
        "steps": steps,
        "start": f"tkd_micro_frontend_start({front}, {noise});",
        "step": f"static const uint8_t order[] = {{{numbers}}};\n"
        f"    tkd_micro_frontend_step({front}, order[index], {samples}, {noise},\n"
        f"        a + WORK_OFFSET, {name}_input(a) + (uint32_t)pass * {upper}_BANDS);",
    }


def _silence(raw: RawInput) -> Any:
    import numpy as np

    return np.zeros(raw.raw_bytes, np.int8)


def _arena_bytes(memory: tuple[RawBlock, ...]) -> int:
    return _aligned(memory[-1].offset + memory[-1].bytes)


def _aligned(size: int) -> int:
    return -(-size // ALIGN) * ALIGN
