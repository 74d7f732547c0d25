"""Models that are float32 at their ends, in C: floats in, floats out, every bit of them TFLM's.

By ``--io integer`` through NAME_quantize() and NAME_dequantize(), by ``--io float`` through the kernels.
"""

from pathlib import Path

import numpy as np
import pytest

from tests import objects
from tests.compiler import host
from tests.compiler.models import Net, image
from tests.conformance.builder import Op, Tensor, build
from tinykd.compiler.compile import compile_graph
from tinykd.compiler.core import CompileOptions
from tinykd.compiler.program import Program
from tinykd.graph.end_values import model_outputs, program_inputs, without_tail
from tinykd.graph.ends import Io
from tinykd.graph.reader import read_graph
from tinykd.oracle import run_tflm
from tinykd.sessions.prove import random_samples

MAIN = r"""
#include <stdio.h>
#include "m.h"
static _Alignas(TKD_ARENA_ALIGN) uint8_t arena[M_ARENA_BYTES];
int main(void) {
    float real;
    while (m_reset(arena) == TKD_OK) {
        for (uint32_t i = 0; i < M_INPUT_ELEMENTS; i++) {
            if (fread(&real, sizeof real, 1, stdin) != 1) { return 0; }
            m_input(arena)[i] = m_quantize(real);
        }
        if (m_invoke(arena) != TKD_OK) { return 1; }
        for (uint32_t i = 0; i < M_OUTPUT_ELEMENTS; i++) {
            real = m_dequantize(m_output(arena)[i]);
            fwrite(&real, sizeof real, 1, stdout);
        }
    }
    return 2;
}
"""


def ends(inner: list[Op], tail: list[Op] | None = None) -> bytes:
    """``inner`` with QUANTIZE before it and DEQUANTIZE behind it."""
    first, last = inner[0].inputs[0], inner[-1].outputs[0]
    assert first is not None
    x, y = Tensor("real in", first.shape, "float32"), Tensor("real out", last.shape, "float32")
    return build([Op("QUANTIZE", [x], [first]), *inner, Op("DEQUANTIZE", [last], [y]), *(tail or [])])


def classifier() -> bytes:
    """Convolution, dense, then SOFTMAX left in float."""
    net = Net(image(6, 5, 2))
    net.conv(4)
    net.reshape((1, 120))
    net.dense(5)
    model_end = Tensor("real out", (1, 5), "float32")
    x = Tensor("real in", (1, 6, 5, 2), "float32")
    ops = [Op("QUANTIZE", [x], [net.ops[0].inputs[0]]), *net.ops, Op("DEQUANTIZE", [net.at], [model_end])]
    ops.append(Op("SOFTMAX", [model_end], [Tensor("p", (1, 5), "float32")], beta=1.0))
    return build(ops)


def bytes_out() -> bytes:
    """int8 inside, uint8 at the end."""
    a, b = Tensor("a", (1, 64), scale=0.07, zero_point=-5), Tensor("b", (1, 64), scale=0.09, zero_point=3)
    return ends([Op("RELU", [a], [b]), Op("QUANTIZE", [b], [Tensor("c", (1, 64), "uint8", 0.1, 131)])])


def wide() -> bytes:
    """int16 throughout."""
    a, b = Tensor("a", (1, 200), "int16", 0.0021), Tensor("b", (1, 200), "int16", 1 / 32768)
    return ends([Op("LOGISTIC", [a], [b])])


def nothing_inside() -> bytes:
    a = Tensor("a", (1, 300), scale=0.0371, zero_point=17)
    x, y = Tensor("x", (1, 300), "float32"), Tensor("y", (1, 300), "float32")
    return build([Op("QUANTIZE", [x], [a]), Op("DEQUANTIZE", [a], [y])])


def branches(scales: tuple[float, float] = (0.05, 0.05)) -> bytes:
    """Two branches that quantize the input each for itself."""
    x, y = Tensor("x", (1, 90), "float32"), Tensor("y", (1, 90), "float32")
    a, b = (Tensor(n, (1, 90), scale=s, zero_point=4) for n, s in zip("ab", scales, strict=True))
    c, d = Tensor("c", (1, 90), scale=1 / 256, zero_point=-128), Tensor("d", (1, 90), scale=0.04)
    ops = [Op("QUANTIZE", [x], [a]), Op("QUANTIZE", [x], [b]), Op("LOGISTIC", [b], [c])]
    return build([*ops, Op("MUL", [a, c], [d]), Op("DEQUANTIZE", [d], [y])])


