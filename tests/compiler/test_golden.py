"""One whole generated model, kept as a file: ``pytest tests/compiler/test_golden.py --update-golden``,
then review."""

from pathlib import Path

import numpy as np
import pytest

from tests.compiler.models import Net, image
from tests.conformance.builder import RELU, SAME, Op, Tensor, build
from tinykd.compiler.codegen.render import render
from tinykd.compiler.compile import compile_graph
from tinykd.compiler.core import CompileOptions, Core
from tinykd.graph.reader import read_graph

GOLDEN = Path(__file__).parent / "golden"


def tiny() -> bytes:
    """conv 2x2, a residual add, a reshape and a dense layer, with weights that can be read."""
    x = Tensor("input", (1, 3, 3, 2), scale=0.5, zero_point=-1)
    w = Tensor("w", (2, 2, 2, 2), scale=(0.25, 0.5), data=np.arange(-8, 8, dtype=np.int8).reshape(2, 2, 2, 2))
    b = Tensor("b", (2,), "int32", scale=(0.125, 0.25), data=np.array([100, -100], np.int32))
    y, z = Tensor("conv", (1, 3, 3, 2), scale=2.0, zero_point=3), Tensor("sum", (1, 3, 3, 2), scale=2.5)
    flat, out = Tensor("flat", (1, 18), scale=2.5), Tensor("scores", (1, 2), scale=4.0, zero_point=9)
    v = Tensor("v", (2, 18), scale=0.5, data=np.arange(36, dtype=np.int8).reshape(2, 18))
    ops = [
        Op("CONV_2D", [x, w, b], [y], padding=SAME, strideW=1, strideH=1),
        Op("ADD", [x, y], [z], fusedActivationFunction=RELU),
        Op("RESHAPE", [z], [flat]),
        Op("FULLY_CONNECTED", [flat, v, None], [out]),
    ]
    return build(ops)


def few_rows() -> bytes:
    """conv 3x3, depthwise 3x3, an average of all pixels: layers that go by rows where RAM is short."""
    net = Net(image(24, 12, 2))
    net.conv(4, activation=RELU)
    net.depthwise()
    net.pool("AVERAGE_POOL_2D", (24, 12), (24, 12))
    return net.bytes()


def test_golden_by_rows(request: pytest.FixtureRequest) -> None:
    options = CompileOptions("rows", Core.CORTEX_M4, "ram", source="rows.tflite")
    text = render(compile_graph(read_graph(few_rows()), options))["rows.c"]
    if request.config.getoption("--update-golden"):
        (GOLDEN / "rows.c").write_text(text)
    assert text == (GOLDEN / "rows.c").read_text(), (
        "rows.c changed; if that is meant, run with --update-golden"
    )


def test_golden(request: pytest.FixtureRequest) -> None:
    options = CompileOptions("tiny", labels=("cat", 'a "dog"'), source="tiny.tflite")
    for name, text in render(compile_graph(read_graph(tiny()), options)).items():
        file = GOLDEN / name
        if request.config.getoption("--update-golden"):
            file.parent.mkdir(exist_ok=True)
            file.write_text(text)
        assert text == file.read_text(), f"{name} changed; if that is meant, run with --update-golden"
