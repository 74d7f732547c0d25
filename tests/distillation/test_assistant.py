"""The teacher teaches an assistant, who teaches the student; with mixtures and unlabelled samples."""

import json
from dataclasses import replace

import numpy as np
import pytest

from tinykd.data.splits.split import split_dataset
from tinykd.distillation.stage import ASSISTANT_DIR, batches_dir, distill
from tinykd.progress import Silent
from tinykd.project.schema import Project
from tinykd.teacher.logits import Views, read_logits, write_logits

pytestmark = pytest.mark.slow

RNG = np.random.default_rng(0)
Y = np.arange(90) % 3
X = (RNG.random((90, 4, 4, 1)) * 0.3 + np.eye(4)[Y][:, :, np.newaxis, np.newaxis]).astype(np.float32)
DATA = replace(split_dataset("rows", X, Y, ("a", "b", "c")), unlabelled=X[:10].copy())
PROJECT = Project.model_validate(
    {
        "project": {"name": "rows"},
        "data": {"augmented_copies": 2, "mixup": True},
        "student": {"model": "mlp", "width": 0.125},
        "distillation": {"epochs": 30, "batch": 16, "learning_rate": 0.02, "assistant_width": 0.5},
    }
)


def brightest_row(x):
    """A teacher: how bright the first three rows are."""
    return 8 * x[:, :3].mean(axis=(2, 3))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("chain")
    (root / "train").mkdir()
    write_logits(brightest_row, DATA, Views.of(PROJECT, DATA.augmentation), root / "train", Silent())
    distill(PROJECT, DATA, root / "train", root / "distill", Silent())
    return root


def test_the_assistant_is_told_of(folder):
    told = json.loads((folder / "distill/distill.json").read_text())
    assert told["assistant"]["parameters"] > told["parameters"]
    assert told["assistant"]["test"]["correct"] >= 16 and told["student"]["test"]["correct"] >= 14


def test_the_student_and_its_quantization_learn_from_the_assistant(folder):
    where = batches_dir(PROJECT, folder / "train", folder / "distill")
    assert where == folder / "distill" / ASSISTANT_DIR
    views = Views.of(PROJECT, DATA.augmentation)
    said, taught = (read_logits(path, DATA, views) for path in (where, folder / "train"))
    assert said.views.shape == taught.views.shape == (2, 64, 3)
    agreed = said.test.argmax(axis=1) == taught.test.argmax(axis=1)
    assert agreed.mean() > 0.8 and not np.allclose(said.test, taught.test)


def test_without_an_assistant_the_teacher_teaches(tmp_path):
    alone = Project.model_validate({"project": {"name": "rows"}})
    assert batches_dir(alone, tmp_path / "train", tmp_path / "distill") == tmp_path / "train"
