"""Builds the harness around a model made by hand, with every warning an error, and runs it."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import objects
from tinykd.paths import FIRMWARE

HERE = Path(__file__).parent / "c"
WARNINGS = [
    "-Wall",
    "-Wextra",
    "-Wpedantic",
    "-Werror",
    "-Wshadow",
    "-Wconversion",
    "-Wdouble-promotion",
    "-Wvla",
]  # -Wstrict-prototypes is C only
SANITIZE = ["-g", "-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
INCLUDES = [f"-I{FIRMWARE / folder}" for folder in ("include", "link", "harness")]


def link_sources() -> list[Path]:
    """All C files of the link and the harness."""
    return sorted((FIRMWARE / "link").glob("*.c")) + sorted((FIRMWARE / "harness").glob("*.c"))


def compile_c(out: Path, sources: list[Path], *options: str, compiler: str = "gcc") -> Path:
    """An executable at ``out``; the compiler's complaints fail the test."""
    standard = ["-std=c99", "-Wstrict-prototypes"]
    command = [compiler, *standard, *WARNINGS, *INCLUDES, f"-I{HERE}", *options]
    done = objects.build(command, sources, out)
    assert done.returncode == 0, done.stderr
    return out


def build_frame_driver(out: Path, *options: str) -> Path:
    """The frame layer on standard input and output (c/frame_driver.c)."""
    return compile_c(
        out, [*sorted((FIRMWARE / "link").glob("*.c")), HERE / "frame_driver.c"], *SANITIZE, *options
    )


def build_command_driver(out: Path) -> Path:
    """The commands on standard input and output (c/command_driver.c)."""
    own = [HERE / name for name in ("fake_model.c", "fixed_port.c", "command_driver.c")]
    return compile_c(out, [*link_sources(), *own], *SANITIZE)


def build_board(out: Path, *options: str, model: Path = HERE / "fake_model.c") -> Path:
    """The harness behind a pseudo-terminal (c/pty_board.c)."""
    quick = "-DTKD_LINK_GAP_MS=100u"
    return compile_c(out, [*link_sources(), model, HERE / "pty_board.c"], *SANITIZE, quick, *options)


@contextmanager
def running(board: Path, *arguments: str) -> Iterator[str]:
    """The terminal of a started board; it ends with its standard input, and must end well."""
    process = subprocess.Popen(
        [board, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdin and process.stdout and process.stderr
    try:
        yield process.stdout.readline().strip()
    finally:
        process.stdin.close()
        code = process.wait(timeout=60)
        said = process.stderr.read()
        process.stdout.close()
        process.stderr.close()
    assert code == 0, said
