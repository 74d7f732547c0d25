"""A teacher behind the baseline on validation counts half, or not at all; validation decides."""

import json
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.report import made_up
from tinykd.data.dataset import Dataset, Split
from tinykd.distillation.trailing import TrailingTeacher, trailing_teacher, weighed
from tinykd.pipeline.distill import _taught
from tinykd.project.schema import Project
from tinykd.report.assemble import assemble_report
from tinykd.report.inputs import DistillMetrics
from tinykd.training.behind import FIX, trailing_sentence

LABELS = np.arange(20, dtype=np.int64) % 2


@dataclass(frozen=True)
class FakeBatches:
    """What is asked of the batches: the validation split, and the teacher's logits on it."""

    data: Dataset
    logits: SimpleNamespace


def project(**section: Any) -> Project:
    return Project.model_validate({"project": {"name": "x"}, "distillation": section})


def logits(wrong: int) -> NDArray[np.float32]:
    """Of 20 samples, the first ``wrong`` of them wrong."""
    named = np.where(np.arange(20) < wrong, 1 - LABELS, LABELS)
    return np.eye(2, dtype=np.float32)[named]


def batches(teacher: NDArray[np.float32]) -> Any:
    split = Split(np.zeros((20, 1, 1, 1), np.float32), LABELS)
    data = Dataset("d", split, split, split, ("a", "b"))
    return FakeBatches(data, SimpleNamespace(validation=teacher))


@pytest.mark.parametrize(("wrong", "trails"), [(2, False), (3, False), (4, True), (20, True)])
def test_it_trails_where_fewer_are_right_on_validation(wrong: int, trails: bool) -> None:
    found = trailing_teacher(project(), batches(logits(wrong)), logits(3), False)
    assert found == (TrailingTeacher(1 - wrong / 20, 0.85) if trails else None)


@pytest.mark.parametrize("section", [{"trailing_teacher": "keep"}, {"alpha": 0.0}])
def test_a_weight_that_is_kept_or_nothing_is_left_alone(section: dict[str, Any]) -> None:
    assert trailing_teacher(project(**section), batches(logits(9)), logits(3), False) is None


def test_a_weight_that_grows_counts_as_one() -> None:
    assert trailing_teacher(project(alpha=0.0, last_alpha=0.5), batches(logits(9)), logits(3), False)


def test_both_ends_of_alpha_are_weighed() -> None:
    found = weighed(project(alpha=0.8, last_alpha=0.4, temperature=2.0), 0.5).distillation
    assert (found.alpha, found.last_alpha, found.temperature) == (0.4, 0.2, 2.0)
    assert weighed(project(), 0.0).distillation.alpha == 0.0
    assert weighed(project(), 0.5).distillation.last_alpha is None


@pytest.mark.parametrize(("weight", "alpha"), [(None, 1.0), (0.5, 0.5), (0.0, 0.0)])
def test_later_stages_go_on_with_the_weight_that_was_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, weight: float | None, alpha: float
) -> None:
    trailing = {} if weight is None else {"trailing": {"weight": weight}}
    (tmp_path / "distill.json").write_text(json.dumps(trailing))
    monkeypatch.setattr("tinykd.pipeline.distill._sized", lambda job: project())
    job: Any = SimpleNamespace(inputs={"distill": tmp_path})
    assert _taught(job).distillation.alpha == alpha


HALF = (
    "The teacher is behind the baseline on validation (0.8 beside 0.85): it counted half, the labels the "
    f'other half; [distillation] trailing_teacher = "keep" leaves it its whole weight. {FIX}.'
)
NOTHING = (
    "The teacher is behind the baseline on validation (0.8 beside 0.85), and a student that it taught by "
    "half is not better there than the labels alone (0.85): the student is the baseline; [distillation] "
    f'trailing_teacher = "keep" leaves it its whole weight. {FIX}.'
)


@pytest.mark.parametrize(("student", "weight", "wanted"), [(0.9, 0.5, HALF), (0.85, 0.0, NOTHING)])
def test_what_is_said_in_the_terminal_and_in_the_report(
    tmp_path: Path, student: float, weight: float, wanted: str
) -> None:
    assert trailing_sentence(0.8, 0.85, student, weight) == wanted
    found = TrailingTeacher(0.8, 0.85, student, weight)
    assert found.sentence == wanted
    inputs = made_up.stage_folders(tmp_path / "build")
    raw = made_up.distill() | {"trailing": found.to_json()}
    DistillMetrics.model_validate(raw)
    made_up.write(inputs.distill, "distill.json", raw)
    assert assemble_report(inputs, project()).distillation.sentence.endswith(f" {wanted}")