MODELS = {
    "classifier": classifier,
    "uint8": bytes_out,
    "int16": wide,
    "nothing": nothing_inside,
    "branches": branches,
}


@pytest.mark.parametrize("io", ["integer", "float"])
def test_a_float_input_of_two_scales_stays_one(io: Io, tmp_path: Path) -> None:
    model = branches((0.05, 0.02))
    program = compile_graph(read_graph(model), CompileOptions("m", io=io))
    (end,) = program.ends.inputs
    assert end.port.name == "x" and not end.is_converted
    samples = random_samples(program, 12, 4)
    raw = np.frombuffer(host.run(host.build(program, tmp_path), samples), np.int8).reshape(12, -1)
    assert model_outputs(program.ends, raw).tobytes() == expected(model, program, samples)


def compiled(kind: str, io: Io) -> tuple[bytes, Program]:
    model = MODELS[kind]()
    return model, compile_graph(read_graph(model), CompileOptions("m", io=io))


def expected(model: bytes, program: Program, samples: np.ndarray) -> bytes:  # type: ignore[type-arg]
    return bytes(run_tflm(without_tail(model, program.ends), samples).tobytes())


@pytest.mark.parametrize("kind", MODELS)
def test_the_converters_of_the_header(kind: str, tmp_path: Path) -> None:
    model, program = compiled(kind, "integer")
    samples = random_samples(program, 12, 1)
    sources = host.write_sources(program, tmp_path)
    (tmp_path / "main.c").write_text(MAIN)
    flags = ["-std=c11", *host.WARNINGS, *host.SANITIZE, *(f"-I{d}" for d in host.include_folders(program))]
    binary = tmp_path / "run"
    done = objects.build(["gcc", *flags, f"-I{tmp_path}"], [*sources, tmp_path / "main.c"], binary, ["-lm"])
    assert done.returncode == 0, done.stderr
    assert host.run(binary, samples) == expected(model, program, samples)


@pytest.mark.parametrize("io", ["integer", "float"])
@pytest.mark.parametrize("kind", MODELS)
def test_every_bit_is_tflms(kind: str, io: Io, tmp_path: Path) -> None:
    model, program = compiled(kind, io)
    samples = random_samples(program, 12, 2)
    binary = host.build(program, tmp_path)
    taken = program_inputs(program.ends, samples)
    for stepwise in (False, True):
        raw = np.frombuffer(host.run(binary, taken, stepwise), np.int8).reshape(len(samples), -1)
        assert model_outputs(program.ends, raw).tobytes() == expected(model, program, samples)


@pytest.mark.parametrize("kind", MODELS)
def test_samples_reach_all_integers_and_saturate(kind: str) -> None:
    _, program = compiled(kind, "integer")
    samples = random_samples(program, 400, 3)
    reals, (end,) = samples.view(np.float32), program.ends.inputs
    assert np.isfinite(reals).all()
    info = np.iinfo(end.port.dtype.numpy)
    taken = program_inputs(program.ends, samples).view(end.port.dtype.numpy)
    assert taken.min() == info.min and taken.max() == info.max
    if info.bits == 8:
        assert len(np.unique(taken)) == 256
    steps = reals.astype(np.float64) / end.port.scale + end.port.zero_point
    assert (steps < info.min - 1).any() and (steps > info.max + 1).any()


def test_a_header_says_what_its_ends_are() -> None:
    from tinykd.compiler.codegen.render import render

    _, program = compiled("classifier", "integer")
    header = render(program)["m.h"]
    assert " *           float32 in the model, whose QUANTIZE is m_quantize()\n" in header
    assert " *           float32 in the model, whose DEQUANTIZE is m_dequantize()\n" in header
    assert " *           the model's SOFTMAX after it is left to the caller\n" in header
    assert "--optimize balanced\n" in header
    assert "--io float\n" in render(compiled("classifier", "float")[1])["m.h"]
