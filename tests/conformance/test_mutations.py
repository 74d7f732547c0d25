"""Damaged models: refused in one line, or compiled to C that is clean under sanitizers and equals TFLM.

The seeds are small models of every op, so a flipped byte often leaves a model that still makes some sense.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from tests.conformance.builder import Tensor
from tests.conformance.cases import CASES
from tests.conformance.choose import Seeded, samples
from tests.conformance.machine import HOST, build, execute
from tests.conformance.tflm import Sample, Tflm, TflmError
from tinykd.compiler.compile import compile_graph
from tinykd.compiler.core import CompileOptions
from tinykd.compiler.program import Program
from tinykd.errors import ModelError
from tinykd.graph import ir
from tinykd.graph.reader import read_graph

SAMPLES = 2
MAX_ARENA = 1 << 20


def mutants(seed: int) -> Iterator[bytes]:
    """Models with one to three bytes changed, without end."""
    rng = np.random.default_rng(seed)
    originals = [CASES[op](Seeded(seed, i)).model() for i, op in enumerate(CASES)]
    while True:
        for original in originals:
            model = bytearray(original)
            for _ in range(int(rng.integers(1, 4))):
                at = int(rng.integers(0, len(model)))
                flipped = model[at] ^ (1 << int(rng.integers(0, 8)))
                model[at] = int(rng.choice([int(rng.integers(0, 256)), flipped, 0, 1, 127, 255]))
            yield bytes(model)


def compiled(model: bytes, name: str) -> Program | None:
    try:
        return compile_graph(read_graph(model), CompileOptions(name=name))
    except ModelError as error:
        assert "\n" not in str(error)
        return None


@pytest.mark.parametrize("count", [1500, pytest.param(20_000, marks=pytest.mark.slow)])
def test_a_damaged_model_is_refused_or_compiled(count: int) -> None:
    outcomes = [compiled(m, "m") is not None for m, _ in zip(mutants(count), range(count), strict=False)]
    assert 0.05 < np.mean(outcomes) < 0.5


@dataclass(frozen=True, eq=False)
class Survivor:
    """A damaged model that both runtimes take."""

    program: Program
    samples: list[Sample]
    expected: bytes

    def packed(self) -> bytes:
        return struct.pack("<I", SAMPLES) + b"".join(x.tobytes() for s in self.samples for x in s)


def is_comparable(program: Program) -> bool:
    """What TFLM does where a drawn divisor stands for 0 is not defined; with reals at its ends, a program has
    other ones."""
    ends = (*program.ends.inputs, *program.ends.outputs)
    divides = any(step.layer.op == "DIV" for step in program.steps)
    return not divides and not any(end.is_converted for end in ends)


def survivors(tflm: Tflm, count: int, seed: int) -> Iterator[Survivor]:
    found = 0
    for model in mutants(seed):
        program = compiled(model, f"m{found}")
        if program is None or program.arena_bytes > MAX_ARENA or not is_comparable(program):
            continue
        drawn = samples([_drawable(p.tensor) for p in program.inputs], SAMPLES, found)
        try:
            outputs = tflm.run(model, drawn)
        except TflmError:
            continue
        yield Survivor(program, drawn, b"".join(y.tobytes() for s in outputs for y in s))
        found += 1
        if found == count:
            return


def _drawable(tensor: ir.Tensor) -> Tensor:
    return Tensor("x", tensor.shape, tensor.dtype.value, scale=1.0, zero_point=tensor.zero_point)


@pytest.mark.slow
def test_what_survives_damage_equals_tflm(tflm: Tflm, tmp_path: Path) -> None:
    found = list(survivors(tflm, 120, seed=9))
    build([s.program for s in found], tmp_path, HOST)
    raw, at = execute(tmp_path, HOST, b"".join(s.packed() for s in found)), 0
    for survivor in found:
        end = at + len(survivor.expected)
        assert raw[at:end] == survivor.expected, [s.layer.op for s in survivor.program.steps]
        at = end
