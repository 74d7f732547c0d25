"""The adapters to ESP-NN, against a stand-in of it that refuses what they must not ask for.

What is proved here: the adapters pass every fact on (the stand-in computes with our portable kernels, from
ESP-NN's arguments), only what is exact there is given to ESP-NN, operands are aligned, and a component that
wants more scratch is noticed before anything runs. ESP-NN itself is no part of this repository.
"""

import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.random import Generator

from tests import objects
from tests.compiler import host
from tests.conformance.builder import SAME, Op, Tensor, build
from tests.kernels import layers
from tests.kernels.harness import Case, run_on_host, tensor
from tinykd.compiler.compile import compile_graph
from tinykd.compiler.core import CompileOptions, Core, Optimize, Target
from tinykd.compiler.kernel import Kernel
from tinykd.compiler.layer import Layer
from tinykd.compiler.lowering.registry import choose
from tinykd.compiler.ops.common.access import Window
from tinykd.compiler.ops.conv_2d import Conv2DPortable
from tinykd.compiler.ops.depthwise_conv_2d import DepthwiseConv2D, DepthwisePlane
from tinykd.compiler.ops.fully_connected import DensePortable
from tinykd.compiler.program import Program
from tinykd.compiler.variants import esp_nn_scratch
from tinykd.compiler.variants.esp_nn import trailing
from tinykd.compiler.variants.esp_nn_conv_2d import Conv2DEspNn, PointwiseEspNn
from tinykd.compiler.variants.esp_nn_dense import FullyConnectedEspNn
from tinykd.compiler.variants.esp_nn_depthwise import DepthwiseEspNn
from tinykd.graph.reader import read_graph
from tinykd.paths import FIRMWARE

pytestmark = pytest.mark.slow  # compilers and emulators at work

CORES = (Core.ESP32_S3, Core.ESP32_P4)
S3, P4 = (Target(core) for core in CORES)
FAKE = Path(__file__).parent / "esp_nn"
OURS = ("conv_2d", "depthwise_conv_2d", "fully_connected")
Pair = tuple[Layer, Kernel[Any], Kernel[Any]]  # layer, adapter, its portable twin


def stand_in(folder: Path, *flags: str) -> list[str]:
    """Compiler arguments that link the stand-in (built apart: the adapters' own flags are stricter)."""
    include = [f"-I{FIRMWARE / 'kernels'}", f"-I{FAKE}"]
    sources = [FAKE / "esp_nn.c", *(FIRMWARE / f"kernels/tkd_{name}_s8.c" for name in OURS)]
    sources.append(FIRMWARE / "kernels/tkd_dot.c")
    objects = []
    for source in sources:
        objects.append(str(folder / f"fake_{source.stem}.o"))
        build_one = ["gcc", "-std=c99", "-g", "-O1", *host.WARNINGS, "-fsanitize=address,undefined", *flags]
        subprocess.run([*build_one, *include, "-c", str(source), "-o", objects[-1]], check=True)
    return [f"-I{FAKE}", *objects]


def convolutions(rng: Generator) -> Iterator[Pair]:
    while True:
        size = int(rng.integers(1, 12)), int(rng.integers(1, 12))
        kernel = int(rng.integers(1, 6)), int(rng.integers(1, 6))
        same = bool(rng.random() < 0.7) or kernel[0] > size[0] or kernel[1] > size[1]
        place = layers.window(size, kernel, int(rng.integers(1, 4)), same)
        depth, channels = int(rng.choice([1, 2, 3, 4, 8, 16, 20, 32])), int(rng.choice([1, 2, 4, 7, 16]))
        yield (
            layers.conv(rng, place, depth, channels, bool(rng.random() < 0.3)),
            Conv2DEspNn(),
            Conv2DPortable(),
        )


def pointwises(rng: Generator) -> Iterator[Pair]:
    while True:
        rows, depth = int(rng.integers(8, 40)), int(rng.choice([8, 16, 24, 32, 48]))
        channels = int(rng.integers(1, 20))
        layer = layers.dense(rng, rows, depth, channels, bool(rng.random() < 0.3), bool(rng.random() < 0.7))
        yield layer, PointwiseEspNn(), DensePortable()


def fully_connecteds(rng: Generator) -> Iterator[Pair]:
    while True:
        depth, channels = int(rng.integers(8, 80)), int(rng.integers(1, 40))
        layer = layers.dense(rng, 1, depth, channels, per_channel=bool(rng.random() < 0.6))
        yield layer, FullyConnectedEspNn(), DensePortable()


