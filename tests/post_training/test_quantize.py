"""A float model made int8 from Python; what cannot be."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tinykd
from tests.conformance.builder import Op, Tensor, build
from tests.post_training.models import dense, real, rewritten, scaled_int8
from tests.post_training.models import weights as drawn
from tinykd.graph.float_model import float_input
from tinykd.post_training import quantizer

RNG = np.random.default_rng(5)
X = RNG.standard_normal((120, 4)).astype(np.float32)


def two_outputs() -> bytes:
    x = real("x", 1, 4)
    return build([Op("RELU", [x], [real("y", 1, 4)]), Op("TANH", [x], [real("z", 1, 4)])])


def of_integers() -> bytes:
    x, table = Tensor("x", (1, 4), "int32"), drawn("table", 9, 2)
    return build([Op("GATHER", [table, x], [real("y", 1, 4, 2)])])


def hybrid() -> bytes:
    w = Tensor("w", (3, 4), scale=0.1, data=np.ones((3, 4)))
    return build([Op("FULLY_CONNECTED", [real("x", 1, 4), w, None], [real("y", 1, 3)])])


@pytest.mark.parametrize(
    ("model", "text"),
    [
        (scaled_int8, "model: is quantized already; expected a float model. Type tinykd prove MODEL.tflite"),
        (two_outputs, "model: has 1 inputs and 2 outputs; expected one of each"),
        (of_integers, 'model: its input "x" is int32; expected float32'),
        (
            lambda: dense(batch=8),
            'model: its input "x" has shape [8, 4]; expected batch 1. Convert it again with batch 1 or None',
        ),
        (
            hybrid,
            "op 0 FULLY_CONNECTED: hybrid (int8 weights, float activations): tensor 0 'x' is float32; "
            "expected a full-int8 model. Convert with a representative dataset, TFLITE_BUILTINS_INT8, and "
            "int8 input and output types",
        ),
    ],
)
def test_models_that_are_no_float_models(model: Any, text: str) -> None:
    with pytest.raises(tinykd.ModelError) as caught:
        float_input(model())
    assert str(caught.value) == text


def test_the_package_that_it_needs_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quantizer.importlib.util, "find_spec", lambda _: None)
    (tmp_path / "m.tflite").write_bytes(dense())
    with pytest.raises(tinykd.ToolError) as caught:
        tinykd.quantize(tmp_path / "m.tflite", X, verbose=False)
    assert str(caught.value) == (
        "ai-edge-quantizer: is not installed; expected it, to make a float model int8. "
        'Type pip install "tinykd[quantize]"'
    )


@pytest.mark.slow
def test_ops_that_the_quantizer_has_not_are_written_otherwise(tmp_path: Path) -> None:
    (tmp_path / "m.tflite").write_bytes(rewritten())
    samples = RNG.uniform(-1, 1, (20, 8, 2)).astype(np.float32).repeat(2, axis=0)  # none beyond the ranges
    found = tinykd.quantize(tmp_path / "m.tflite", samples, verbose=False)
    assert (found.ladder.measure, found.calibration, found.ladder.samples) == ("mse to float", 20, 20)
    (answer,) = found.int8._ends[1]
    assert found.ladder.steps[0].value < (8 * answer.scale) ** 2  # some steps of the last of five roundings
    again = tinykd.quantize(tmp_path / "m.tflite", samples, verbose=False)
    assert again.int8.data == found.int8.data
    assert found.int8.compile().weights_bytes > 0 and "calibrated on 20 samples" in repr(found)


@pytest.mark.slow
def test_a_layer_without_an_int8_form_is_named(tmp_path: Path) -> None:
    (tmp_path / "m.tflite").write_bytes(dense("ELU"))
    with pytest.raises(tinykd.ModelError) as caught:
        tinykd.quantize(tmp_path / "m.tflite", X, verbose=False)
    assert str(caught.value) == (
        f"{tmp_path / 'm.tflite'}: ai-edge-quantizer leaves ELU (layer net/last) in float; "
        "expected layers that it makes int8. Use ReLU, sigmoid or tanh"
    )
