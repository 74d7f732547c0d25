"""An output of real numbers is not described as ``real = 0 * (q - 0)`` anywhere."""

from pathlib import Path

import pytest

from tests.conformance.builder import Op, Tensor, build, constant
from tinykd.compiler.codegen.library import default_toolchain, library_files
from tinykd.compiler.codegen.render import render
from tinykd.compiler.compile import compile_graph
from tinykd.compiler.core import CompileOptions
from tinykd.display.inspection import inspection_lines
from tinykd.graph.reader import read_graph


def float_out() -> bytes:
    x, q, y = (
        Tensor("x", (1, 4), scale=0.5, zero_point=3),
        Tensor("q", (1, 4), scale=0.5),
        Tensor("y", (1, 4), "float32"),
    )
    return build([Op("RELU", [x], [q]), Op("DEQUANTIZE", [q], [y])])


def whole_out() -> bytes:
    x, y = Tensor("x", (1, 4), scale=0.5, zero_point=3), Tensor("y", (1,), "int32")
    return build([Op("ARG_MAX", [x, constant("axis", [1])], [y])])


@pytest.mark.parametrize(
    ("model", "shape", "dtype", "meaning"),
    [(float_out(), "1x4", "float32", "real numbers"), (whole_out(), "1", "int32", "not quantized")],
)
def test_what_an_output_means(model: bytes, shape: str, dtype: str, meaning: str) -> None:
    program = compile_graph(read_graph(model), CompileOptions("m", io="float"))
    lines = inspection_lines(Path("m.tflite"), {**program.summary(), "quantization": {}})
    assert lines[1] == "input   x  int8 1x4  real = 0.5 * (q - 3)"
    assert lines[2] == f"output  y  {dtype} {shape}  {meaning}"
    readme = library_files(program, default_toolchain(program.options.core))["README.md"]
    assert f"| output | {shape} {dtype}, {meaning} |" in readme
    header = render(program)["m.h"]
    assert f" * output 0  {shape} {dtype}, {meaning}: y" in header
    assert "0 * (q" not in "".join([*lines, readme, header])
