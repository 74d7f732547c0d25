"""Several models in one program: two different ones, and one of them twice under two names.

Linked from archives (make) and as targets (CMake). Kernels that they share are in the program once; models
made by different versions of tinykd are refused, since their kernels have the same names.
"""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.library.conftest import Answer
from tests.library.libraries import STRICT_C, call, pattern, program, run, written
from tinykd.compiler.codegen import library

pytestmark = pytest.mark.slow  # compilers and emulators at work

MAIN = r"""
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include "first.h"
#include "second.h"
#include "twin.h"

#define ARENA(name, bytes) static _Alignas(16) uint8_t name[bytes]
ARENA(a, FIRST_ARENA_BYTES);
ARENA(b, SECOND_ARENA_BYTES);
ARENA(c, TWIN_ARENA_BYTES);
ARENA(d, FIRST_ARENA_BYTES);

static void fill(int8_t *input, unsigned bytes, int factor) {
    for (unsigned i = 0; i < bytes; i++) { input[i] = (int8_t)((int)i * factor); }
}

static void *again(void *arena) {
    static _Alignas(16) uint8_t own[FIRST_ARENA_BYTES]; /* of this thread only */
    for (int i = 0; i < 200; i++) {
        fill(first_input(own), FIRST_INPUT_BYTES, 3);
        first_invoke(own);
        if (i > 0 && memcmp(first_output(own), first_output(arena), FIRST_OUTPUT_BYTES)) { return arena; }
        memcpy(first_output(arena), first_output(own), FIRST_OUTPUT_BYTES);
    }
    return NULL;
}

int main(void) {
    pthread_t thread;
    void *differs = NULL;
    int failed = 0;
    fill(first_input(a), FIRST_INPUT_BYTES, 7);
    fill(twin_input(c), TWIN_INPUT_BYTES, 3);
    /* Layer by layer in turns, each in its own arena; the whole of another model in between. */
    for (uint16_t i = 0; i < first_model.layers_count; i++) {
        failed |= first_model.step(a, i);
        failed |= twin_model.step(c, i);
        if (i % 2) { fill(second_input(b), SECOND_INPUT_BYTES, 5); failed |= second_invoke(b); }
    }
    fwrite(first_output(a), 1, FIRST_OUTPUT_BYTES, stdout);
    fwrite(twin_output(c), 1, TWIN_OUTPUT_BYTES, stdout);
    fwrite(second_output(b), 1, SECOND_OUTPUT_BYTES, stdout);
    /* Two threads on one model in two arenas. */
    failed |= pthread_create(&thread, NULL, again, d);
    for (int i = 0; i < 200; i++) {
        uint8_t before[FIRST_OUTPUT_BYTES];
        memcpy(before, first_output(a), sizeof before);
        fill(first_input(a), FIRST_INPUT_BYTES, 7);
        failed |= first_invoke(a) || memcmp(before, first_output(a), sizeof before);
    }
    failed |= pthread_join(thread, &differs);
    fwrite(first_output(d), 1, FIRST_OUTPUT_BYTES, stdout);
    return failed || differs != NULL;
}
"""
CMAKE = """cmake_minimum_required(VERSION 3.13)
project(several C)
find_package(Threads REQUIRED)
add_subdirectory(first)
add_subdirectory(second)
add_subdirectory(twin)
add_executable(several main.c)
set_target_properties(several PROPERTIES C_STANDARD 11)
target_link_libraries(several PRIVATE tinykd::second tinykd::first tinykd::twin Threads::Threads)
"""
NAMES: Mapping[str, str] = {"first": "residual", "second": "dense", "twin": "residual"}


@pytest.fixture
def three(tmp_path: Path) -> Path:
    """A folder with three libraries and a program that uses them all."""
    for name, model in NAMES.items():
        written(program(model, name), tmp_path)
    (tmp_path / "main.c").write_text(MAIN)
    (tmp_path / "CMakeLists.txt").write_text(CMAKE)
    return tmp_path


