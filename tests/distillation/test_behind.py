"""A teacher that knows less than the baseline is said right after ``distill``, with what that costs."""

import json

import numpy as np
import pytest

from tests.notes import Notes
from tinykd.data.dataset import Dataset, Split
from tinykd.distillation.stage import distill
from tinykd.project.schema import Project
from tinykd.training.behind import COST, FIX, teacher_behind


def test_the_sentence():
    assert teacher_behind(95, 348) == (
        f"The teacher itself has 95 right, fewer than the baseline's 348: {COST}. {FIX}."
    )
    assert teacher_behind(65.584, 50.0, errors=True) == (
        f"The teacher's own mean absolute error is 65.58, more than the baseline's 50: {COST}. {FIX}."
    )
    assert teacher_behind(348, 348) == teacher_behind(50.0, 65.0, errors=True) == ""


def dataset(task):
    rng = np.random.default_rng(0)

    def part(count):
        x = rng.standard_normal((count, 6, 1, 1)).astype(np.float32)
        labels = (x[:, 0, 0, 0] > 0).astype(np.int64)
        return Split(x, labels if task == "classification" else x[:, 0, 0].astype(np.float32))

    classes = ("a", "b") if task == "classification" else ("y",)
    return Dataset("d", part(200), part(80), part(80), classes, task, augmentation=None)


def logits(split, right):
    """A teacher that knows every sample, or the contrary of every third."""
    wrong = np.arange(len(split)) % 3 == 0 if not right else np.zeros(len(split), bool)
    if split.y.ndim > 1:
        return np.where(wrong[:, np.newaxis], -split.y, split.y).astype(np.float32)
    return 5 * np.eye(2, dtype=np.float32)[np.where(wrong, 1 - split.y, split.y)]


@pytest.mark.slow
@pytest.mark.parametrize("task", ["classification", "regression"])
@pytest.mark.parametrize("right", [True, False])
def test_it_is_said_when_it_is_so(tmp_path, task, right):
    data, notes = dataset(task), Notes()
    for name, split in data.splits.items():
        np.save(tmp_path / f"logits_{name}.npy", logits(split, right))
    np.save(tmp_path / "logits_views.npy", logits(data.train, right)[np.newaxis])
    project = Project.model_validate(
        {
            "project": {"name": "x", "task": task},
            "data": {"augment": False, "augmented_copies": 1},
            "student": {"model": "mlp", "width": 0.5},
            "distillation": {"epochs": 12, "batch": 16, "learning_rate": 0.01},
        }
    )
    distill(project, data, tmp_path, tmp_path / "out", notes)
    said = [each for each in notes.said if each.startswith("The teacher")]
    assert bool(said) is not right and all(each.endswith(f"{FIX}.") for each in said)
    found = json.loads((tmp_path / "out/distill.json").read_text())
    assert ("trailing" in found) is not right
    if not right:
        weight = found["trailing"]["weight"]
        better = found["trailing"]["student"] > found["trailing"]["baseline"]
        assert weight == (0.5 if better else 0.0)
        same = [(tmp_path / f"out/{name}.weights.h5").read_bytes() for name in ("student", "baseline")]
        assert better or same[0] == same[1]
        assert better or found["student"]["test"] == found["baseline"]["test"]
    if task == "regression":  # the targets are an input: ridge regression has them all
        assert found["yardstick"]["name"] == "ridge regression"
        assert found["yardstick"]["test"]["r2"] > 0.99 and found["yardstick"]["test"]["total"] == 80
