"""Libraries in folders, built and run as a user does."""

import subprocess
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.compiler.models import dense_net, residual_net, separable_net
from tinykd.compiler.codegen.library import library_files
from tinykd.compiler.compile import compile_graph
from tinykd.compiler.core import CompileOptions, Core
from tinykd.compiler.program import Program
from tinykd.files import write_tree
from tinykd.graph.reader import read_graph

MODELS = {"residual": residual_net(), "separable": separable_net(), "dense": dense_net()}
# What every C file of ours is held to; -Wstrict-prototypes is of C only.
STRICT = "-Wall -Wextra -Wpedantic -Werror -Wshadow -Wconversion -Wdouble-promotion -Wvla -Wcast-align"
STRICT_C = f"{STRICT} -Wstrict-prototypes -Wmissing-prototypes"
PORTABLE = [Core.GENERIC, Core.CORTEX_M0, Core.CORTEX_M4]


def program(model: str, name: str | None = None, core: Core = Core.GENERIC) -> Program:
    return compile_graph(read_graph(MODELS[model]), CompileOptions(name or model, core))


def written(compiled: Program, parent: Path) -> Path:
    """The library's folder, named like the model."""
    folder = parent / compiled.name
    write_tree(folder, library_files(compiled))
    return folder


def run(*command: str | Path, cwd: Path | None = None) -> str:
    """Standard output; the command succeeds."""
    done = call(*command, cwd=cwd)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def call(*command: str | Path, cwd: Path | None = None) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [str(c) for c in command],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=300,
        stdin=subprocess.DEVNULL,
    )


def zeros(compiled: Program) -> list[NDArray[np.int8]]:
    """Real zeros as the inputs want them."""
    return [np.full(p.tensor.shape, p.tensor.zero_point, np.int8) for p in compiled.inputs]


def pattern(compiled: Program, factor: int) -> NDArray[np.int8]:
    """Input bytes i * factor, as the C programs of these tests write them."""
    return (np.arange(compiled.inputs[0].location.bytes) * factor).astype(np.int8)