@pytest.fixture
def expected(tflm: Answer) -> str:
    """What TFLM answers to each input, in the order of the program's output."""
    runs = (("residual", 7), ("residual", 3), ("dense", 5), ("residual", 3))
    answers = []
    for model, factor in runs:
        compiled = program(model)
        values = pattern(compiled, factor).reshape(compiled.inputs[0].tensor.shape)
        answers.append(tflm(model, [values]))
    return b"".join(answers).decode("latin-1")


def output(binary: Path) -> str:
    import subprocess

    return subprocess.run([str(binary)], capture_output=True, check=True, timeout=60).stdout.decode("latin-1")


def kernels_in(binary: Path) -> list[str]:
    """Our functions and constants in a program, with repetitions."""
    return re.findall(r"^\w+ [TR] (tkd_\w+)$", run("nm", binary), re.MULTILINE)


def make(folder: Path, *flags: str) -> None:
    for name in NAMES:
        run("make", "-s", "-C", folder / name, *flags)


def linked(folder: Path, *flags: str) -> list[str]:
    includes = [f"-I{folder / name / 'include'}" for name in NAMES]
    paths = [f"-L{folder / name / 'build'}" for name in NAMES]
    archives = ["-lfirst", "-lsecond", "-ltwin"]
    output = ["-pthread", "-o", str(folder / "several")]
    return ["gcc", "-std=c11", *flags, *includes, str(folder / "main.c"), *paths, *archives, *output]


def test_with_make(three: Path, expected: str) -> None:
    make(three)
    run(*linked(three))
    assert output(three / "several") == expected
    names = kernels_in(three / "several")
    assert "tkd_conv_2d_s8" in names and len(names) == len(set(names))


def test_with_make_without_a_race(three: Path, expected: str) -> None:
    make(three, "CFLAGS=-O1 -g -fsanitize=thread")
    run(*linked(three, "-g", "-fsanitize=thread"))
    assert output(three / "several") == expected


def test_with_cmake(three: Path, expected: str) -> None:
    run("cmake", "-S", three, "-B", three / "b", f"-DCMAKE_C_FLAGS={STRICT_C.replace('-Werror', '')}")
    run("cmake", "--build", three / "b")
    assert output(three / "b/several") == expected
    names = kernels_in(three / "b/several")
    assert "tkd_conv_2d_s8" in names and len(names) == len(set(names))


def test_with_cmake_each_kernel_is_compiled_once(three: Path) -> None:
    """So that the libraries can be linked whole, as OBJECT libraries and plug-ins are."""
    run("cmake", "-S", three, "-B", three / "b")
    text = run("cmake", "--build", three / "b", "--verbose")
    kernels = re.findall(r"-c \S*/kernels/(\S+\.c)\n", text)
    assert kernels and len(kernels) == len(set(kernels))


def test_unused_code_is_left_out(three: Path) -> None:
    """A program that only calls invoke has neither the steps nor the tables that describe the layers."""
    make(three)
    (three / "main.c").write_text(
        '#include "first.h"\n#include "second.h"\n'
        "static _Alignas(16) uint8_t arena[FIRST_ARENA_BYTES];\n"
        "int main(void) { return (int)first_invoke(arena); }\n"
    )
    run(*linked(three, "-Wl,--gc-sections", "-ffunction-sections"))
    symbols = run("nm", three / "several")
    assert "first_invoke" in symbols
    for absent in ("step_layer", "first_model", "first_kernels", "tkd_kernels_", "second_", "twin_"):
        assert absent not in symbols, absent


@pytest.fixture
def another_version(three: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """``twin`` as another version of tinykd writes it."""
    monkeypatch.setattr(library, "revision", lambda: "0123456789ab")
    written(program(NAMES["twin"], "twin"), three)
    return three


def test_kernels_of_two_versions_do_not_link(another_version: Path) -> None:
    make(another_version)
    done = call(*linked(another_version))
    assert done.returncode != 0
    assert "multiple definition of `tkd_kernels_of_two_tinykd_versions'" in done.stderr


def test_kernels_of_two_versions_do_not_configure(another_version: Path) -> None:
    done = call("cmake", "-S", another_version, "-B", another_version / "b")
    assert done.returncode != 0
    assert "twin and first were made by different versions of tinykd." in " ".join(done.stderr.split())
