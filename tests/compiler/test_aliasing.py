"""The arena holds several types, one after the other: compilers that make the most of that change nothing."""

import subprocess
from pathlib import Path

import numpy as np
import pytest

from tests.compiler import host
from tests.compiler.models import separable_net
from tests.conformance.cases import CASES
from tests.conformance.cases.registry import merged
from tests.conformance.choose import Seeded
from tinykd.compiler.compile import compile_graph
from tinykd.compiler.core import CompileOptions
from tinykd.graph.reader import read_graph
from tinykd.paths import FIRMWARE

KERNELS = FIRMWARE / "kernels"
PLAIN = ["-O0", "-fno-strict-aliasing"]
INLINED = ["-O3", "-flto", "-fstrict-aliasing"]


@pytest.mark.slow
def test_no_kernel_looks_at_memory_in_another_type(tmp_path: Path) -> None:
    folders = [p for p in (KERNELS, *KERNELS.iterdir()) if p.is_dir() and p.name not in ("mve", "esp_nn")]
    includes = [f"-I{folder}" for folder in (FIRMWARE / "include", *folders)]
    sources = [str(source) for folder in folders for source in sorted(folder.glob("*.c"))]
    flags = ["-std=c99", "-O3", "-fstrict-aliasing", "-Wstrict-aliasing=2", "-Wall", "-Wextra", "-Werror"]
    done = subprocess.run(
        ["gcc", *flags, *includes, "-c", *sources], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[:2000]


OPS = (
    "CONV_2D", "CONV_2D/int16", "BATCH_MATMUL/int16", "SVDF", "UNIDIRECTIONAL_SEQUENCE_LSTM",
    "CUSTOM SignalRfft", "CUSTOM SignalStacker", "QUANTIZE/int16",
)  # fmt: skip


def several_types() -> bytes:
    """Ops of int8, int16 and int32, with states and scratch, side by side in one arena."""
    return merged([CASES[op](Seeded(3)) for op in OPS]).model()


@pytest.mark.slow
@pytest.mark.parametrize("model", [separable_net, several_types], ids=lambda f: f.__name__)
def test_inlined_layers_compute_the_same(model, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    graph = read_graph(model())
    program = compile_graph(graph, CompileOptions("m"))
    inputs = np.frombuffer(
        np.random.default_rng(1).bytes(3 * sum(t.bytes for t in graph.main.inputs)), np.int8
    )
    answers = []
    for name, flags in (("plain", PLAIN), ("inlined", INLINED)):
        (tmp_path / name).mkdir()
        answers.append(host.run(host.build(program, tmp_path / name, flags=flags), inputs))
    assert answers[0] == answers[1] != b""
