"""Models through the compiler and gcc, run under sanitizers, compared with TFLM byte for byte.

Kernels are compiled once per machine and content; cases are merged into models of a few, and models into one
binary, so a hundred cases take seconds::

    differences = compare([Labelled("SUB 0", case), ...], Tflm())
"""

import hashlib
import os
import struct
import subprocess
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.conformance.builder import Tensor
from tests.conformance.cases.registry import Case, merged
from tests.conformance.choose import samples
from tests.conformance.tflm import Tflm
from tinykd.compiler.compile import compile_graph
from tinykd.compiler.core import CompileOptions, Core
from tinykd.compiler.program import Program
from tinykd.compiler.render import render
from tinykd.graph.reader import read_graph
from tinykd.paths import FIRMWARE

RUNNER = Path(__file__).with_name("runner.c")
STRICT = (
    "-std=c99 -Wall -Wextra -Wpedantic -Werror -Wshadow -Wconversion -Wdouble-promotion "
    "-Wstrict-prototypes -Wvla"
)
SANITIZE = "-O1 -g0 -fsanitize=address,undefined -fno-sanitize-recover=all"
FLAGS = (*STRICT.split(), *SANITIZE.split(), f"-I{FIRMWARE / 'include'}", f"-I{FIRMWARE / 'kernels'}")
SAMPLES = 4
GROUP = 8  # cases a model
JOBS = 2  # compilers at a time

Outputs = list[list[NDArray[Any]]]  # [sample][output]


@dataclass(frozen=True, eq=False)
class Labelled:
    """A case under the name that a report gives it."""

    label: str
    case: Case


@dataclass(frozen=True, eq=False)
class Job:
    """One model made of ``members``, and its samples."""

    members: list[Labelled]
    model: bytes
    samples: list[list[NDArray[Any]]]
    outputs: list[Tensor]
    core: Core


@dataclass(frozen=True)
class Difference:
    """What one case showed."""

    label: str
    total: int  # bytes compared
    differing: int  # bytes
    first: str = field(default="", compare=False)  # where the first one is


def compare(
    members: Sequence[Labelled], tflm: Tflm, core: Core = Core.GENERIC, group: int = GROUP, seed: int = 0
) -> list[Difference]:
    """Every case on both runtimes, in the order given; ``group`` cases share a model."""
    jobs = [_job(m, core, seed + i) for i, m in enumerate(_groups(members, group))]
    expected = [tflm.run(j.model, j.samples) for j in jobs]
    found: dict[str, Difference] = {}
    for j, want, got in zip(jobs, expected, run_static(jobs), strict=True):
        found |= {d.label: d for d in _differences(j, want, got)}
    return [found[m.label] for m in members]


def _groups(members: Sequence[Labelled], size: int) -> list[list[Labelled]]:
    alone = [[m] for m in members if not m.case.mergeable]
    together = [m for m in members if m.case.mergeable]
    return alone + [together[i : i + size] for i in range(0, len(together), size)]


def _job(members: list[Labelled], core: Core, seed: int) -> Job:
    case = merged([m.case for m in members])
    drawn = samples(case.graph_inputs(), SAMPLES, seed)
    for sample in drawn:
        for k, tensor in enumerate(case.graph_inputs()):
            if tensor in case.input_ranges:
                sample[k] = np.clip(sample[k], *case.input_ranges[tensor])
    return Job(members, case.model(), drawn, case.graph_outputs(), core)


def _differences(j: Job, want: Outputs, got: Outputs) -> list[Difference]:
    found, at = [], 0
    for member in j.members:
        count = len(member.case.graph_outputs())
        span = slice(at, at + count)
        found.append(_difference(member.label, [s[span] for s in want], [s[span] for s in got]))
        at += count
    return found


def _difference(label: str, want: Outputs, got: Outputs) -> Difference:
    total = differing = 0
    first = ""
    for s, (a, b) in enumerate(zip(want, got, strict=True)):
        for k, (x, y) in enumerate(zip(a, b, strict=True)):
            raw_x, raw_y = (np.frombuffer(v.tobytes(), np.uint8) for v in (x, y))
            wrong = np.flatnonzero(raw_x != raw_y)
            total, differing = total + raw_x.size, differing + wrong.size
            if wrong.size and not first:
                at = int(wrong[0]) // x.itemsize
                first = f"sample {s} output {k} element {at}: TFLM {x.reshape(-1)[at]}, C {y.reshape(-1)[at]}"
    return Difference(label, total, differing, first)


