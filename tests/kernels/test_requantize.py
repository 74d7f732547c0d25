"""The short instruction sequences for requantisation are exact: ties of both signs and edges."""

import subprocess
from pathlib import Path

from tinykd.paths import FIRMWARE

SOURCE = Path(__file__).parent / "requantize.c"


def test_short_requantisation_is_exact(tmp_path: Path) -> None:
    kernels = FIRMWARE / "kernels"
    folders = [f"-I{kernels / f}" for f in (".", "arm_dsp", "arm_v6m")]
    flags = [
        "-std=c99",
        "-O2",
        "-Wall",
        "-Wextra",
        "-Werror",
        "-fsanitize=undefined",
        "-fno-sanitize-recover=all",
    ]
    binary = str(tmp_path / "requantize")
    subprocess.run(["gcc", *flags, *folders, str(SOURCE), "-o", binary], check=True)
    done = subprocess.run([binary], capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout == "0 0\n"
