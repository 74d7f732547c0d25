"""Weights that are replaced: a model of the same graph, through the other's code, gives TFLM's bytes; and
which models are of the same graph."""

import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests import objects
from tests.compiler import host
from tests.compiler.models import Net, dense_net, gated_net, image, residual_net, separable_net
from tests.conformance.builder import RELU, Tensor
from tests.conformance.tflm import Tflm
from tests.slot.twins import twin, worst_twin
from tinykd.compiler.codegen.graph_hash import graph_hash
from tinykd.compiler.codegen.render import render, weights_of
from tinykd.compiler.compile import compile_graph
from tinykd.compiler.core import CompileOptions, Core, Optimize
from tinykd.compiler.program import Program
from tinykd.graph.reader import read_graph
from tinykd.paths import FIRMWARE

DIGITS = Path(__file__).parents[1] / "fixtures/digits.tflite"
SLOT = r"""
#include <stdio.h>
#include <stdlib.h>
#include "tkd_slot.h"
const void *tkd_slot_payload(void) {
    static _Alignas(16) unsigned char payload[1u << 20];
    static size_t bytes;
    const char *path = getenv("PAYLOAD");
    FILE *file = path != NULL && bytes == 0 ? fopen(path, "rb") : NULL;
    if (file != NULL) { bytes = fread(payload, 1, sizeof payload, file); fclose(file); }
    return bytes != 0 ? payload : NULL;
}
"""
Twins = Callable[[bytes, int], bytes]
NETS = {"residual": residual_net, "separable": separable_net, "dense": dense_net, "gated": gated_net}


def program_of(
    model: bytes, core: Core = Core.GENERIC, ram: int | None = None, optimize: Optimize = "balanced"
) -> Program:
    options = CompileOptions("m", core, optimize, avr=False, ram_bytes=ram, replaceable=True)
    return compile_graph(read_graph(model), options)


def built(program: Program, folder: Path) -> Path:
    """As tests.compiler.host does it, with a slot whose payload is the file that PAYLOAD names."""
    sources = host.write_sources(program, folder)
    (folder / "slot.c").write_text(SLOT)
    includes = [f"-I{d}" for d in (*host.include_folders(program), FIRMWARE / "slot", folder)]
    for name in ("main", "slot"):
        command = ["gcc", "-std=c11", *host.SANITIZE, *includes, "-c", f"{name}.c", "-o", f"{name}.o"]
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
    last = [str(folder / "main.o"), str(folder / "slot.o"), "-lm"]
    command = ["gcc", "-std=c99", *host.WARNINGS, *host.SANITIZE, *includes]
    done = objects.build(command, sources, folder / "run", last)
    assert done.returncode == 0, done.stderr
    return folder / "run"


def tflm_bytes(
    tflm: Tflm, model: bytes, inputs: "list[np.ndarray[tuple[int, ...], np.dtype[np.int8]]]"
) -> bytes:
    return b"".join(o.tobytes() for outputs in tflm.run(model, [[x] for x in inputs]) for o in outputs)