def depthwises(rng: Generator) -> Iterator[Pair]:
    while True:
        size = int(rng.integers(1, 12)), int(rng.integers(1, 12))
        kernel = (3, 3) if rng.random() < 0.6 else (int(rng.integers(1, 6)), int(rng.integers(1, 6)))
        same = bool(rng.random() < 0.7) or kernel[0] > size[0] or kernel[1] > size[1]
        place = layers.window(size, kernel, int(rng.integers(1, 4)), same)
        channels, multiplier = int(rng.choice([1, 2, 8, 16, 24, 32])), int(rng.choice([1, 1, 1, 4, 8, 12]))
        yield multiplied(rng, place, channels, multiplier), DepthwiseEspNn(), DepthwisePlane()


def multiplied(rng: Generator, place: Window, channels: int, multiplier: int) -> DepthwiseConv2D:
    """A depthwise convolution with ``multiplier`` outputs per channel."""
    outputs = channels * multiplier
    wide = layers.depthwise(rng, place, outputs)
    image = (place.batches, place.in_h, place.in_w, channels)
    return replace(wide, in_channels=channels, multiplier=multiplier, inputs=(tensor(image),))


FAMILIES = {f.__name__: f for f in (convolutions, pointwises, fully_connecteds, depthwises)}


def suitable(family: str, target: Target, seed: int, count: int) -> list[Pair]:
    """``count`` layers that the adapter takes."""
    pairs = FAMILIES[family](np.random.default_rng(seed))
    found: list[Pair] = []
    while len(found) < count:
        pair = next(pairs)
        if pair[1].supports(pair[0], target):
            found.append(pair)
    return found


def cases(pairs: list[Pair], target: Target, seed: int) -> tuple[list[Case], list[Case]]:
    """Of the adapters and of their twins, on the same inputs."""
    rng = np.random.default_rng(seed)
    inputs = [tuple(layers.int8(rng, t.elements) for t in layer.inputs) for layer, _, _ in pairs]
    tested = [Case(p[0], p[1], target, x) for p, x in zip(pairs, inputs, strict=True)]
    twins = [Case(p[0], p[2], Target(), x) for p, x in zip(pairs, inputs, strict=True)]
    return tested, twins


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("target", [S3, P4], ids=["s3", "p4"])
def test_adapters_pass_everything_on(family: str, target: Target, tmp_path: Path) -> None:
    tested, twins = cases(suitable(family, target, 1, 30), target, 1)
    found = run_on_host(tested, tmp_path, *stand_in(tmp_path))
    expected = run_on_host(twins, tmp_path)
    both = enumerate(zip(tested, found, expected, strict=True))
    assert not [f"case {i}: {case.layer}" for i, (case, a, b) in both if a.output != b.output]


def conv_supports(target: Target, place: Window, depth: int = 16, **changes: Any) -> bool:
    layer = replace(layers.conv(np.random.default_rng(0), place, depth, 8), **changes)
    return Conv2DEspNn().supports(layer, target)


def test_convolutions_that_stay_ours() -> None:
    plain = layers.window((8, 8), (3, 3))
    assert conv_supports(S3, plain) and conv_supports(P4, plain)
    for target in (S3, P4):
        assert not conv_supports(target, replace(plain, batches=2))
        assert not conv_supports(target, replace(plain, dilation_h=2))
        assert not conv_supports(target, plain, groups=2)
    assert not any(conv_supports(Target(core), plain) for core in Core if not core.has_esp_nn)
    ahead = Window(1, 9, 8, 5, 4, 4, 3, 2, 2, pad_top=1)  # 1 above, 2 below: esp-nn #31
    assert trailing(ahead) == (2, 1) and not conv_supports(S3, ahead)
    behind = layers.window((8, 8), (3, 3), 2)  # nothing before, 1 behind
    assert trailing(behind) == (1, 1) and conv_supports(S3, behind) and not conv_supports(P4, behind)
    assert conv_supports(P4, behind, depth=3)  # im2col
    assert not conv_supports(S3, layers.window((2, 2), (3, 3), 2), depth=3)
    assert not conv_supports(S3, plain, depth=6)  # words at odd addresses of scratch


def test_scales_that_stay_ours() -> None:
    layer = layers.dense(np.random.default_rng(1), 1, 16, 16)
    assert FullyConnectedEspNn().supports(layer, S3)
    for shift in (1, -31):
        scaling = replace(layer.requantization, shifts=np.full(16, shift, np.int8))
        assert not FullyConnectedEspNn().supports(replace(layer, requantization=scaling), S3)
    assert not FullyConnectedEspNn().supports(replace(layer, bias=np.full(16, 1 << 30, np.int32)), S3)


