"""Lint on the digits model of the fixtures, and on models with every fault. No TensorFlow."""

from pathlib import Path

import numpy as np
import pytest

from tests.conformance.builder import Op, Tensor, build
from tinykd.errors import ModelError
from tinykd.oracle import run_tflm
from tinykd.quantization.lint import lint
from tinykd.quantization.measure import confusion, model_ends
from tinykd.quantization.names import layer_of

FIXTURES = Path(__file__).parent.parent / "fixtures"
MODEL = (FIXTURES / "digits.tflite").read_bytes()
OPS = frozenset({"CONV_2D", "DEPTHWISE_CONV_2D", "MEAN", "FULLY_CONNECTED"})
BLOCKS = [f"block{i}_{kind}" for i in (1, 2, 3) for kind in ("depthwise", "pointwise")]
LAYERS = frozenset(
    ["input", "pool", "logits"] + [f"{n}{s}" for n in ["stem", *BLOCKS] for s in ("", "_norm", "_relu")]
)


def test_nothing_is_found_in_the_digits_model():
    result = lint(MODEL, LAYERS, OPS)
    assert result.findings == ()
    result.check("student")


def test_every_operator_is_traced_to_its_keras_layer():
    found = [(op.op, op.layer) for op in lint(MODEL, LAYERS, OPS).ops]
    depthwise = {"depthwise": "DEPTHWISE_CONV_2D", "pointwise": "CONV_2D"}
    assert found == [
        ("CONV_2D", "stem"),
        *((depthwise[name.partition("_")[2]], name) for name in BLOCKS),
        ("MEAN", "pool"),
        ("FULLY_CONNECTED", "logits"),
    ]


def test_an_operator_that_the_runtime_lacks():
    with pytest.raises(ModelError) as caught:
        lint(MODEL, LAYERS, frozenset({"CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED"})).check("student")
    assert str(caught.value) == (
        "student: layer pool: MEAN is not in the runtime. "
        "Use other layers: the runtime has CONV_2D, DEPTHWISE_CONV_2D, FULLY_CONNECTED"
    )


def test_another_scale_is_not_left_in_float():
    """A Concatenate of the input and of features: one side is brought to the other's scale, in int8."""
    x, y = Tensor("x", (1, 4), scale=0.5), Tensor("tfl.quantize", (1, 4), scale=0.1)
    assert lint(build([Op("QUANTIZE", [x], [y])]), LAYERS, OPS | {"QUANTIZE"}).findings == ()
    found = lint(build([Op("QUANTIZE", [x], [y])]), LAYERS, OPS).findings
    assert [finding.fault for finding in found] == ["QUANTIZE is not in the runtime"]


def test_what_is_quantized_between_layers_was_float():
    x, y = Tensor("x", (1, 4), "float32"), Tensor("y", (1, 4), scale=0.1)
    found = lint(build([Op("QUANTIZE", [x], [y])]), LAYERS, OPS | {"QUANTIZE"}).findings
    assert found[0].fault == "QUANTIZE between layers: it was left in float"


@pytest.mark.parametrize(
    ("names", "layer"),
    [
        (["ds_cnn/quant_stem_relu/Relu;ds_cnn/quant_stem_norm/x;ds_cnn/quant_stem/Conv2D"], "stem_relu"),
        (["ds_cnn/quant_stem/Conv2D;x", "ds_cnn/quant_stem_relu/Relu"], "stem"),
        (["m/stem/Conv2D"], "stem"),
        (["StatefulPartitionedCall:0"], None),
        (["m/quant_stem_2/Conv2D"], None),
        ([], None),
    ],
)
def test_names(names, layer):
    assert layer_of(names, LAYERS) == layer


def test_the_fixture_is_what_it_says():
    """Inputs, labels and TFLM's outputs beside the model."""
    with np.load(FIXTURES / "digits_io.npz") as io:
        assert np.array_equal(run_tflm(MODEL, io["inputs"]), io["outputs"])
        assert (io["outputs"].argmax(axis=1) == io["labels"]).mean() > 0.9
    given, answer = model_ends(MODEL)
    assert given.shape == (1, 8, 8, 1) and given.zero_point == -128 and answer.shape == (1, 10)


def test_confusion_counts_true_against_named():
    scores = np.array([[9, 1], [0, 5], [3, 3], [7, 8]], np.int8)
    assert confusion(scores, np.array([0, 0, 1, 1]), 2) == [[1, 1], [1, 1]]
