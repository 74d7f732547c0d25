"""The way from samples to events in C, built and run on this machine and on an emulated Cortex-M4."""

import os
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.keywords.network import Trained
from benchmarks.keywords.sounds import NAMES, Int16, front_end
from tests.conformance.cores import CORTEX_M4
from tests.conformance.machine import HOST, INCLUDES, RUN, Machine
from tinykd.compiler.codegen.render import render
from tinykd.compiler.compile import compile_graph
from tinykd.compiler.core import CompileOptions, Core
from tinykd.compiler.program import Program
from tinykd.data.features.frontend import AudioFrontend
from tinykd.events.rules import EventRules
from tinykd.firmware_project import model_sources
from tinykd.firmware_project.events import event_files
from tinykd.firmware_project.features import feature_files, feature_sources
from tinykd.graph.reader import read_graph
from tinykd.paths import FIRMWARE

MACHINES = {"host": HOST, "cortex-m4": CORTEX_M4}
SECONDS = 3600
_FLAGS = ("-std=gnu99", "-Wall", "-Wextra", "-Werror")


@dataclass(frozen=True, eq=False)
class Heard:
    """One entry for each hop."""

    outputs: NDArray[np.int8]  # (hops, classes)
    averages: NDArray[np.int8]  # (hops, classes)
    fired: NDArray[np.int16]  # (hops,) class, -1: none


def step_program(model: bytes, hop_rows: int, core: Core) -> Program:
    """The step function ``words_stream``."""
    return compile_graph(
        read_graph(model), CompileOptions("words_stream", core, avr=False, hop_rows=hop_rows)
    )


def audio_front(trained: Trained) -> AudioFrontend:
    """What is done to samples before the model."""
    return AudioFrontend(front_end(), "time", trained.mean, trained.deviation)


def build(trained: Trained, rules: EventRules, hop_rows: int, machine: str, folder: Path) -> None:
    """The binary ``folder/run``."""
    target = MACHINES[machine]
    program, front = step_program(trained.model, hop_rows, target.core), audio_front(trained)
    whole = compile_graph(read_graph(trained.model), CompileOptions("words", target.core, avr=False))
    texts = {"words.h": render(whole)["words.h"]} | render(program) | event_files("words", rules)
    features = feature_files(model_sources(whole), front, {})
    texts |= {Path(path).name: text for path, text in features.items()}
    for name, text in texts.items():
        (folder / name).write_text(text)
    _compile(target, folder, [*program.kernel_files, *feature_sources(front), "events/tkd_events.c"])


def _compile(machine: Machine, folder: Path, firmware: list[str]) -> None:
    own = [folder / "words_stream.c", folder / "words_events.c", Path(__file__).with_name("stream.c")]
    sources = [
        *own,
        RUN / machine.io,
        *(FIRMWARE / path for path in sorted(set(firmware)) if path.endswith(".c")),
    ]
    where = [f"-I{folder}", f"-I{FIRMWARE / 'events'}", f"-I{FIRMWARE / 'features'}", *INCLUDES]
    flags = machine.flags if machine is not HOST else ("-O2",)
    front = front_end()
    sizes = {"FRAME_SAMPLES": front.frame, "HOP_SAMPLES": front.hop, "FFT": front.fft}
    command = [
        machine.gcc,
        *_FLAGS,
        *(f"-D{name}={size}u" for name, size in sizes.items()),
        *flags,
        *where,
        *map(str, sources),
        *machine.link,
        "-o",
        str(folder / "run"),
    ]
    subprocess.run(command, check=True)


def hear(folder: Path, machine: str, samples: Int16, hop_rows: int) -> Heard:
    """What ``folder/run`` makes of a recording, from its first hop to its last whole one."""
    front, target = front_end(), MACHINES[machine]
    ahead = front.frame - front.hop
    hops = (len(samples) - ahead) // (hop_rows * front.hop)
    used = samples[: ahead + hops * hop_rows * front.hop]
    (folder / "in").write_bytes(struct.pack("<I", hops) + used.astype("<i2").tobytes())
    command = [*target.run, str(folder / "run")]
    subprocess.run(command, cwd=folder, check=True, timeout=SECONDS, env=dict(os.environ))
    return _read((folder / "out").read_bytes(), hops)


def _read(raw: bytes, hops: int) -> Heard:
    classes = len(NAMES)
    rows = np.frombuffer(raw, np.int8).reshape(hops, 2 * classes + 2)
    fired = np.ascontiguousarray(rows[:, 2 * classes :]).view("<i2")[:, 0]
    return Heard(rows[:, :classes], rows[:, classes : 2 * classes], fired.astype(np.int16))
