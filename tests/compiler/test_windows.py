"""A project's samples are whole windows: what one leaves in an LSTM's state is not there for the next."""

from pathlib import Path

import numpy as np
import pytest

from tests.compiler import host
from tests.conformance.builder import build
from tests.conformance.cases.recurrent import lstm
from tests.conformance.choose import Seeded
from tinykd.compiler.compile import compile_graph
from tinykd.compiler.core import CompileOptions
from tinykd.graph.reader import read_graph


@pytest.mark.parametrize("windows", [True, False])
def test_state_is_kept_between_samples_unless_they_are_windows(tmp_path: Path, windows: bool) -> None:
    graph = read_graph(build(lstm(Seeded(3), "UNIDIRECTIONAL_SEQUENCE_LSTM").ops))
    program = compile_graph(graph, CompileOptions(name="m", windows=windows))
    sample = np.random.default_rng(0).integers(-128, 128, graph.main.inputs[0].bytes).astype(np.int8)
    found = host.run(host.build(program, tmp_path), np.stack([sample, sample]))
    first, second = found[: len(found) // 2], found[len(found) // 2 :]
    assert (first == second) == windows
