"""Kernels and generated models under other compilers: clang in C99, g++ as C++17, every warning an error."""

import subprocess
from pathlib import Path

import pytest

from tests.conformance.cases import CASES
from tests.conformance.cases.registry import merged
from tests.conformance.choose import Seeded
from tests.conformance.machine import INCLUDES, STRICT
from tinykd.compiler.codegen.render import render
from tinykd.compiler.compile import compile_graph
from tinykd.compiler.core import CompileOptions
from tinykd.compiler.program import Program
from tinykd.graph.reader import read_graph
from tinykd.paths import FIRMWARE

CXX = ["-x", "c++", "-std=c++17", *(f for f in STRICT if f not in ("-std=c99", "-Wstrict-prototypes"))]


def programs() -> list[Program]:
    """Three cases of every op side by side, and models with variables."""
    cases = [CASES[op](Seeded(8, i, k)) for i, op in enumerate(CASES) for k in range(3)]
    plain = merged([c for c in cases if c.mergeable])
    models = [plain, *(c for c in cases if not c.mergeable)]
    return [
        compile_graph(read_graph(c.model()), CompileOptions(name=f"m{i}")) for i, c in enumerate(models[:4])
    ]


@pytest.mark.slow
@pytest.mark.parametrize(("compiler", "flags"), [("clang", STRICT), ("g++", CXX)], ids=["clang", "c++17"])
def test_kernels_and_models_are_clean(compiler: str, flags: list[str], tmp_path: Path) -> None:
    sources = sorted((FIRMWARE / "kernels").glob("*.c"))
    for program in programs():
        for name, text in render(program).items():
            (tmp_path / name).write_text(text)
    everything = [*map(str, sources), *sorted(map(str, tmp_path.glob("*.c")))]
    command = [compiler, *flags, *INCLUDES, f"-I{tmp_path}", "-fsyntax-only", *everything]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[:4000]
