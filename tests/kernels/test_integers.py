"""Arithmetic shifts and two's complement: what kernels take for granted is checked at compile time."""

import re
import subprocess
from pathlib import Path

import pytest

from tinykd.compiler.codegen.sources import needed_files
from tinykd.paths import FIRMWARE

HEADER = FIRMWARE / "kernels/tkd_integers.h"
COMPILERS = ["gcc -std=c99", "clang -std=c99", "g++ -std=c++17 -xc++", "avr-gcc -std=c99 -mmcu=atmega2560"]
# What a compiler of another kind would make of a check: zeros shifted in, rounding, saturation.
OTHERWISE = [
    ("(int32_t)-5 >> 1", "(int32_t)-5 / 2"),
    ("(int64_t)-5 >> 1", "(int64_t)((uint64_t)-5 >> 1)"),
    ("(int8_t)(uint8_t)200", "127"),
    ("(int16_t)(uint16_t)40000", "32767"),
    ("(int32_t)(uint32_t)0xFFFFFFFB", "2147483647"),
    ("-1 & 3", "1"),
    ("CHAR_BIT == 8", "CHAR_BIT == 16"),
]
UNSIGNED = "kernels/tkd_flash.h"  # shifts words without a sign alone


def compiles(text: str, compiler: str, folder: Path) -> bool:
    source = folder / "checked.c"
    source.write_text(text)
    command = [*compiler.split(), "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only", str(source)]
    return subprocess.run(command, capture_output=True).returncode == 0


@pytest.mark.parametrize("compiler", COMPILERS)
def test_every_compiler_here_is_such_a_one(compiler: str, tmp_path: Path) -> None:
    assert compiles(HEADER.read_text(), compiler, tmp_path)


@pytest.mark.parametrize(("here", "there"), OTHERWISE, ids=[here for here, _ in OTHERWISE])
def test_another_one_is_refused(here: str, there: str, tmp_path: Path) -> None:
    text = HEADER.read_text()
    assert here in text
    assert not compiles(text.replace(here, there), "gcc -std=c99", tmp_path)


def test_every_source_that_shifts_checks() -> None:
    checked = 0
    for source in sorted((FIRMWARE / "kernels").rglob("*.c")):
        functions = re.findall(
            r"^(?!static\b|typedef\b)\w[^;{}=#]*?\b(tkd_\w+)\([^;{}]*\)\s*\{", source.read_text(), re.M
        )
        files = [f for function in functions for f in needed_files([function])]
        if any(">>" in (FIRMWARE / f).read_text() for f in files if f != UNSIGNED):
            assert "kernels/tkd_integers.h" in files, source.name
            checked += 1
    assert checked > 30
