"""TFLM beside LiteRT: what is rounding, what is not, and what is said of it."""

from typing import Any

import numpy as np
import pytest

from tests.conformance.builder import Op, Tensor, build, constant
from tests.graph.shape_models import MODELS, activation, dilated
from tests.oracle.dense import dense_model
from tinykd.errors import ModelError
from tinykd.graph.reader import read_graph
from tinykd.oracle import agreement as judged
from tinykd.oracle.agreement import Opinions, OracleAgreement, agreement, opinions
from tinykd.oracle.litert import litert_name
from tinykd.oracle.random_inputs import random_inputs
from tinykd.progress import Silent

FIRST = "op 1 SPACE_TO_BATCH_ND, layer net/tcn"


def chain() -> bytes:
    """x -> RELU -> y -> RESHAPE -> z."""
    x, y, z = (
        Tensor(name, shape, scale=0.5) for name, shape in (("x", (1, 4)), ("a/y", (1, 4)), ("z", (2, 2)))
    )
    return build([Op("RELU", [x], [y]), Op("RESHAPE", [y, constant("to", [2, 2])], [z])])


def verdict(model: bytes, ours: list[list[Any]], theirs: list[list[Any]]) -> OracleAgreement:
    """Of what the ops of ``model`` wrote in one sample."""
    graph = read_graph(model)
    written = [t.index for op in graph.main.ops for t in op.outputs]

    def traces(values: list[list[Any]]) -> Any:
        return {(0, i): np.array(v, np.int8) for i, v in zip(written, values, strict=True)}

    return judged._Judge(graph, traces(ours), traces(theirs), 1).verdict("LiteRT")


@pytest.mark.parametrize(
    ("ours", "theirs", "first"),
    [
        ([[1, 2], [1, 2]], [[1, 2], [1, 2]], ""),
        ([[1, 2], [1, 2]], [[1, 3], [1, 3]], ""),  # one step
        ([[1, 2], [1, 2]], [[1, 4], [1, 4]], "op 0 RELU, layer a"),  # two
        ([[1, 2], [1, 2]], [[1, 2], [1, 3]], "op 1 RESHAPE, layer a"),  # moving does not round
        ([[1, 2], [1, 2]], [[1, 3], [1, 4]], "op 1 RESHAPE, layer a"),
        ([[1, 2], [1, 2]], [[1, 2, 3], [1, 2]], "op 0 RELU, layer a"),  # another size
    ],
)
def test_what_is_more_than_rounding(ours: list[Any], theirs: list[Any], first: str) -> None:
    assert verdict(chain(), ours, theirs).first == first


def test_what_is_said() -> None:
    base = {"litert": "LiteRT (x 1)", "samples": 8}
    assert (
        str(OracleAgreement(**base, differing=0, largest=0)) == "LiteRT (x 1): equals TFLM on 8 random inputs"
    )
    assert str(OracleAgreement(**base, differing=3, largest=9)) == (
        "LiteRT (x 1): differs from TFLM by rounding alone (at most 9, on 3 of 8 random inputs)"
    )
    wrong = OracleAgreement(**base, differing=8, largest=94, first="op 1 PAD", advice="Do this")
    assert str(wrong) == (
        "TFLM computes this file otherwise than LiteRT (x 1): outputs differ by at most 94, on 8 of 8 random "
        "inputs; first in op 1 PAD. Do this"
    )
    right = OracleAgreement(**base, differing=0, largest=0)
    assert Opinions(right).warnings == [] and Opinions(right).is_right and Opinions().is_right
    assert Opinions(wrong, right).warnings == [
        str(wrong),
        f"With its batch pinned to 1, as tinykd takes it: {right}",
    ]
    assert Opinions(wrong, right).is_right and not Opinions(wrong).is_right
    assert Opinions(wrong, right).to_json()["as_is"]["largest"] == 94
    assert OracleAgreement(**base, differing=1, largest=float("inf"), first="x").to_json()["largest"] is None


