"""Scales and options beyond any sense: refused in one line, never a crash."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conformance.builder import Op, Tensor, build
from tests.conformance.cases import CASES, Case
from tests.conformance.choose import Drawn
from tests.examples import examples
from tinykd.compiler.codegen.render import render
from tinykd.compiler.compile import compile_graph
from tinykd.compiler.core import CompileOptions
from tinykd.errors import ModelError
from tinykd.graph.reader import read_graph

SCALES = (1e-45, 1e-38, 1e-13, 1e-9, 1.0, 3e4, 1e9, 1e13, 3e38)


def accepted(model: bytes) -> bool:
    try:
        render(compile_graph(read_graph(model), CompileOptions(name="m")))
    except ModelError as error:
        assert "\n" not in str(error)
        return False
    return True


def rescaled(tensor: Tensor, scale: float) -> Tensor:
    count = len(tensor.scales())
    return Tensor(**{**vars(tensor), "scale": (scale,) * count if count > 1 else scale}) if count else tensor


@st.composite
def twisted(draw: st.DrawFn) -> Case:
    """A case of any op with one tensor on another scale."""
    case = CASES[draw(st.sampled_from(sorted(CASES)))](Drawn(draw))
    victim = draw(st.sampled_from([t for op in case.ops for t in op.tensors()]))
    other = rescaled(victim, draw(st.sampled_from(SCALES)))
    swap: Callable[[Tensor | None], Tensor | None] = lambda t: other if t is victim else t  # noqa: E731
    for op in case.ops:
        op.inputs = [swap(t) for t in op.inputs]
        op.outputs = [t for t in map(swap, op.outputs) if t is not None]
    return Case(case.ops, other_subgraphs=case.other_subgraphs) if case.mergeable else case


@examples(150)
@given(twisted())
def test_any_scale_is_compiled_or_refused(case: Case) -> None:
    accepted(case.model())


@pytest.mark.parametrize("alpha", [float("nan"), float("inf"), -1e38, 1e38])
def test_leaky_relu_with_a_slope_that_is_no_slope(alpha: float) -> None:
    x, y = Tensor("x", (1, 4), scale=0.5), Tensor("y", (1, 4), scale=0.5)
    assert not accepted(build([Op("LEAKY_RELU", [x], [y], alpha=float(np.float32(alpha)))]))


def test_the_largest_block() -> None:
    x, y = Tensor("x", (1, 16, 9, 1), scale=0.5), Tensor("y", (144, 1, 1, 1), scale=0.5)
    block = Tensor("block", (2,), "int32", data=np.array([16, 9]))
    pads = Tensor("pads", (2, 2), "int32", data=np.zeros((2, 2)))
    assert not accepted(build([Op("SPACE_TO_BATCH_ND", [x, block, pads], [y])]))