@pytest.mark.parametrize("twins", [twin, worst_twin], ids=["trained again", "worst weights"])
@pytest.mark.parametrize("optimize", ["balanced", "ram"])
@pytest.mark.parametrize("net", NETS)
def test_another_model_through_the_same_code_is_tflms(
    net: str, twins: Twins, optimize: Optimize, tflm: Tflm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _exchange(NETS[net](0), twins, CompileOptions("m", optimize=optimize), tflm, tmp_path, monkeypatch)


@pytest.mark.parametrize("twins", [twin, worst_twin], ids=["trained again", "worst weights"])
def test_another_model_through_a_cores_own_kernels_is_tflms(
    twins: Twins, tflm: Tflm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of which some take the one model, some the other; here in C."""
    _exchange(gated_net(0), twins, CompileOptions("m", Core.CORTEX_M4), tflm, tmp_path, monkeypatch)


def _exchange(
    own: bytes,
    twins: Twins,
    options: CompileOptions,
    tflm: Tflm,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    other = twins(own, 5)
    core, optimize = options.core, options.optimize
    program = program_of(own, core, optimize=optimize)
    shape = program.inputs[0].tensor.shape
    random = np.random.default_rng(3)
    inputs = [random.integers(-128, 128, shape, dtype=np.int8) for _ in range(6)]
    expected = {model: tflm_bytes(tflm, model, inputs) for model in (own, other)}
    assert expected[own] != expected[other] and len(set(expected[other])) > 1
    binary = built(program, tmp_path)
    assert host.run(binary, np.stack(inputs)) == expected[own]
    (tmp_path / "payload").write_bytes(weights_of(program_of(other, core, optimize=optimize)).payload())
    monkeypatch.setenv("PAYLOAD", str(tmp_path / "payload"))
    assert host.run(binary, np.stack(inputs)) == expected[other]
    assert host.run(binary, np.stack(inputs), stepwise=True) == expected[other]


@pytest.mark.parametrize("twins", [twin, worst_twin], ids=["trained again", "worst weights"])
@pytest.mark.parametrize("optimize", ["balanced", "ram"])
@pytest.mark.parametrize("core", Core)
@pytest.mark.parametrize("net", NETS)
def test_kernels_hang_on_no_weights_scales_or_zero_points(
    net: str, core: Core, optimize: Optimize, twins: Twins
) -> None:
    own, other = (
        program_of(model, core, optimize=optimize) for model in (NETS[net](0), twins(NETS[net](0), 5))
    )
    assert graph_hash(own) == graph_hash(other)
    assert weights_of(own).size == weights_of(other).size
    assert weights_of(own).payload() != weights_of(other).payload()


def convolution(out: int = 4, stride: int = 1, given: Tensor | None = None) -> bytes:
    net = Net(given or image(6, 6, 3))
    net.conv(out, stride=(stride, stride), activation=RELU)
    return net.bytes()


@pytest.mark.parametrize(
    ("other", "same"),
    [(convolution(), True), (convolution(out=5), False), (convolution(stride=2), False)],
    ids=["the same", "more channels", "another stride"],
)
def test_what_else_differs_is_another_graph(other: bytes, same: bool) -> None:
    assert (graph_hash(program_of(other)) == graph_hash(program_of(convolution()))) is same


def test_scales_of_inputs_and_outputs_are_of_the_graph() -> None:
    """The firmware's own code has them compiled in."""
    scaled = convolution(given=replace(image(6, 6, 3), scale=0.1))
    assert graph_hash(program_of(scaled)) != graph_hash(program_of(convolution()))


def test_names_of_model_and_layers_are_not_of_the_graph() -> None:
    data = DIGITS.read_bytes()
    graph = read_graph(data)
    named = [
        compile_graph(graph, CompileOptions(name, source=source, avr=False, replaceable=True))
        for name, source in (("digits", "digits.tflite"), ("seven", "other.tflite"))
    ]
    assert graph_hash(named[0]) == graph_hash(named[1])


@pytest.mark.parametrize(
    ("core", "compiler"),
    [
        (Core.GENERIC, ["clang", "-std=c99"]),
        (Core.GENERIC, ["g++", "-std=c++17", "-x", "c++"]),
        (Core.CORTEX_M0, ["arm-none-eabi-gcc", "-std=c99", "-mcpu=cortex-m0", "-mthumb"]),
        (Core.CORTEX_M4, ["arm-none-eabi-gcc", "-std=c99", "-mcpu=cortex-m4", "-mthumb"]),
        (
            Core.CORTEX_M55,
            ["arm-none-eabi-gcc", "-std=c99", "-mcpu=cortex-m55", "-mthumb", "-mfloat-abi=hard"],
        ),
    ],
    ids=["clang", "C++17", "Cortex-M0", "Cortex-M4", "Cortex-M55"],
)
@pytest.mark.parametrize("net", NETS)
def test_it_lies_in_memory_as_laid_out_and_compiles_without_a_warning(
    net: str, core: Core, compiler: list[str], tmp_path: Path
) -> None:
    """The generated code compares sizes when it is compiled."""
    program = program_of(NETS[net](0), core)
    for name, text in render(program).items():
        (tmp_path / name).write_text(text)
    includes = [f"-I{d}" for d in (*host.include_folders(program), FIRMWARE / "slot", tmp_path)]
    warnings = [flag for flag in host.WARNINGS if flag != "-Wstrict-prototypes"]
    command = [*compiler, *warnings, *includes, "-fsyntax-only", str(tmp_path / "m.c")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
