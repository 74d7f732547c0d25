"""A dilated convolution in padded blocks, of an open batch, is the convolution that batch 1 gives."""

import numpy as np
import pytest

from tests.conformance.builder import RELU, VALID, Op, Tensor, build, constant
from tests.graph.shape_models import BLOCKS, activation
from tests.graph.test_shapes import compiled
from tinykd.errors import ModelError
from tinykd.graph.reader import read_graph
from tinykd.graph.shapes.dilation import with_dilation
from tinykd.graph.shapes.pin import contradictions, pinned
from tinykd.graph.shapes.settle import settled
from tinykd.oracle import run_tflm
from tinykd.oracle.agreement import opinions
from tinykd.progress import Silent


def kinds(model: bytes) -> list[tuple[str, str]]:
    """Each op with its padding and dilation, if it has them."""
    names = ("padding", "dilation_h_factor", "dilation_w_factor")
    values = [(op.kind, op.options.values) for op in settled(read_graph(model)).main.ops]
    return [(kind, " ".join(str(v[n]) for n in names if n in v)) for kind, v in values]


@pytest.mark.parametrize("name", BLOCKS)
def test_tflm_computes_the_pinned_file_as_the_one_of_batch_one(name: str) -> None:
    """dyn_dilated2d was refused: TFLM pads with memory that it never wrote."""
    opened, fixed = BLOCKS[name](True), BLOCKS[name](False)
    shape = read_graph(fixed).main.inputs[0].shape
    samples = np.random.default_rng(0).integers(-128, 128, (9, *shape)).astype(np.int8)
    assert np.array_equal(run_tflm(opened, samples), run_tflm(fixed, samples))


@pytest.mark.parametrize("name", BLOCKS)
def test_the_pinned_file_holds_the_same_ops(name: str) -> None:
    opened, fixed = BLOCKS[name](True), BLOCKS[name](False)
    again = pinned(opened)
    assert kinds(again) == kinds(opened) and pinned(again) == again
    assert contradictions(read_graph(again)) == []
    new = [kind for kind in kinds(opened) if kind[0] not in ("RESHAPE", "EXPAND_DIMS")]
    assert new == [kind for kind in kinds(fixed) if kind[0] not in ("RESHAPE", "EXPAND_DIMS")]
    both = [compiled(m).count("tkd_") for m in (opened, fixed)]
    assert both[0] == both[1]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["odd", "time"])
def test_litert_computes_the_same(name: str) -> None:
    found = opinions(BLOCKS[name](True), Silent())
    assert found.as_is is not None and not found.as_is.is_rounding
    assert found.pinned is not None and found.pinned.is_rounding


def test_what_no_padding_is_equal_to_is_left_alone() -> None:
    x, y = activation("x", (1, 6, 6, 3), True), activation("net/c/S", (4, 5, 5, 3), True)
    block, crops = constant("block", [2, 2]), constant("crops", [[0, 0], [0, 0]])
    w = Tensor("w", (3, 3, 3, 3), scale=0.01, data=np.ones((3, 3, 3, 3), np.int8))
    a, b = activation("a", (4, 3, 3, 3), True, scale=0.2), activation("b", (1, 6, 6, 3), True, scale=0.2)
    steps = {"strideW": 1, "strideH": 1, "padding": VALID, "fusedActivationFunction": RELU}
    ops = [
        Op("SPACE_TO_BATCH_ND", [x, block, constant("pads", [[4, 0], [2, 2]])], [y]),
        Op("CONV_2D", [y, w, None], [a], **steps),
        Op("BATCH_TO_SPACE_ND", [a, block, crops], [b]),
    ]
    model = build(ops)
    graph = read_graph(model).main
    assert with_dilation(graph) is graph
    with pytest.raises(ModelError, match=r"op 0 SPACE_TO_BATCH_ND: .* is padded and has zero point -3"):
        compiled(model)
