"""The tools of this folder: what they build is what TFLM reads, and a wrong byte is seen."""

import numpy as np
import pytest

from tests.conformance.builder import NONE, SAME, Op, Tensor, build, constant, graph_io, options_table
from tests.conformance.cases import CASES
from tests.conformance.choose import Seeded, samples
from tests.conformance.harness import GROUP, Labelled, compare
from tests.conformance.table import cases_of, rows, shown
from tests.conformance.tflm import Tflm, TflmError
from tinykd.graph.reader import read_graph


def test_a_built_model_reads_back_as_it_was_said() -> None:
    x, y = Tensor("x", (1, 4), scale=0.5, zero_point=-3), Tensor("y", (1, 4), scale=0.25, zero_point=7)
    graph = read_graph(build([Op("ADD", [x, constant("k", [[1]], "int8", scale=2.0)], [y])])).main
    assert [t.name for t in graph.inputs] == ["x"] and [t.name for t in graph.outputs] == ["y"]
    (op,) = graph.ops
    assert op.kind == "ADD" and op.options.integer("fused_activation_function") == NONE
    assert (graph.inputs[0].scale, graph.inputs[0].zero_point) == (0.5, -3)
    assert op.inputs[1] is not None and op.inputs[1].data is not None and op.inputs[1].data.tolist() == [[1]]


def test_absent_operands_and_per_channel_scales() -> None:
    x, y = Tensor("x", (1, 3, 3, 1), scale=1.0), Tensor("y", (1, 3, 3, 2), scale=1.0)
    w = Tensor("w", (2, 1, 1, 1), scale=(0.5, 0.25), data=np.ones((2, 1, 1, 1)))
    conv = Op("CONV_2D", [x, w, None], [y], padding=SAME, strideH=1, strideW=1)
    (op,) = read_graph(build([conv])).main.ops
    assert op.inputs[2] is None
    assert op.inputs[1] is not None and op.inputs[1].quantization is not None
    assert op.inputs[1].quantization.scales == (0.5, 0.25)


def test_options_tables_have_the_schema_s_names() -> None:
    assert options_table("BATCH_TO_SPACE_ND") == "BatchToSpaceNDOptions"
    assert options_table("LOGISTIC") is None


def test_ends_of_a_graph() -> None:
    x, y, z = (Tensor(n, (1,), scale=1.0) for n in "xyz")
    assert graph_io([Op("ABS", [x], [y]), Op("ABS", [y], [z])]) == ([x], [z])


def test_a_model_that_tflm_refuses_does_not_end_the_worker(tflm: Tflm) -> None:
    x, y = Tensor("x", (1, 3), scale=0.1), Tensor("y", (1, 4), scale=0.1)
    with pytest.raises(TflmError):
        tflm.run(build([Op("ADD", [x, x], [y])]), [[np.zeros((1, 3), np.int8)]])
    z = Tensor("z", (1, 3), scale=0.1)
    (sample,) = tflm.run(build([Op("ADD", [x, x], [z])]), [[np.full((1, 3), 5, np.int8)]])
    assert sample[0].tolist() == [[10, 10, 10]]


def test_samples_hold_the_limits_and_the_zero_point() -> None:
    x = Tensor("x", (1, 64), scale=1.0, zero_point=40)
    uniform, limits, near, ramp = (s[0] for s in samples([x], 4, 0))
    assert set(np.unique(limits)) == {-128, 127} and abs(near.astype(int) - 40).max() <= 3
    assert len(np.unique(ramp)) == 64 and uniform.dtype == np.int8


def test_a_wrong_byte_is_counted_and_located(tflm: Tflm, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same kernels on a model whose lookup table has one wrong entry."""
    x, y = Tensor("x", (1, 256), scale=0.1), Tensor("y", (1, 256), scale=0.1)
    members = [Labelled("RELU 0", CASES["RELU"](Seeded(3)))]
    members[0] = Labelled("RELU 0", type(members[0].case)([Op("RELU", [x], [y])]))

    def wrong(*_: object) -> np.ndarray:
        return np.zeros(256, np.int8)

    monkeypatch.setattr("tinykd.compiler.ops.common.tables.relu", wrong)
    (found,) = compare(members, tflm)
    assert found.differing > 100 and found.total == 4 * 256
    assert found.first.startswith("sample 0 output 0 element ")
    assert "RELU 0: sample 0" in shown(rows([found]))


def test_cases_are_the_same_for_the_same_seed() -> None:
    first, second = (cases_of("CONV_2D", GROUP, seed=5) for _ in range(2))
    assert [m.case.model() for m in first] == [m.case.model() for m in second]
    assert len({m.case.model() for m in first}) == GROUP
