"""One TFLM worker for all tests of a module, and a way to compare a program with it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.compiler import host
from tests.conformance.tflm import Tflm
from tinykd.compiler.compile import compile_graph
from tinykd.compiler.core import CompileOptions
from tinykd.compiler.program import Program
from tinykd.graph.reader import read_graph

Compare = Callable[..., Program]


@pytest.fixture(scope="module")
def tflm() -> Iterator[Tflm]:
    worker = Tflm()
    yield worker
    worker.close()


@pytest.fixture
def same_as_tflm(tflm: Tflm, tmp_path: Path) -> Compare:
    """compile(model) on the host under sanitizers, with canaries around the arena: every byte is TFLM's."""

    def compare(model: bytes, samples: int = 5, seed: int = 0, saturate: bool = True) -> Program:
        graph = read_graph(model)
        program = compile_graph(graph, CompileOptions("m"))
        random = np.random.default_rng(seed)
        inputs = [
            [random.integers(-128, 128, t.shape, dtype=np.int8) for t in graph.main.inputs]
            for _ in range(samples)
        ]
        if saturate:
            inputs += [[np.full(t.shape, v, np.int8) for t in graph.main.inputs] for v in (-128, 127)]
        expected = b"".join(o.tobytes() for outputs in tflm.run(model, inputs) for o in outputs)
        flat = np.concatenate([x.reshape(-1) for sample in inputs for x in sample])
        binary = host.build(program, tmp_path)
        assert host.run(binary, flat) == expected
        assert host.run(binary, flat, stepwise=True) == expected
        return program

    return compare
