"""Front ends in C, built and run on the machines of the conformance tests: every byte of every step."""

import struct
import subprocess
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.conformance.machine import HOST, INCLUDES, RUN, STRICT, Machine, execute
from tinykd.compiler.ctext import c_float
from tinykd.firmware_project import ModelSources
from tinykd.firmware_project.features import feature_files, raw_sources
from tinykd.firmware_project.raw import raw_files
from tinykd.front.raw_input import RawInput
from tinykd.paths import FIRMWARE

_HEADER = """\
#pragma once
#include "tkd_model.h"
#include "tkd_quantize.h"
#define FRONT_MODEL 0x00000000u
#define FRONT_ARENA_BYTES {bytes}u
#define FRONT_INPUT_BYTES {bytes}u
#define FRONT_INPUT_SCALE {scale}
#define FRONT_INPUT_ZERO_POINT ({zero_point})
#define FRONT_OUTPUT_BYTES 0u
#define FRONT_OUTPUT_ELEMENTS 0u
#define FRONT_OUTPUT_SCALE 1.0f
#define FRONT_OUTPUT_ZERO_POINT 0
extern const tkd_model front_model;
static inline int8_t front_quantize(float real) {{ return tkd_quantize(real, {scale}, {zero_point}); }}
"""


def build(raw: RawInput, folder: Path, machine: Machine = HOST, placed: bool = False) -> None:
    """The binary ``folder/run``; ``placed``: its model has its input where it wants, as TFLM does."""
    size = raw.layers(np.zeros(raw.raw_bytes, np.int8))[-1].data.nbytes
    quantization = (raw.scale, raw.zero_point)
    model = ModelSources("front", {}, (), size, 0, "0" * 64, input_quantization=quantization)
    facts = {"bytes": size, "scale": c_float(raw.scale), "zero_point": raw.zero_point}
    texts = {"front.h": _HEADER.format(**facts)} | raw_files(model, raw)
    texts |= {
        Path(path).name: text
        for path, text in feature_files(model, raw.frontend, {"input": {"shape": list(raw.shape)}}).items()
    }
    for name, text in texts.items():
        (folder / name).write_text(text)
    firmware = [FIRMWARE / path for path in raw_sources(raw.frontend) if path.endswith(".c")]
    sources = [*firmware, FIRMWARE / "front/tkd_front.c", folder / "front_raw.c"]
    sources += [Path(__file__).with_name("run.c"), RUN / machine.io]
    where = [f"-I{folder}", f"-I{FIRMWARE / 'front'}", f"-I{FIRMWARE / 'features'}", *INCLUDES]
    strict = STRICT if machine is HOST or machine.emulator else ["-std=gnu99", "-Wall", "-Werror"]
    command = [
        machine.gcc,
        *machine.flags,
        *strict,
        *where,
        *(["-DPLACED"] if placed else []),
        *map(str, sources),
        *machine.link,
    ]
    done = subprocess.run([*command, "-o", str(folder / "run")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[:4000]


def check(raw: RawInput, rows: NDArray[np.int8], folder: Path, machine: Machine = HOST) -> None:
    """Hold every step of (n, raw_bytes) against the host's."""
    given = execute(folder, machine, struct.pack("<I", len(rows)) + rows.tobytes())
    at = 0
    for number, row in enumerate(rows):
        for layer in raw.layers(row):
            wanted = np.ascontiguousarray(layer.data).tobytes()
            found = given[at : at + len(wanted)]
            assert found == wanted, f"sample {number}, {layer.name}: {_where(found, wanted, layer.data)}"
            at += len(wanted)
    assert at == len(given)


def _where(found: bytes, wanted: bytes, data: NDArray[np.generic]) -> str:
    if len(found) < len(wanted):
        return f"{len(found)} of {len(wanted)} bytes"
    theirs = np.frombuffer(found, data.dtype)
    ours = np.frombuffer(wanted, data.dtype)
    wrong = np.flatnonzero(theirs != ours)
    return f"{len(wrong)} of {len(ours)} differ, first {wrong[:1]}: {theirs[wrong[:3]]} for {ours[wrong[:3]]}"