@pytest.mark.parametrize("target", [S3, P4], ids=["s3", "p4"])
def test_fully_connected_of_esp_nn_34_stays_ours(target: Target) -> None:
    def supports(depth: int, outputs: int, per_channel: bool) -> bool:
        layer = layers.dense(np.random.default_rng(0), 1, depth, outputs, per_channel=per_channel)
        return FullyConnectedEspNn().supports(layer, target)

    assert supports(16, 16, True) and supports(16, 2, False)
    assert not supports(16, 15, True) and not supports(1280, 2, True)  # few outputs, per channel
    assert not supports(15, 16, False)  # short rows


def depthwise_supports(target: Target, place: Window, channels: int, multiplier: int = 1) -> bool:
    return DepthwiseEspNn().supports(
        multiplied(np.random.default_rng(0), place, channels, multiplier), target
    )


def test_depthwise_convolutions_that_stay_ours() -> None:
    plain = layers.window((8, 8), (3, 3))
    assert depthwise_supports(S3, plain, 16) and depthwise_supports(P4, plain, 16)
    assert depthwise_supports(P4, plain, 256) and not depthwise_supports(P4, plain, 272)
    assert depthwise_supports(S3, plain, 24) and not depthwise_supports(P4, plain, 24)
    assert depthwise_supports(S3, plain, 2, 8) and not depthwise_supports(P4, plain, 2, 8)
    assert not depthwise_supports(S3, plain, 20) and not depthwise_supports(S3, plain, 16, 2)
    mixed = layers.window((8, 7), (3, 3), 2)  # 0 above, 1 to the left: esp-nn #30
    assert not depthwise_supports(S3, mixed, 16) and depthwise_supports(S3, mixed, 24)
    large = layers.window((40, 40), (5, 5))
    assert depthwise_supports(S3, large, 8) and not depthwise_supports(S3, large, 16)


def test_scratch_by_hand() -> None:
    """esp_nn_conv_esp32s3.c and its like, worked through for four shapes."""
    s3, p4 = CORES
    same = layers.window((8, 8), (3, 3))
    # (8+2)**2*16 padded, 9*16*8 + 48*3*8 filters, (8+2)**2*16 behind, 64, 8*4
    assert esp_nn_scratch.conv_2d(s3, same, 16, 8) == 1600 + 1152 + 1152 + 1600 + 64 + 32
    assert esp_nn_scratch.conv_2d(s3, same, 3, 8) == 8 * 4 + 16 + 8 * 32 + 16 + 32 + 64
    assert esp_nn_scratch.conv_2d(p4, same, 16, 8) == 8 * 4 + 9 * 16 + 32
    rows = Window(1, 1, 25, 1, 25, 1, 1)
    assert esp_nn_scratch.conv_2d(s3, rows, 16, 8) == 16 * 8 + 16 * 16 + 64
    assert esp_nn_scratch.depthwise(s3, same, 16, 1) == 9 * 16 + 10 * 10 * 16 + 16


def model() -> bytes:
    """A convolution, a depthwise and a pointwise one, a wide dense layer and a narrow one per channel."""
    rng = np.random.default_rng(7)

    def weights(name: str, shape: tuple[int, ...], scales: int, axis: int) -> Tensor:
        scale = tuple(float(s) for s in rng.uniform(0.001, 0.01, scales))
        return Tensor(name, shape, scale=scale, axis=axis, data=layers.weights(rng, *shape))

    x = Tensor("input", (1, 8, 8, 3), scale=0.05, zero_point=4)
    a, b, c = (Tensor(n, (1, 8, 8, 16), scale=0.05, zero_point=z) for n, z in (("a", -9), ("b", 3), ("c", 1)))
    flat, wide = Tensor("flat", (1, 1024), scale=0.05, zero_point=1), Tensor("wide", (1, 24), scale=0.1)
    out = Tensor("out", (1, 3), scale=0.2)
    strides = {"strideW": 1, "strideH": 1}
    ops = [
        Op("CONV_2D", [x, weights("w0", (16, 3, 3, 3), 16, 0), None], [a], padding=SAME, **strides),
        Op(
            "DEPTHWISE_CONV_2D", [a, weights("w1", (1, 3, 3, 16), 16, 3), None], [b],
            padding=SAME, depthMultiplier=1, **strides,
        ),
        Op("CONV_2D", [b, weights("w2", (16, 1, 1, 16), 16, 0), None], [c], padding=SAME, **strides),
        Op("RESHAPE", [c], [flat]),
        Op("FULLY_CONNECTED", [flat, weights("w3", (24, 1024), 1, 0), None], [wide]),
        Op("FULLY_CONNECTED", [wide, weights("w4", (3, 24), 3, 0), None], [out]),
    ]  # fmt: skip
    return build(ops)