def test_random_inputs_are_what_their_types_hold() -> None:
    x, y, z = Tensor("x", (1, 4), "float32"), Tensor("y", (1, 3), "bool"), Tensor("z", (1, 5), scale=0.5)
    ops = [
        Op("QUANTIZE", [x], [Tensor("q", (1, 4), scale=0.5)]),
        Op("LOGICAL_NOT", [y], [Tensor("n", (1, 3), "bool")]),
        Op("RELU", [z], [Tensor("r", (1, 5), scale=0.5)]),
    ]
    drawn = random_inputs(read_graph(build(ops)).main.inputs, 100, 1)
    assert drawn.shape == (100, 4 * 4 + 3 + 5)
    assert np.isfinite(np.ascontiguousarray(drawn[:, :16]).view(np.float32)).all()
    assert set(np.unique(drawn[:, 16:19])) == {0, 1} and drawn[:, 19:].min() == -128


def test_where_litert_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judged, "litert_name", lambda: None)
    found = opinions(chain(), Silent())
    assert found.warnings == [] and found.is_right
    assert found.lines == ["LiteRT is not installed: pip install 'tinykd[litert]' to compare TFLM with it"]


def test_what_tflm_refuses_is_not_compared() -> None:
    x, y = Tensor("x", (1, 4), scale=0.5), Tensor("y", (1, 8), scale=0.5)
    found = opinions(build([Op("TILE", [x, constant("by", [1, 2])], [y])]), Silent())
    assert found.warnings == [] and "TFLM refuses it" in found.refused


def test_what_tflm_refuses_as_it_is_is_compared_pinned(monkeypatch: pytest.MonkeyPatch) -> None:
    """TimeDistributed: the file's own shapes contradict its RESHAPE, which is mended and runs."""
    right = OracleAgreement("LiteRT (x 1)", 8, 0, 0)

    def asked(model: bytes) -> OracleAgreement:
        if model == b"file":
            raise ModelError("model.tflite", "TFLM refuses it (RESHAPE)")
        return right

    monkeypatch.setattr(judged, "litert_name", lambda: "LiteRT (x 1)")
    monkeypatch.setattr(judged, "pinned", lambda _model: b"pinned")
    monkeypatch.setattr(judged, "agreement", asked)
    found = opinions(b"file", Silent())
    assert found.pinned == right and found.as_is is None and found.is_right and found.warnings == []
    assert found.lines == [
        "TFLM and LiteRT are not compared: TFLM refuses it (RESHAPE)",
        "With its batch pinned to 1, as tinykd takes it: LiteRT (x 1): equals TFLM on 8 random inputs",
    ]


@pytest.mark.slow
@pytest.mark.parametrize("name", MODELS)
def test_an_open_batch_is_found_out_and_pinned(name: str) -> None:
    """dilated: TFLM took the file's shapes without a word, and differed by up to 167 on some models."""
    assert litert_name() is not None
    found = opinions(MODELS[name](True), Silent())
    if name != "dilated":
        assert found.as_is is not None and found.as_is.is_rounding and found.pinned is None
        return
    assert found.as_is is not None and found.as_is.first == FIRST and found.as_is.largest > 10
    assert found.as_is.advice.startswith("Convert with batch 1: tf.TensorSpec((1, ...))")
    assert found.pinned is not None and found.pinned.is_rounding and found.is_right


@pytest.mark.slow
@pytest.mark.parametrize("model", [dense_model(), dilated(False), chain()])
def test_good_models_differ_by_rounding_at_most(model: bytes) -> None:
    found = agreement(model)
    assert found is not None and found.is_rounding and found.largest <= 1


@pytest.mark.slow
def test_padding_that_tflm_never_writes() -> None:
    """SPACE_TO_BATCH_ND of another zero point than 0: both runtimes refuse it, and LiteRT says why."""
    x, y = activation("x", (1, 3, 3, 1), True), activation("net/conv/S", (4, 2, 2, 1), True)
    inputs = [x, constant("block", [2, 2]), constant("pads", [[0, 1], [0, 1]])]
    found = opinions(build([Op("SPACE_TO_BATCH_ND", inputs, [y])]), Silent())
    assert found.pinned is not None and found.pinned.first == "op 0 SPACE_TO_BATCH_ND, layer net/conv"
    assert not found.is_right
