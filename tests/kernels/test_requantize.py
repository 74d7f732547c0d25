"""The short instruction sequences for requantisation are exact: ties of both signs and edges."""

import subprocess
from pathlib import Path

from tinykd.paths import FIRMWARE


def printed(name: str, cores: tuple[str, ...], folder: Path) -> str:
    """By the C program ``name`` beside this file, built with the kernels of ``cores``."""
    kernels, source = FIRMWARE / "kernels", str(Path(__file__).parent / name)
    folders = [f"-I{kernels / f}" for f in (".", *cores)]
    flags = [
        "-std=c99",
        "-O2",
        "-Wall",
        "-Wextra",
        "-Werror",
        "-fsanitize=undefined",
        "-fno-sanitize-recover=all",
    ]
    binary = str(folder / "requantize")
    subprocess.run(["gcc", *flags, *folders, source, "-o", binary], check=True)
    return subprocess.run([binary], capture_output=True, text=True, check=True, timeout=120).stdout


def test_short_requantisation_is_exact(tmp_path: Path) -> None:
    assert printed("requantize.c", ("arm_dsp", "arm_v6m"), tmp_path) == "0 0\n"


def test_that_behind_a_relu_is_exact(tmp_path: Path) -> None:
    assert printed("requantize_low.c", ("xtensa",), tmp_path) == "0\n"
