"""The host board builds without a warning and by make alone; tests/ports has the others."""

import subprocess
from pathlib import Path

import numpy as np
import pytest

from tests.build.toy import toy_sources
from tinykd.boards import Board, load_board
from tinykd.files import write_whole
from tinykd.firmware_project import EmbeddedSamples, project_files

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


def write_project(folder: Path, board: Board) -> list[str]:
    samples = EmbeddedSamples(np.zeros((2, 64), np.int8), (0, 1))
    files = project_files(toy_sources(), board, samples, ("a??/", 'b"'))
    for path, text in files.items():
        write_whole(folder / path, text)
    return sorted(files)


def includes(files: list[str]) -> list[str]:
    return sorted({f"-I{path.rpartition('/')[0]}" for path in files if path.endswith(".h")})


def compile_all(command: list[str], files: list[str], folder: Path) -> None:
    sources = [path for path in files if path.endswith(".c")]
    found = subprocess.run([*command, *includes(files), *sources], cwd=folder, capture_output=True, text=True)
    assert found.returncode == 0, found.stderr


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_the_host_board_is_clean(compiler: str, tmp_path: Path) -> None:
    files = write_project(tmp_path, load_board("host"))
    compile_all([compiler, "-std=c99", *WARNINGS, "-O2", "-fsyntax-only"], files, tmp_path)


def test_the_generated_project_builds_and_runs_by_make_alone(tmp_path: Path) -> None:
    write_project(tmp_path, load_board("host"))
    subprocess.run(["make", "-s", "-C", str(tmp_path)], check=True)
    with subprocess.Popen(["make", "-s", "-C", str(tmp_path), "run"], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith(b"port /dev/")
        subprocess.run(["pkill", "-P", str(process.pid)], check=True)
