"""Stage ``prune`` and what quantization makes of its student, on few samples and epochs."""

import json
from pathlib import Path

import numpy as np
import pytest

from tinykd.data.splits.split import split_dataset
from tinykd.errors import ModelError
from tinykd.progress import Silent
from tinykd.project.schema import Project
from tinykd.pruning.stage import prune
from tinykd.quantization.stage import quantize
from tinykd.report.inputs import PruneMetrics, QuantizeMetrics
from tinykd.student.build import build_student
from tinykd.student.weights import WEIGHTS_FILE, load_student
from tinykd.teacher.logits import Views, write_logits
from tinykd.training.tensorflow import set_seed

pytestmark = pytest.mark.slow

LABELS = np.arange(60) % 3
X = np.random.default_rng(0).random((60, 4, 4, 1), dtype=np.float32) / 4
X[np.arange(60), LABELS] += 0.5  # the class is the brightest row
DATA = split_dataset("d", X, LABELS, ("a", "b", "c"))


def project(**pruning):
    sections = {
        "project": {"name": "x"},
        "data": {"augment": False},
        "student": {"model": "ds_cnn", "width": 0.5},
        "pruning": {"epochs": 2, "batch": 12, **pruning},
        "quantization": {"epochs": 1, "batch": 12},
    }
    return Project.model_validate(sections)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A teacher who sees the brightest row, and an untrained student."""
    root, wanted = tmp_path_factory.mktemp("taught"), project()
    views = Views.of(wanted, DATA.augmentation)
    write_logits(lambda x: 5 * x.mean(axis=(2, 3))[:, :3], DATA, views, root, Silent())
    set_seed(1)
    build_student(wanted.student, DATA).save_weights(root / WEIGHTS_FILE)
    return root


def run(folder, out, **pruning):
    prune(project(**pruning), DATA, folder, folder, out, Silent())
    facts = json.loads((out / "prune.json").read_text())
    PruneMetrics.model_validate(facts)
    return facts


def test_half_of_the_weights_go_in_steps_and_the_rest_becomes_int8(folder, tmp_path):
    facts = run(folder, tmp_path / "prune", fraction=0.5, steps=2)
    before, after = facts["before"], facts["after"]
    first, second = (step["weights"] for step in facts["steps"])
    assert first <= before["weights"] * 0.5**0.5 and second == after["weights"] <= before["weights"] / 2
    assert before["weights"] > first > second
    for name in ("macs", "flash_bytes", "ram_bytes", "gzip_bytes"):
        assert after[name] < before[name]
    wanted = project(fraction=0.5)
    student = load_student(wanted, DATA, tmp_path / "prune" / WEIGHTS_FILE)
    assert student.count_params() == after["weights"]
    quantize(wanted, DATA, folder, tmp_path / "prune", tmp_path / "int8", Silent())
    facts = json.loads((tmp_path / "int8/quantize.json").read_text())
    QuantizeMetrics.model_validate(facts)
    assert facts["gzip_bytes"] < before["flash_bytes"] * 3


def test_a_budget_is_kept_and_one_that_cannot_be_is_told(folder, tmp_path):
    budget = {"flash_bytes": 1500, "macs": 8000}
    after = run(folder, tmp_path / "fit", fit=budget, steps=1)["after"]
    assert after["flash_bytes"] <= 1500 and after["macs"] <= 8000
    with pytest.raises(ModelError) as caught:
        run(folder, tmp_path / "no", fit={"flash_bytes": 10}, steps=1)
    text = str(caught.value)
    assert text.startswith("[pruning] fit: without every channel that can go the student has ")
    assert text.endswith(
        " MACs; expected at most flash_bytes = 10. Allow more, or give [student] a smaller width"
    )
    assert not list(Path(tmp_path / "no").iterdir())


def test_zeros_shrink_what_is_compressed_and_stay_through_quantization(folder, tmp_path):
    facts = run(folder, tmp_path / "prune", method="magnitude", fraction=0.75)
    before, after = facts["before"], facts["after"]
    pruned, left_alone = 72 + 544 + 48, 324  # stem, pointwise, dense; tfmot leaves depthwise kernels alone
    assert facts["zeros"] == pytest.approx(0.75 * pruned / (pruned + left_alone), abs=0.01)
    assert after["weights"] == before["weights"] and after["macs"] == before["macs"]
    assert after["gzip_bytes"] < before["gzip_bytes"]
    quantize(project(method="magnitude"), DATA, folder, tmp_path / "prune", tmp_path / "int8", Silent())
    quantized = json.loads((tmp_path / "int8/quantize.json").read_text())
    assert quantized["gzip_bytes"] < quantized["bytes"]
    from tinykd.graph.reader import read_graph

    graph = read_graph((tmp_path / "int8/model.tflite").read_bytes()).main
    constants = [t for t in graph.tensors if t.data is not None and len(t.shape) > 1]
    kernels = [np.asarray(t.data) for t in constants if t.data.dtype == np.int8]
    assert np.mean(np.concatenate([kernel.ravel() for kernel in kernels]) == 0) > 0.5
