"""One library: with make and with CMake, with gcc and clang, as C99 and as C++17; its example is right."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from tests.library.conftest import Answer
from tests.library.libraries import MODELS, PORTABLE, STRICT, STRICT_C, call, program, run, written, zeros
from tinykd.compiler.codegen.library import default_toolchain, library_files, revision
from tinykd.compiler.compile import compile_graph
from tinykd.compiler.core import CompileOptions, Core
from tinykd.graph.reader import read_graph

pytestmark = pytest.mark.slow  # compilers and emulators at work

ARM = [core for core in Core if default_toolchain(core).cross]


def example_bytes(output: str) -> bytes:
    """The first word of each line."""
    return np.array([int(line.split()[0]) for line in output.splitlines()], np.int8).tobytes()


@pytest.mark.parametrize("core", PORTABLE)
@pytest.mark.parametrize("model", MODELS)
def test_the_example_answers_as_tflm(model: str, core: Core, tmp_path: Path, tflm: Answer) -> None:
    compiled = program(model, core=core)
    folder = written(compiled, tmp_path)
    run("make", "-s", "example", "CFLAGS=-O1 -g -fsanitize=address,undefined", cwd=folder)
    assert example_bytes(run(folder / "build/example")) == tflm(model, zeros(compiled))


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
@pytest.mark.parametrize("model", MODELS)
def test_c99_without_a_warning(model: str, compiler: str, tmp_path: Path) -> None:
    folder = written(program(model), tmp_path)
    assert run("make", "-s", f"CC={compiler}", f"CFLAGS=-O2 {STRICT_C}", "all", "example", cwd=folder)


@pytest.mark.parametrize("compiler", ["g++", "clang++"])
@pytest.mark.parametrize("model", MODELS)
def test_cpp17_without_a_warning(model: str, compiler: str, tmp_path: Path) -> None:
    """Header, sources and example, each as C++; the library then links with the C++ program."""
    folder = written(program(model), tmp_path)
    flags = STRICT.split()
    sources = sorted(str(p) for p in folder.rglob("*.c"))
    includes = sorted({f"-I{p.parent}" for p in folder.rglob("*.h")})
    run(compiler, "-std=c++17", "-fsyntax-only", *flags, *includes, "-xc++", *sources)
    run("make", "-s", cwd=folder)
    command = [
        compiler,
        "-std=c++17",
        *flags,
        f"-I{folder}/include",
        "-xc++",
        f"{folder}/example.c",
        "-xnone",
    ]
    run(*command, f"{folder}/build/lib{model}.a", "-o", tmp_path / "program")
    assert run(tmp_path / "program") == run("make", "-s", "example", cwd=folder)


@pytest.mark.parametrize("core", ARM)
def test_the_makefile_knows_its_core(core: Core, tmp_path: Path) -> None:
    folder = written(program("residual", "m", core), tmp_path)
    run("make", "-s", f"CFLAGS=-Os {STRICT_C}", cwd=folder)
    assert "elf32-littlearm" in run("arm-none-eabi-objdump", "-f", folder / "build/libm.a")


def test_an_example_that_cannot_run_here_says_so(tmp_path: Path) -> None:
    done = call("make", "-s", "example", cwd=written(program("dense", "m", Core.CORTEX_M55), tmp_path))
    assert done.returncode != 0
    first = "These kernels run on cortex-m55 only: link example.c into a program for it."
    assert done.stderr.splitlines()[0] == first


def test_cmake_by_itself(tmp_path: Path) -> None:
    folder = written(program("separable"), tmp_path)
    run("cmake", "-S", folder, "-B", tmp_path / "b", f"-DCMAKE_C_FLAGS={STRICT_C}")
    run("cmake", "--build", tmp_path / "b")
    assert run(tmp_path / "b/example") == run("make", "-s", "example", cwd=folder)


def test_a_folder_with_a_space(tmp_path: Path) -> None:
    folder = written(program("dense"), tmp_path / "my models")
    assert run("make", "-s", "example", cwd=folder)


def test_the_folder_holds_no_more_than_it_needs() -> None:
    files = library_files(program("dense", "m"))
    assert list(files) == sorted(files)
    kernels = sorted(path for path in files if path.startswith("kernels/") and path.endswith(".c"))
    assert kernels == [
        "kernels/tkd_dot.c",
        "kernels/tkd_fully_connected_s8.c",
        "kernels/tkd_revision.c",
    ]
    assert [path for path in files if "/" not in path or path.startswith(("include", "src"))] == [
        "CMakeLists.txt",
        "Makefile",
        "README.md",
        "example.c",
        "include/m.h",
        "include/tkd_model.h",
        "include/tkd_quantize.h",
        "include/tkd_status.h",
        "src/m.c",
        "stack.awk",
    ]


def test_same_model_same_text() -> None:
    assert library_files(program("dense")) == library_files(program("dense"))
    assert len(revision()) == 12


def test_labels_of_any_text_stand_beside_the_scores(tmp_path: Path) -> None:
    labels = ('say "hi"', "back\\slash", "??/", "*/ int x; /*", "née ☃ 🎉", "%s %n")
    graph = read_graph(MODELS["separable"])
    compiled = compile_graph(graph, CompileOptions("m", labels=labels, source="*/ ??/ \\ 🎉.tflite"))
    folder = written(compiled, tmp_path)
    assert all(path.read_text().isascii() for path in folder.rglob("*.*"))
    output = run("make", "-s", "example", f"CFLAGS={STRICT_C} -trigraphs", "HOSTCC=clang", cwd=folder)
    assert [line.split(" ", 2)[2] for line in output.splitlines()] == list(labels)


def test_the_makefile_rebuilds_what_changed_and_leaves_out_what_is_gone(tmp_path: Path) -> None:
    folder = written(program("residual", "m"), tmp_path)
    run("make", "-s", cwd=folder)
    assert "Nothing to be done" in run("make", cwd=folder)
    shutil.copyfile(folder / "include/m.h", tmp_path / "saved.h")
    written(program("dense", "m"), tmp_path)
    run("make", "-s", cwd=folder)
    members = run("ar", "t", folder / "build/libm.a").split()
    assert "tkd_conv_2d_s8.o" not in members and "tkd_fully_connected_s8.o" in members
