"""``tinykd.distill`` from arrays and networks: what it gives, and what its caller does wrong."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tinykd
from tinykd.training.tensorflow import libraries

RNG = np.random.default_rng(0)
Y = np.arange(240) % 3
X = (RNG.random((240, 8, 8)) * 60 + 90 * Y[:, None, None] / 2).astype(np.uint8)
PARTS = ((X[:180], Y[:180]), (X[180:], Y[180:]))
SHORT = {
    "data": {"augmented_copies": 2},
    "distillation": {"epochs": 3},
    "quantization": {"epochs": 1},
    "teacher": {"epochs": 2},
}


def keras_teacher(module: str) -> Any:
    """Says how bright a sample is, in three classes."""
    keras = getattr(libraries(), module)  # starts TensorFlow as all other tests of this process need it
    inputs = keras.Input((8, 8, 1))
    mean = keras.layers.GlobalAveragePooling2D()(inputs)
    model = keras.Model(inputs, keras.layers.Dense(3)(mean))
    model.layers[-1].set_weights([np.array([[-60.0, 0.0, 60.0]]), np.array([17.0, 0.0, -28.0])])
    return model


def once(module: str) -> Any:
    """All tests of ``result`` run in one process, so that it is made once."""
    return pytest.param(module, marks=pytest.mark.xdist_group(f"distilled-{module}"))


@pytest.fixture(scope="module", params=[once("keras"), once("tf_keras")])
def result(request: pytest.FixtureRequest) -> tinykd.Distilled:
    teacher = keras_teacher(request.param)
    classes = ["dark", "grey", "light"]
    return tinykd.distill(teacher, "mlp", PARTS, classes=classes, settings=SHORT, verbose=False)


@pytest.mark.slow
def test_it_gives_a_ladder_a_page_and_a_model(result: tinykd.Distilled) -> None:
    assert [rung.step for rung in result.ladder][:3] == ["teacher", "baseline", "student"]
    assert result.ladder["tflite"].test.total == 60
    assert ".tflite" in repr(result) and "<table>" in result._repr_html_()
    assert result.report().html.startswith("<!DOCTYPE html>")
    assert result.int8.classes == ("dark", "grey", "light")


@pytest.mark.slow
def test_the_model_takes_samples_as_they_were_given(result: tinykd.Distilled) -> None:
    """Bytes in, as for ``distill``: as many right answers as the ladder's flatbuffer has."""
    answers = result.int8.predict(X[180:])
    assert answers.shape == (60, 3) and answers.dtype == np.float32
    assert np.count_nonzero(answers.argmax(axis=1) == Y[180:]) == result.ladder["tflite"].test.correct


@pytest.mark.slow
def test_samples_in_another_range_are_found_out(result: tinykd.Distilled) -> None:
    with pytest.raises(ValueError, match=r"^x: pixels from 0 to 0\.\d+; expected \[0, 255\], as "):
        result.int8.predict(X / 255.0)


@pytest.mark.slow
def test_a_folder_that_is_kept_goes_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        found = tinykd.distill("mlp", "mlp", {"x": X, "y": Y}, settings=SHORT, folder=tmp_path)
    said = capsys.readouterr().err
    assert said.count("train: started") == 1
    assert (found.folder / "tinykd.toml").is_file() and found.folder == tmp_path


@pytest.mark.slow
def test_a_student_of_the_callers_own() -> None:
    keras, layers = libraries().tf_keras, libraries().tf_keras.layers
    inputs = keras.Input((8, 8, 1))
    student = keras.Model(inputs, layers.Dense(3)(layers.Flatten()(inputs)))
    found = tinykd.distill("mlp", student, PARTS, settings=SHORT, verbose=False)
    assert found.ladder["tflite"].test.total == 60


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"teacher": 3}, 'teacher: a int; expected a Keras model, a file of one, or a name such as "resnet"'),
        (
            {"student": object()},
            'student: a builtins.object; expected a name such as "ds_cnn", or a tf_keras model (QAT takes no '
            "other)",
        ),
        (
            {"data": 3},
            "data: gave a int; expected a dictionary of arrays, (x, y), a tf.data.Dataset or a tinykd "
            "Dataset",
        ),
        (
            {"settings": {"distillation": {"epoch": 3}}},
            "tinykd.toml: [distillation] epoch: unknown key; expected epochs",
        ),
        (
            {"name": "9x"},
            'tinykd.toml: [project] name: "9x" is not a lower-case C identifier; expected a lower-case C '
            'identifier such as "model_9x"',
        ),
        (
            {"data": (np.array([{}, {}]), np.arange(2))},
            "data: x: an array of objects; expected one array of numbers",
        ),
    ],
)
def test_arguments_that_cannot_be_used(wrong: dict[str, Any], text: str) -> None:
    with pytest.raises(tinykd.UserError) as caught:
        tinykd.distill(**{"data": (X, Y), "verbose": False, **wrong})
    assert str(caught.value) == text