def compiled(core: Core, optimize: Optimize = "balanced") -> Program:
    return compile_graph(read_graph(model()), CompileOptions("esp", core=core, optimize=optimize))


@pytest.mark.parametrize("core", CORES)
def test_a_model_chooses_by_layer_and_aligns_its_operands(core: Core) -> None:
    program = compiled(core)
    assert [step.kernel for step in program.steps] == [
        "conv_2d_esp_nn", "depthwise_esp_nn", "pointwise_esp_nn", "fully_connected_esp_nn", "fully_connected",
    ]  # fmt: skip
    assert all(offset % 16 == 0 for offset in program.plan.offsets)
    assert not any("esp_nn" in step.kernel for step in compiled(core, "size").steps)
    assert not any("esp_nn" in step.kernel for step in compiled(Core.GENERIC).steps)
    assert not any("esp_nn" in path for path in compiled(Core.GENERIC).kernel_files)


def test_an_operand_at_an_odd_place_stays_ours() -> None:
    """A slice of a buffer may begin anywhere: the compiler tells what it can promise."""
    layer = layers.dense(np.random.default_rng(0), 1, 64, 32)
    assert choose(layer, S3, 16).name == "fully_connected_esp_nn"
    assert choose(layer, S3, 8).name == choose(layer, S3).name == "fully_connected"


def linked(core: Core, folder: Path, *flags: str) -> Path:
    """The model's test program with the stand-in."""
    program = compiled(core)
    (folder / "objects").mkdir(parents=True)
    sources = host.write_sources(program, folder)
    include = [f"-I{path}" for path in (folder, *host.include_folders(program))]
    own = ["gcc", "-std=c11", *host.SANITIZE, *include]
    unique = [flag for flag in stand_in(folder / "objects", *flags) if not flag.endswith("_dot.o")]
    used = {Path(path).name for path in program.kernel_files}
    unique = [f for f in unique if Path(f).name.removeprefix("fake_").replace(".o", ".c") not in used]
    dot = [] if "tkd_dot.c" in used else [str(folder / "objects/fake_tkd_dot.o")]
    made = objects.build([*own, f"-I{FAKE}"], [folder / "main.c", *sources], folder / "run", [*unique, *dot])
    assert made.returncode == 0, made.stderr
    return folder / "run"


@pytest.mark.parametrize("core", CORES)
def test_a_model_equals_its_portable_self(core: Core, tmp_path: Path) -> None:
    inputs = layers.int8(np.random.default_rng(3), 6, 8 * 8 * 3)
    (tmp_path / "portable").mkdir()
    portable = host.build(compiled(Core.GENERIC), tmp_path / "portable")
    binary = linked(core, tmp_path / "esp")
    assert host.run(binary, inputs) == host.run(portable, inputs) == host.run(binary, inputs, stepwise=True)


@pytest.mark.parametrize("core", CORES)
def test_a_component_that_wants_more_scratch_does_not_run(core: Core, tmp_path: Path) -> None:
    binary = linked(core, tmp_path / "esp", "-DFAKE_SCRATCH_BYTES=60000")
    done = subprocess.run([binary], input=b"", capture_output=True)
    assert done.returncode == 2  # reset refused: TKD_ERR_MODEL


@pytest.mark.parametrize("define", ["CONFIG_NN_SKIP_NUDGE=1", "SKIP_NUDGE"])
def test_inexact_rounding_is_refused_by_the_compiler(define: str, tmp_path: Path) -> None:
    source = FIRMWARE / "kernels/esp_nn/tkd_conv_2d_esp_nn_s8.c"
    command = ["gcc", "-std=c99", f"-D{define}", f"-I{FIRMWARE / 'kernels'}", f"-I{FAKE}", "-fsyntax-only"]
    done = subprocess.run([*command, str(source)], capture_output=True, text=True)
    assert done.returncode != 0 and "turn it off in sdkconfig" in done.stderr


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_adapters_compile_without_warnings(compiler: str) -> None:
    folder = FIRMWARE / "kernels/esp_nn"
    include = [f"-I{folder}", f"-I{FIRMWARE / 'kernels'}", f"-I{FAKE}"]
    for source in sorted(folder.glob("*.c")):
        for language in (["-std=c99", *host.WARNINGS], ["-std=c++17", "-x", "c++", *host.WARNINGS[:6]]):
            subprocess.run([compiler, *language, *include, "-fsyntax-only", str(source)], check=True)
