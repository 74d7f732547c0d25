"""The scratch that the planner gives a kernel is what the C function beside it says, for drawn shapes."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.kernels import layers
from tests.kernels.harness import c_value
from tinykd.compiler.codegen.sources import entry_headers, needed_files
from tinykd.compiler.core import Core, Target
from tinykd.compiler.kernel import Call
from tinykd.compiler.layer import Layer
from tinykd.compiler.lowering.registry import kernels
from tinykd.compiler.ops.signal_spectrum import Fft
from tinykd.graph.ir import DType, Tensor
from tinykd.paths import FIRMWARE

TARGETS = [Target(core, "speed") for core in Core]
KERNEL = re.compile(r"^void (tkd_\w+)\([^;{}]*void \*scratch\);", re.M)


def functions() -> set[str]:
    """Every kernel that takes scratch."""
    texts = (path.read_text() for path in (FIRMWARE / "kernels").rglob("*.h"))
    return {name for text in texts for name in KERNEL.findall(text)}


def drawn(seed: int) -> Iterator[Layer]:
    """Layers of every class that has a kernel with scratch."""
    rng = np.random.default_rng(seed)
    for _ in range(12):
        size = int(rng.integers(3, 12)), int(rng.integers(3, 12))
        kernel = int(rng.integers(1, 4)), int(rng.integers(1, 4))
        stride, same, channels = int(rng.integers(1, 3)), bool(rng.random() < 0.5), int(rng.integers(1, 20))
        place = layers.window(size, kernel, stride, same)
        yield layers.conv(rng, place, int(rng.integers(1, 9)), channels, add=bool(rng.random() < 0.5))
        yield layers.conv(rng, layers.window((3, 30), (3, 3), stride), 4, channels, rng.random() < 0.5)
        yield layers.conv(rng, layers.window((4, int(rng.integers(5, 9))), (3, 3)), 8, channels)
        apart = layers.dilated(rng, (9, int(rng.integers(4, 9))), (int(rng.integers(1, 4)), 2))
        yield layers.grouped(rng, apart, int(rng.integers(1, 6)), channels, int(rng.integers(1, 3)))
        yield layers.depthwise(rng, place, channels)
        yield layers.depthwise(rng, layers.window(size, (3, 3), stride, same), channels)
        yield layers.depthwise(rng, layers.window((8, 8), (3, 3)), 16)
        yield layers.rectified(rng, layers.depthwise(rng, layers.window(size, (3, 3)), channels))
        yield layers.dense(
            rng, int(rng.integers(2, 5)), int(rng.integers(1, 70)), channels, rng.random() < 0.5
        )
        yield layers.dense(rng, 1, int(rng.integers(1, 70)), channels)
        yield layers.dense(rng, 1, 4, channels, add=True)
        yield layers.matmul(rng, int(rng.integers(1, 9)), int(rng.integers(1, 40)), channels)
        yield from (
            transform(rng, t, inverse) for t in (DType.INT16, DType.INT32) for inverse in (False, True)
        )


def transform(rng: np.random.Generator, dtype: DType, inverse: bool) -> Fft:
    length = 1 << int(rng.integers(1, 9))
    sizes = (length + 2, length) if inverse else (length, length + 2)
    x, y = (Tensor(i, "t", (1, n), dtype) for i, n in enumerate(sizes))
    return Fft(
        name="fft", op="FFT", inputs=(x,), outputs=(y,),
        frames=1, length=length, samples=length, is_inverse=inverse,
    )  # fmt: skip


def calls(seed: int) -> list[Call]:
    found: list[Call] = []
    for layer in drawn(seed):
        able: list[Any] = [k for k in kernels() if type(layer) is k.layer]
        bound = [k.emit_call(layer, t) for k in able for t in TARGETS if k.supports(layer, t)]
        found += [call for call in bound if call.scratch_bytes]
    return found


def program(found: list[Call]) -> str:
    """Says for each call what its kernel's function gives."""
    declarations: list[str] = []
    for i, call in enumerate(found):
        assert call.params is not None
        value = c_value(call.params, f"p{i}", declarations)
        declarations.append(f"static const {call.params.type} p{i} = {value};")
    includes = [f'#include "{h}"' for h in entry_headers({call.function for call in found})]
    lines = [
        f'    printf("%lu\\n", (unsigned long){c.function}_scratch(&p{i}));' for i, c in enumerate(found)
    ]
    return "\n".join(["#include <stdio.h>", *includes, *declarations, "int main(void) {", *lines, "}"])


@pytest.mark.parametrize("seed", [0, 1])
def test_the_planners_number_is_the_functions(seed: int, tmp_path: Path) -> None:
    found = calls(seed)
    assert {call.function for call in found} == functions()
    (tmp_path / "scratch.c").write_text(program(found))
    files = needed_files({call.function for call in found}, ["tkd_flash.h"])
    folders = sorted({f"-I{(FIRMWARE / f).parent}" for f in files})
    binary = str(tmp_path / "scratch")
    build = ["gcc", "-std=c99", "-Wall", "-Wextra", "-Wconversion", "-Werror", "-Wno-unused-const-variable"]
    build.append("-Wl,--unresolved-symbols=ignore-all")  # functions of other cores, which are not called
    subprocess.run([*build, *folders, str(tmp_path / "scratch.c"), "-o", binary], check=True)
    said = subprocess.run([binary], check=True, capture_output=True, text=True).stdout.split()
    assert [int(n) for n in said] == [call.scratch_bytes for call in found]
