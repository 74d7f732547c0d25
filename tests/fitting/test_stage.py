"""Stage ``check``: the size that fits, and what is refused before anyone is trained."""

import json
from pathlib import Path

import numpy as np
import pytest

from tinykd.data.splits.split import split_dataset
from tinykd.errors import ModelError
from tinykd.fitting.cost import compile_options
from tinykd.fitting.stage import check_student
from tinykd.progress import Silent
from tinykd.project.schema import Project

pytestmark = pytest.mark.slow

RNG = np.random.default_rng(0)
DATA = split_dataset("d", RNG.random((30, 8, 8, 1), dtype=np.float32), np.arange(30) % 3, ("a", "b", "c"))


def check(tmp_path, **student):
    sections = {"project": {"name": "x"}, "student": student, "target": {"board": ["host", "qemu-microbit"]}}
    check_student(Project.model_validate(sections), DATA, tmp_path, tmp_path / "out", Silent())
    return tuple(json.loads((tmp_path / "out" / name).read_text()) for name in ("student.json", "check.json"))


def test_one_set_of_options_for_each_core():
    boards = ("host", "qemu-mps2-an386", "qemu-netduinoplus2", "qemu-microbit")
    assert len(compile_options(boards, Path(), "size")) == 3


def test_the_largest_that_fits_and_no_larger(tmp_path):
    size, facts = check(tmp_path, model="mlp", fit={"flash_bytes": 2500, "macs": 2000})
    assert size["depth"] == 2
    tried = {each["width"]: each for each in facts["tried"]}
    cost = facts["student"]
    assert cost["flash_bytes"] <= 2500 and cost["macs"] <= 2000
    exact = {key: tried[size["width"]][key] for key in cost}
    assert exact == cost  # untrained and quantized by ranges, or simulated in training: the same program
    beyond = [each for width, each in tried.items() if width > size["width"]]
    assert beyond and all(each["flash_bytes"] > 2500 or each["macs"] > 2000 for each in beyond)


def test_nothing_fits(tmp_path):
    with pytest.raises(ModelError) as caught:
        check(tmp_path, model="mlp", fit={"flash_bytes": 100, "ram_bytes": 4000})
    text = str(caught.value)
    assert text.startswith("[student] fit: the smallest mlp (width 0.03125, depth 1) takes ")
    assert text.endswith(
        " B of RAM, 268 MACs; expected at most flash_bytes = 100, ram_bytes = 4000. "
        "Allow more, or take another model"
    )
    assert not list((tmp_path / "out").iterdir())


USERS = """
import tf_keras

def student(input_shape, outputs, width=1.0):
    layers = tf_keras.layers
    inputs = layers.Input(input_shape)
    x = layers.Conv2D(max(1, int(8 * width)), 3, strides=2, activation="relu", name="first")(inputs)
    x = layers.GlobalAveragePooling2D()(x)
    return tf_keras.Model(inputs, layers.Dense(outputs)(x), name="mine")

def fails(input_shape, outputs):
    return outputs / 0

def number(input_shape, outputs):
    return 3

def softmax(input_shape, outputs):
    model = student(input_shape, outputs)
    return tf_keras.Sequential([*model.layers, tf_keras.layers.Softmax(name="s")])

def batch(input_shape, outputs):
    return tf_keras.Sequential([tf_keras.Input(input_shape, batch_size=1), tf_keras.layers.Flatten()])

def hidden(input_shape, outputs):
    return tf_keras.Sequential([tf_keras.Input(input_shape), tf_keras.layers.Flatten()])

def keras_3(input_shape, outputs):
    import keras
    inputs = keras.Input(input_shape)
    return keras.Model(inputs, keras.layers.Dense(outputs)(keras.layers.Flatten()(inputs)), name="new")

constant = 5
"""


def test_a_function_of_the_users_is_built_at_the_width_that_fits(tmp_path):
    (tmp_path / "mymodels.py").write_text(USERS)
    size, facts = check(tmp_path, model="mymodels:student", fit={"macs": 4000})
    assert size == {"width": size["width"], "depth": None}
    filters = int(8 * size["width"])
    work = {count: 3 * 3 * 3 * 3 * count + 3 * count for count in (filters, filters + 1)}
    assert facts["student"]["macs"] == work[filters] <= 4000 < work[filters + 1]


SHAPE = "[None, 8, 8, 1]"


@pytest.mark.parametrize(
    ("model", "text"),
    [
        ("mymodels:fails", "{}/mymodels.py: line 12: ZeroDivisionError: division by zero"),
        ("mymodels:number", "[student] model = mymodels:number: returns int; expected a tf_keras.Model"),
        (
            "mymodels:softmax",
            "[student] model = mymodels:softmax: layer s ends it with a softmax; expected logits. "
            "Leave the softmax out; the largest logit names the class",
        ),
        (
            "mymodels:batch",
            f"[student] model = mymodels:batch: its input is [1, 8, 8, 1]; expected {SHAPE}. "
            "Write tf_keras.Input((8, 8, 1)), without the batch",
        ),
        (
            "mymodels:hidden",
            "[student] model = mymodels:hidden: its output is [None, 64]; expected [None, 3], "
            "one logit for each class",
        ),
        (
            "mymodels:keras_3",
            "student new: is a Keras 3 model; expected a tf_keras model. "
            "Write `import tf_keras` and `tf_keras.layers`",
        ),
        (
            "mymodels:constant",
            "{}/mymodels.py: has no function constant; "
            "expected a function such as `def student(input_shape, outputs, width): ...`",
        ),
        ("other:student", "{}/other.py: no such file; expected a Python file with the function student"),
        ("broken:student", "{}/broken.py: line 1: invalid syntax; expected Python"),
        ("imports:student", "{}/imports.py: line 2: ModuleNotFoundError: No module named 'nothing_like_it'"),
    ],
)
def test_functions_that_cannot_be_used(tmp_path: Path, model, text):
    (tmp_path / "mymodels.py").write_text(USERS)
    (tmp_path / "broken.py").write_text("def = 3\n")
    (tmp_path / "imports.py").write_text("import os\nimport nothing_like_it\n")
    with pytest.raises(ModelError) as caught:
        check(tmp_path, model=model)
    assert str(caught.value) == text.replace("{}", str(tmp_path))
