"""``[data] balance = "sampling"`` holds in every training: also where a student is pruned or fine-tuned."""

from typing import Any

import numpy as np
import pytest

from tinykd.data.dataset import Dataset, Split
from tinykd.distillation.batches import TrainingBatches
from tinykd.fine_tuning import stage as fine_tuning
from tinykd.progress import Silent
from tinykd.project.schema import Project
from tinykd.pruning import stage as pruning
from tinykd.teacher.logits import TeacherLogits, Views
from tinykd.training.counts import TrainingHistory
from tinykd.training.loop import Training, is_balanced

pytestmark = pytest.mark.slow

SPLIT = Split(np.zeros((8, 2, 2, 1), np.float32), np.arange(8) % 2)
DATA = Dataset("d", SPLIT, SPLIT, SPLIT, ("a", "b"))


def project(balance: str, task: str = "classification") -> Project:
    tuning = {"fine_tuning": {"source": "x"}} if task == "classification" else {}
    sections = {"project": {"name": "x", "task": task}, "data": {"balance": balance}, "pruning": {}, **tuning}
    return Project.model_validate(sections)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Training]:
    """The trainings that were begun; nothing is trained."""
    seen: list[Training] = []

    def fit(_model: Any, _optimizer: Any, training: Training, *_: Any) -> TrainingHistory:
        seen.append(training)
        return TrainingHistory()

    for stage in (pruning, fine_tuning):
        monkeypatch.setattr(stage, "fit", fit)
    monkeypatch.setattr(fine_tuning, "write_logits", lambda *_: None)
    monkeypatch.setattr(fine_tuning, "read_logits", lambda *_: None)
    monkeypatch.setattr(fine_tuning, "Predictor", lambda _: None)
    return seen


@pytest.mark.parametrize(("balance", "wanted"), [("sampling", True), ("none", False)])
def test_students_that_are_pruned_or_fine_tuned(asked, balance, wanted):
    wished = project(balance)
    assert wished.pruning is not None and wished.fine_tuning is not None
    views = Views.of(wished, None)
    logits = np.zeros((8, 2), np.float32)
    batches = TrainingBatches(DATA, TeacherLogits(logits, logits, logits, logits[np.newaxis]), views)
    pruning._Pruning(wished, wished.pruning, batches, Silent())._distilled(None, "pruned student")
    fine_tuning._train(wished, wished.fine_tuning, None, DATA, views, Silent())
    assert [training.balanced for training in asked] == [wanted, wanted]


def test_only_classes_are_balanced():
    assert not is_balanced(
        project("sampling", "regression"), Dataset("d", SPLIT, SPLIT, SPLIT, (), "regression")
    )
