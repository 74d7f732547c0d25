"""Models through the compiler and gcc, run under sanitizers, compared with TFLM byte for byte.

Kernels are compiled once per machine and content; cases are merged into models of a few, and models into one
binary, so a hundred cases take seconds::

    differences = compare([Labelled("SUB 0", case), ...], Tflm())
"""

import struct
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.conformance.builder import Tensor
from tests.conformance.cases.registry import Case, merged
from tests.conformance.choose import samples
from tests.conformance.machine import HOST, Machine, build, execute
from tests.conformance.tflm import Tflm
from tinykd.compiler.compile import compile_graph
from tinykd.compiler.core import CompileOptions
from tinykd.compiler.program import Program
from tinykd.graph.reader import read_graph

SAMPLES = 4
GROUP = 8  # cases a model

Outputs = list[list[NDArray[Any]]]  # [sample][output]
Draw = Callable[[Sequence[Tensor], int, int], list[list[NDArray[Any]]]]  # inputs, count, seed -> samples


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


@dataclass(frozen=True)
class Difference:
    """What one case showed."""

    label: str
    total: int  # bytes compared
    differing: int  # bytes
    first: str = field(default="", compare=False)  # where the first one is


def compare(
    members: Sequence[Labelled],
    tflm: Tflm,
    machine: Machine = HOST,
    group: int = GROUP,
    seed: int = 0,
    draw: Draw = samples,
) -> list[Difference]:
    """Every case on both runtimes, in the order given; ``group`` cases share a model."""
    jobs = [_job(m, seed + i, draw) for i, m in enumerate(_groups(members, group))]
    expected = [tflm.run(j.model, j.samples) for j in jobs]
    found: dict[str, Difference] = {}
    for j, want, got in zip(jobs, expected, run_static(jobs, machine), strict=True):
        found |= {d.label: d for d in _differences(j, want, got)}
    return [found[m.label] for m in members]


def _groups(members: Sequence[Labelled], size: int) -> list[list[Labelled]]:
    alone = [[m] for m in members if not m.case.mergeable]
    together = [m for m in members if m.case.mergeable]
    return alone + [together[i : i + size] for i in range(0, len(together), size)]


def _job(members: list[Labelled], seed: int, draw: Draw = samples) -> Job:
    case = merged([m.case for m in members])
    drawn = draw(case.graph_inputs(), SAMPLES, seed)
    for sample in drawn:
        for k, tensor in enumerate(case.graph_inputs()):
            if tensor in case.input_ranges:
                sample[k] = np.clip(sample[k], *case.input_ranges[tensor])
    return Job(members, case.model(), drawn, case.graph_outputs())


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


def compiled(j: Job, name: str, machine: Machine) -> Program:
    return compile_graph(read_graph(j.model), CompileOptions(name=name, core=machine.core, io="float"))


def run_static(jobs: Sequence[Job], machine: Machine) -> list[Outputs]:
    """The outputs of the compiled C."""
    programs = [compiled(j, f"m{i}", machine) for i, j in enumerate(jobs)]
    with tempfile.TemporaryDirectory() as folder:
        build(programs, Path(folder), machine)
        raw = execute(Path(folder), machine, b"".join(_packed(j) for j in jobs))
    return _split(raw, jobs)


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
