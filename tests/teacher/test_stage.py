"""Stage ``train`` with several teachers: each by itself in ``train.json``, their mean in the logits."""

import json
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from tests.notes import Notes
from tinykd.data.splits.split import split_dataset
from tinykd.project.schema import Project
from tinykd.report.inputs import TrainMetrics
from tinykd.teacher.ensemble import mean_logits
from tinykd.teacher.stage import train_teacher

pytestmark = pytest.mark.slow

LABELS = np.arange(60) % 3
X = np.eye(3, dtype=np.float32)[LABELS].reshape(60, 3, 1, 1) + np.float32(0.1)  # the class is the largest
DATA = split_dataset("d", X, LABELS, ("a", "b", "c"))


def onnx_file(path):
    """Logits are thrice the sample."""
    nodes = [helper.make_node("Mul", ["x", "three"], ["y"])]
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 3]) for name in ("x", "y")]
    three = numpy_helper.from_array(np.array(3, np.float32), "three")
    graph = helper.make_graph(nodes, "g", ends[:1], ends[1:], [three])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, path)


def test_an_ensemble_of_a_network_a_file_and_logits(tmp_path):
    onnx_file(tmp_path / "t.onnx")
    given = {name: split.x.reshape(-1, 3) * 2 for name, split in DATA.splits.items()}
    np.savez(tmp_path / "l.npz", **given)
    teacher = {"model": ["t.onnx", "mlp", "l.npz"], "epochs": 15, "batch": 8, "learning_rate": 0.02}
    project = Project.model_validate({"project": {"name": "x"}, "teacher": teacher})
    notes, out = Notes(), tmp_path / "out"
    train_teacher(project, DATA, tmp_path, out, notes)
    found = json.loads((out / "train.json").read_text())
    TrainMetrics.model_validate(found)
    assert [each["model"] for each in found["members"]] == ["t.onnx", "mlp", "l.npz"]
    assert [each["source"] for each in found["members"]] == ["loaded", "trained", "logits"]
    assert found["source"] == "ensemble" and found["views"] == 1
    assert found["parameters"] is found["bytes"] is None  # of the logits nobody knows
    assert found["members"][0]["bytes"] == (out / "teacher_1.onnx").stat().st_size
    assert {path.name for path in out.iterdir()} == {
        *("teacher_1.onnx", "teacher_2.keras", "train.json"),
        *(f"logits_{name}.npy" for name in ("train", "validation", "test", "views")),
    }
    assert notes.said[:2] == [
        "given logits know the samples as they are: nothing is augmented",
        "t.onnx is given samples as flat [3]",
    ]
    x = DATA.test.x.reshape(-1, 3)
    network = _answers(out / "teacher_2.keras")
    assert np.allclose(np.load(out / "logits_test.npy"), mean_logits([x * 3, network, x * 2]), atol=1e-5)


def _answers(path: Path):
    from tinykd.teacher.keras_file import load_keras

    return load_keras(path)(DATA.test.x).numpy()


@pytest.mark.parametrize(
    ("name", "shape", "outputs"),
    [("tcn", (16, 1, 3), 4), ("lstm", (90, 1, 3), 4), ("autoencoder", (4, 2, 1), 8)],
)
def test_built_in_networks_take_and_give_what_they_say(name, shape, outputs):
    from tinykd.teacher.train import NETWORKS

    model = NETWORKS[name](shape, outputs)
    assert model.input_shape == (None, *shape) and model.output_shape == (None, outputs)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *(
            (
                name,
                f"[teacher] model = {name}: samples are of shape (4, 4, 1); expected (time, 1, channels). "
                'Use model = "resnet" for images',
            )
            for name in ("tcn", "lstm")
        ),
        (
            "autoencoder",
            "[teacher] model = autoencoder: it gives its input back (16 values) and 3 are wanted; "
            'expected task = "anomaly". Use model = "mlp"',
        ),
    ],
)
def test_built_in_networks_that_do_not_fit(name, text):
    from tinykd.errors import ModelError
    from tinykd.teacher.train import NETWORKS

    with pytest.raises(ModelError) as caught:
        NETWORKS[name]((4, 4, 1), 3)
    assert str(caught.value) == text
