"""Compiles a program with the host's C compiler, sanitizers on, and runs it on inputs from stdin."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests import objects
from tests.compiler import structs
from tinykd.compiler.codegen.render import render
from tinykd.compiler.program import Program
from tinykd.paths import FIRMWARE

WARNINGS = [
    "-Wall",
    "-Wextra",
    "-Wpedantic",
    "-Werror",
    "-Wshadow",
    "-Wconversion",
    "-Wdouble-promotion",
    "-Wstrict-prototypes",
    "-Wvla",
]
SANITIZE = ["-g", "-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
GUARD = 64  # canary bytes on both sides of the arena

MAIN = r"""
#include <stdio.h>
#include <stdlib.h>
#include "NAME.h"
#define GUARD 64u
static _Alignas(16) uint8_t memory[NAME_ARENA_BYTES + 2 * GUARD];
static int guarded(void) {
    for (size_t i = 0; i < GUARD; i++) {
        if (memory[i] != 0xA5 || memory[GUARD + NAME_ARENA_BYTES + i] != 0xA5) { return 0; }
    }
    return 1;
}
int main(int argc, char **argv) {
    const tkd_model *m = &NAME_model;
    uint8_t *arena = memory + GUARD;
    const int stepwise = argc > 1 && argv[1][0] == 's';
    memset(memory, 0xA5, sizeof memory);
    if (m->reset(arena) != TKD_OK) { return 2; }
    for (;;) {
        for (size_t i = 0; i < m->inputs_count; i++) {
            if (fread(arena + m->inputs[i].offset, 1, m->inputs[i].bytes, stdin) != m->inputs[i].bytes) {
            return 0; }
        }
        if (stepwise) {
            for (uint16_t l = 0; l < m->layers_count; l++) { if (m->step(arena, l) != TKD_OK) { return 3; }
            }
        } else if (m->invoke(arena) != TKD_OK) { return 4; }
        for (size_t i = 0; i < m->outputs_count; i++) {
            fwrite(arena + m->outputs[i].offset, 1, m->outputs[i].bytes, stdout);
        }
        if (!guarded()) { return 5; }
    }
}
"""


def write_sources(program: Program, folder: Path) -> list[Path]:
    """The generated files and a main in ``folder``; returns every C file to compile."""
    for name, text in render(program).items():
        (folder / name).write_text(text)
    main = MAIN.replace("NAME_model", f"{program.name}_model").replace("NAME.h", f"{program.name}.h")
    (folder / "main.c").write_text("#include <string.h>\n" + main.replace("NAME", program.name.upper()))
    kernels = [FIRMWARE / f for f in program.kernel_files if f.endswith(".c")]
    return [folder / f"{program.name}.c", *kernels]


def build(program: Program, folder: Path, compiler: str = "gcc", flags: Sequence[str] = SANITIZE) -> Path:
    """A host executable that reads inputs on stdin and writes outputs on stdout."""
    structs.check(program)
    sources = write_sources(program, folder)
    binary = folder / "run"
    includes = [f"-I{d}" for d in include_folders(program)]
    command = [compiler, "-std=c99", *WARNINGS, *flags, *includes, f"-I{folder}"]
    main = [compiler, "-std=c11", *flags, *includes, "-I.", "-c", "main.c", "-o", "main.o"]
    subprocess.run(main, cwd=folder, check=True, capture_output=True, text=True)
    done = objects.build(command, sources, binary, [str(folder / "main.o"), "-lm"])
    assert done.returncode == 0, done.stderr
    return binary


def include_folders(program: Program) -> list[Path]:
    return [FIRMWARE / "include", *sorted({(FIRMWARE / f).parent for f in program.kernel_files})]


def run(binary: Path, inputs: NDArray[np.int8], stepwise: bool = False) -> bytes:
    """Raw outputs for the samples in ``inputs`` (any shape; its bytes are fed as they are)."""
    arguments = ["step"] if stepwise else []
    done = subprocess.run([str(binary), *arguments], input=inputs.tobytes(), capture_output=True)
    assert done.returncode == 0, f"{done.returncode}: {done.stderr.decode()}"
    return done.stdout