def compiled(j: Job, name: str) -> Program:
    return compile_graph(read_graph(j.model), CompileOptions(name=name, core=j.core))


def run_static(jobs: Sequence[Job]) -> list[Outputs]:
    """The outputs of the compiled C."""
    programs = [compiled(j, f"m{i}") for i, j in enumerate(jobs)]
    with tempfile.TemporaryDirectory() as folder:
        binary = build(programs, Path(folder))
        raw = _execute(binary, jobs, Path(folder))
    return _split(raw, jobs)


def build(programs: Sequence[Program], folder: Path) -> Path:
    """One binary of all ``programs``."""
    sources = [RUNNER, _write(folder / "models.c", _table([p.name for p in programs]))]
    for program in programs:
        for path, text in render(program).items():
            written = _write(folder / path, text)
            if written.suffix == ".c":
                sources.append(written)
    kernels = sorted({f for p in programs for f in p.kernel_files if f.endswith(".c")})
    objects = _parallel([lambda s=s: _compile(s, folder) for s in sources])
    objects += _parallel([lambda k=k: _kernel(FIRMWARE / k) for k in kernels])
    binary = folder / "run"
    _gcc([*map(str, objects), "-o", str(binary)])
    return binary


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def _table(names: list[str]) -> str:
    externs = "\n".join(f"extern const tkd_model {n}_model;" for n in names)
    entries = ", ".join(f"&{n}_model" for n in names)
    return (
        f'#include "tkd_model.h"\nextern const tkd_model *const conformance_models[];\n'
        f"extern const unsigned conformance_count;\n{externs}\n"
        f"const tkd_model *const conformance_models[] = {{{entries}}};\n"
        f"const unsigned conformance_count = {len(names)};\n"
    )


def _parallel(tasks: list[Any]) -> list[Path]:
    with ThreadPoolExecutor(JOBS) as pool:
        return [f.result() for f in [pool.submit(t) for t in tasks]]


def _compile(source: Path, folder: Path) -> Path:
    output = folder / f"{source.stem}.o"
    _gcc([f"-I{folder}", "-c", str(source), "-o", str(output)])
    return output


def _kernel(source: Path) -> Path:
    """The object of a kernel, kept on this machine under the hash of all that it is made from."""
    headers = sorted([*(FIRMWARE / "kernels").rglob("*.h"), *(FIRMWARE / "include").glob("*.h")])
    made_from = b"".join(p.read_bytes() for p in (source, *headers)) + " ".join(FLAGS).encode()
    output = _cache() / f"{source.stem}-{hashlib.sha256(made_from).hexdigest()[:24]}.o"
    if not output.is_file():
        partial = output.with_suffix(f".{os.getpid()}.tmp")
        _gcc(["-c", str(source), "-o", str(partial)])
        partial.replace(output)
    return output


def _cache() -> Path:
    folder = Path(tempfile.gettempdir()) / f"tinykd-conformance-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _gcc(arguments: list[str]) -> None:
    done = subprocess.run(["gcc", *FLAGS, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[:4000]


def _execute(binary: Path, jobs: Sequence[Job], folder: Path) -> bytes:
    (folder / "in").write_bytes(b"".join(_packed(j) for j in jobs))
    environment = {**os.environ, "ASAN_OPTIONS": "detect_leaks=0:abort_on_error=0"}
    done = subprocess.run(
        [str(binary), str(folder / "in"), str(folder / "out")],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env=environment,
    )
    assert done.returncode == 0, done.stderr[:4000]
    return (folder / "out").read_bytes()


def _packed(j: Job) -> bytes:
    return struct.pack("<I", len(j.samples)) + b"".join(x.tobytes() for s in j.samples for x in s)


def _split(raw: bytes, jobs: Sequence[Job]) -> list[Outputs]:
    at, found = 0, []
    for j in jobs:
        per_sample = []
        for _ in j.samples:
            arrays = []
            for t in j.outputs:
                dtype = np.dtype(t.dtype)
                count = int(np.prod(t.shape))
                arrays.append(np.frombuffer(raw, dtype, count, at).reshape(t.shape))
                at += count * dtype.itemsize
            per_sample.append(arrays)
        found.append(per_sample)
    assert at == len(raw), f"{len(raw) - at} bytes left over"
    return found
