"""A program as an executable of the host, and its answers; kernels are compiled once for all models."""

import os
import subprocess
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tinykd.compiler.codegen.render import render
from tinykd.compiler.program import Program
from tinykd.paths import FIRMWARE

COMPILER = os.environ.get("CC", "cc")
FLAGS = ("-std=c99", "-O1", "-Wall", "-Wextra", "-Werror")
MAIN = Path(__file__).with_name("run.c")


class HostError(Exception):
    """The generated C does not build, or does not run to its end."""


def outputs(program: Program, samples: NDArray[np.int8], folder: Path, objects: Path) -> bytes:
    """All outputs of each of ``samples``, one after another; ``objects`` keeps compiled kernels."""
    done = subprocess.run([_built(program, folder, objects)], input=samples.tobytes(), capture_output=True)
    if done.returncode:
        raise HostError(f"the generated C ends with code {done.returncode}")
    return done.stdout


def _built(program: Program, folder: Path, objects: Path) -> Path:
    for name, text in render(program).items():
        (folder / name).write_text(text)
    kernels = [FIRMWARE / f for f in program.kernel_files if f.endswith(".c")]
    includes = [FIRMWARE / "include", *sorted({(FIRMWARE / f).parent for f in program.kernel_files}), folder]
    flags = [*FLAGS, *(f"-I{path}" for path in includes)]
    linked = [_object(kernel, flags, objects) for kernel in kernels]
    facts = (f"-DMODEL={program.name}_model", f"-DARENA_BYTES={program.arena_bytes}u")
    main = folder / "main.o"
    _compile([*flags, "-std=c11", *facts, "-c", MAIN, "-o", main])
    _compile([*flags, folder / f"{program.name}.c", main, *linked, "-o", folder / "run", "-lm"])
    return folder / "run"


def _object(source: Path, flags: list[str], objects: Path) -> Path:
    """Written whole: other processes compile the same at the same time."""
    target = objects / f"{source.stem}.o"
    if not target.exists():
        part = objects / f"{source.stem}.{os.getpid()}.o"
        _compile([*flags, "-c", source, "-o", part])
        part.replace(target)
    return target


def _compile(arguments: list[str | Path]) -> None:
    done = subprocess.run([COMPILER, *arguments], capture_output=True, text=True)
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if "error" in line] or done.stderr.splitlines()
        raise HostError(f"the generated C does not build: {lines[0] if lines else 'no reason given'}")
