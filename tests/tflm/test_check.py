"""What a board's copy of TFLM cannot run is refused before anything is generated, with what to type."""

import pytest

from tests.conformance.builder import Op, Tensor, build, constant
from tests.graph.shape_models import activation, dilated
from tests.tflm import models
from tests.tflm.conftest import program_on
from tinykd.boards import load_board
from tinykd.errors import ConfigError, ModelError
from tinykd.files import sha256_bytes
from tinykd.graph.reader import read_graph
from tinykd.tflm.render import render
from tinykd.tflm.target import target_of


def test_an_op_that_the_copy_lacks() -> None:
    with pytest.raises(ModelError) as caught:
        program_on("nano33ble", models.reverse())
    assert str(caught.value) == (
        "op 0 REVERSE_V2: Chirale_TensorFLowLite 2.0.0 does not have it; expected a copy that has it: "
        "esp-tflite-micro 1.4.0 (esp32-c3-devkitm-1, esp32-c3-devkitm-1-espidf, esp32-c6-devkitc-1, "
        "esp32-c6-devkitc-1-espidf, esp32-p4-espidf, esp32-s3-devkitc-1, esp32-s3-espidf, "
        "esp32-s3-n8r8-espidf, esp32cam, esp32cam-espidf, esp32dev, esp32dev-espidf, nano_esp32, "
        "xiao_esp32s3_sense); TensorFlow Lite Micro as published. "
        "Runtime static refuses op 0 REVERSE_V2: tensor 1 'axis' is computed at run time. "
        "Fix it before converting"
    )
    assert program_on("esp32dev-espidf", models.reverse()).ops == ("REVERSE_V2",)


def test_a_dense_layer_that_would_be_computed_wrongly() -> None:
    with pytest.raises(ModelError) as caught:
        program_on("nano33ble", models.dense(scale=(0.5, 0.25)))
    assert str(caught.value) == (
        "op 0 FULLY_CONNECTED, tensor 1 'w': has 2 scales, one per output, and Chirale_TensorFLowLite 2.0.0 "
        "computes it wrongly, without a word; expected one scale per tensor. Convert again with "
        "`converter._experimental_disable_per_channel_quantization_for_dense_layers = True`. "
        'Type runtime = "static" in [target], or --runtime static'
    )
    assert program_on("nano33ble", models.dense()).ops == ("FULLY_CONNECTED",)
    assert program_on("esp32dev-espidf", models.dense(scale=(0.5, 0.25))).notes == ()


def test_what_esp_nn_may_compute_wrongly_is_named() -> None:
    assert program_on("esp32-s3-espidf", models.dense(scale=(0.5, 0.25))).notes == (
        "op 0 FULLY_CONNECTED of 18 inputs and 2 outputs: ESP-NN on ESP32-S3 corrupts per-channel dense "
        "layers with few outputs; trust it only after `tinykd verify`",
    )
    assert program_on("esp32-s3-espidf", models.dense(inputs=12)).notes == (
        "op 0 FULLY_CONNECTED of 12 inputs and 2 outputs: rows below 16 go through ESP-NN's old assembly on "
        "ESP32-S3; trust it only after `tinykd verify`",
    )
    assert program_on("esp32-s3-espidf", models.dense()).notes == ()
    assert program_on("esp32dev-espidf", models.dense(inputs=12)).notes == ()  # no assembly there


def test_a_board_without_a_library() -> None:
    with pytest.raises(ConfigError) as caught:
        target_of(load_board("nano33ble").model_copy(update={"tflm": None}), None)
    assert str(caught.value) == (
        "board nano33ble: no library of TensorFlow Lite Micro is known for it; expected a board with one, "
        'see `tinykd boards`. Type runtime = "static" in [target], or --runtime static'
    )


def test_a_virtual_board_without_a_tree() -> None:
    with pytest.raises(ConfigError) as caught:
        target_of(load_board("qemu-mps2-an386"), None)
    assert str(caught.value) == (
        "board qemu-mps2-an386: no library is published for it, so runtime tflm needs a tree of TensorFlow "
        "Lite Micro; expected its folder in [target] tflm_dir or in the environment variable "
        "TINYKD_TFLM_DIR. docs/tflm.md says how it is made"
    )


def test_a_custom_op_is_for_runtime_static() -> None:
    """It was said to be no op of TensorFlow Lite Micro, which has it."""
    x, y = Tensor("x", (2, 4), "int16"), Tensor("y", (2, 4), "int16")
    weights = constant("w", [1, 2, 3, 4], "int16")
    with pytest.raises(ModelError) as caught:
        program_on("nano33ble", build([Op("CUSTOM SignalWindow", [x, weights], [y], shift=12)]))
    assert str(caught.value) == (
        "op 0 CUSTOM SignalWindow: is a custom op; expected built-in ops, in runtime tflm. "
        'Type runtime = "static" in [target], or --runtime static'
    )


def test_an_open_batch_is_pinned_and_told() -> None:
    """TFLM took the file's shapes, and computed otherwise than LiteRT, without a word."""
    opened, fixed = dilated(True), dilated(False)
    program = program_on("esp32dev-espidf", opened)
    (note,) = program.notes
    assert note.startswith(
        "its batch is open, and 4 shapes are not those that its ops give (tensor 5 'net/tcn/S'"
    )
    assert program.sha256 == sha256_bytes(opened) and not program.is_as_given
    assert read_graph(program.flatbuffer).main.ops[3].inputs[0].shape == (2, 1, 6, 3)  # type: ignore[union-attr]
    assert "its shapes inferred anew for batch 1. Made by" in render(program)["tiny_flatbuffer.cpp"]
    right = program_on("esp32dev-espidf", fixed)
    assert right.notes == () and right.is_as_given and right.flatbuffer == fixed
    assert "byte by byte. Made by" in render(right)["tiny_flatbuffer.cpp"]
    assert [layer.macs for layer in program.layers] == [layer.macs for layer in right.layers]


@pytest.mark.parametrize(
    ("is_open", "advice"),
    [
        (True, "Convert with batch 1, which makes one dilated convolution of it"),
        (False, "Use a dilated convolution or an explicit PAD"),
    ],
)
def test_padding_with_memory_that_was_never_written(is_open: bool, advice: str) -> None:
    x, y = activation("x", (1, 3, 3, 1), is_open), activation("y", (4, 2, 2, 1), is_open)
    inputs = [x, constant("block", [2, 2]), constant("pads", [[0, 1], [0, 1]])]
    with pytest.raises(ModelError) as caught:
        program_on("esp32dev-espidf", build([Op("SPACE_TO_BATCH_ND", inputs, [y])]))
    assert str(caught.value) == (
        "op 0 SPACE_TO_BATCH_ND: tensor 3 'y' is padded and has zero point -3; expected zero point 0 or no "
        f"padding: TFLM pads with memory it never wrote. {advice}"
    )


def test_what_tflm_refuses_on_the_host_may_be_static(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_model: bytes) -> None:
        raise ModelError("model.tflite", "TFLM refuses it (why)", "a model that TFLM runs")

    monkeypatch.setattr("tinykd.tflm.make.tflm_arena", refuse)
    said = "model.tflite: TFLM refuses it (why); expected a model that TFLM runs. "
    with pytest.raises(ModelError) as caught:
        program_on("nano33ble", models.dense())
    assert str(caught.value) == said + 'Type runtime = "static" in [target], or --runtime static'
    with pytest.raises(ModelError) as caught:
        program_on("esp32dev-espidf", models.reverse())
    assert str(caught.value).startswith(said + "Runtime static refuses op 0 REVERSE_V2: tensor 1 'axis'")
