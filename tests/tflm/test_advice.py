"""A runtime that refuses a model names the other one only where that takes it."""

from pathlib import Path

import pytest

from tests.conformance.builder import Op, Tensor, build, constant
from tests.tflm import models
from tests.tflm.conftest import program_on
from tinykd.api.model_file import CompileRequest, compile_file
from tinykd.boards import load_board
from tinykd.errors import ConfigError, ModelError
from tinykd.tflm.advice import advised_target

TFLM = 'runtime = "tflm" in [target], or --runtime tflm'
STATIC = 'runtime = "static"'


def tiled() -> bytes:
    """TILE of more than axes of one entry, which neither runtime has."""
    x, y = Tensor("x", (1, 4), scale=0.5), Tensor("net/up_sampling2d_1/Repeat", (1, 8), scale=0.5)
    return build([Op("TILE", [x, constant("by", [1, 2])], [y])])


def float_in() -> bytes:
    """Full-integer inside, float32 in: the converter's default."""
    x, q = Tensor("x", (1, 4), "float32"), Tensor("q", (1, 4), scale=0.5)
    return build([Op("QUANTIZE", [x], [q]), Op("RELU", [q], [Tensor("y", (1, 4), scale=0.5)])])


def static_says(folder: Path, model: bytes, board: str | None = None) -> str:
    path = folder / "m.tflite"
    path.write_bytes(model)
    with pytest.raises(ModelError) as caught:
        compile_file(path, CompileRequest(board))
    return str(caught.value).removeprefix(f"{path}: ")


def tflm_says(model: bytes, board: str = "nano33ble") -> str:
    with pytest.raises(ModelError) as caught:
        program_on(board, model)
    return str(caught.value)


def test_neither_has_it(tmp_path: Path) -> None:
    instead = "Use UpSampling2D of tf_keras, which becomes RESIZE_NEAREST_NEIGHBOR, or Conv2DTranspose"
    found = "op 0 TILE: tensor 0 'x' of shape [1, 4] is repeated [1, 2] times"
    expected = "; expected axes of one entry repeated, which is TFLM's BROADCAST_TO; it has no TILE. "
    assert static_says(tmp_path, tiled()) == found + expected + instead
    assert tflm_says(tiled()) == (
        "op 0 TILE: Chirale_TensorFLowLite 2.0.0 does not have it; expected an op of TensorFlow Lite Micro. "
        f"Runtime static refuses {found}. {instead}"
    )


def test_the_board_that_runs_it_is_named(tmp_path: Path) -> None:
    said = static_says(tmp_path, models.reverse())
    assert said.startswith(
        "op 0 REVERSE_V2: tensor 1 'axis' is computed at run time; expected a constant. "
        "Fix it before converting"
    )
    assert said.endswith(
        f". Or type {TFLM}, on a board: "
        "esp32-c3-devkitm-1, esp32-c3-devkitm-1-espidf, esp32-c6-devkitc-1 and 11 more"
    )
    assert static_says(tmp_path, models.reverse(), "esp32dev-espidf").endswith(f". Or type {TFLM}")
    assert "on another board: esp32-" in static_says(tmp_path, models.reverse(), "nano33ble")


def test_a_float_input_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "m.tflite"
    path.write_bytes(float_in())
    assert compile_file(path, CompileRequest("nano33ble")).name == "m"


def test_what_both_refuse_is_told_once(tmp_path: Path) -> None:
    """The file is read alike for both."""
    broken = models.reverse()[:-100]
    assert TFLM not in static_says(tmp_path, broken)
    x = Tensor("x", (1, 4), "float32")
    assert TFLM not in static_says(tmp_path, build([Op("RELU", [x], [Tensor("y", (1, 4), "float32")])]))


@pytest.mark.parametrize("scale", [(0.5, 0.25)])
def test_a_copy_that_computes_wrongly_names_static_only_where_that_takes_it(
    scale: tuple[float, float],
) -> None:
    assert STATIC in tflm_says(models.dense(scale=scale))
    x, h = Tensor("x", (1, 18), scale=0.5), Tensor("h", (1, 2), scale=4.0)
    weights = Tensor("w", (2, 18), scale=scale, data=constant("w", [[1] * 18] * 2, "int8").data)
    order, y = Tensor("order", (2,), "int32"), Tensor("y", (2, 1), scale=4.0)
    ops = [Op("FULLY_CONNECTED", [x, weights, None], [h]), Op("TRANSPOSE", [h, order], [y])]
    said = tflm_says(build(ops))
    assert STATIC not in said
    assert "`. Runtime static refuses " in said


def test_a_board_without_a_library_names_static_only_where_that_takes_the_model() -> None:
    board = load_board("nano33ble").model_copy(update={"tflm": None})
    said = "board nano33ble: no library of TensorFlow Lite Micro is known for it; expected a board with one, "
    for model, advice in (
        (models.dense(), 'Type runtime = "static" in [target], or --runtime static'),
        (
            models.reverse(),
            "Runtime static refuses op 0 REVERSE_V2: tensor 1 'axis' is computed at run time. "
            "Fix it before converting",
        ),
    ):
        with pytest.raises(ConfigError) as caught:
            advised_target(board, None, model)
        assert str(caught.value) == f"{said}see `tinykd boards`. {advice}"
