"""A worker on the digits: counted as C, distilled from cached logits, refused where it does not fit."""

from pathlib import Path

import numpy as np
import optuna
import pytest

from tests.search.made_up import GOALS, PACE, study
from tinykd.data.load import project_dataset
from tinykd.errors import ConfigError, DataError, ModelError
from tinykd.progress import Silent
from tinykd.project.schema import Project
from tinykd.search.evaluate import Evaluator
from tinykd.search.first import enqueue_first
from tinykd.search.goals import goals_of
from tinykd.search.order import WorkOrder, sampling_of
from tinykd.search.outcome import outcome_of
from tinykd.search.space import whole_space
from tinykd.search.study import open_study
from tinykd.search.trials import RefusedTrialError, TrialRunner
from tinykd.search.worker import work

PROJECT = Project.model_validate(
    {
        "project": {"name": "digits"},
        "data": {"augmented_copies": 2},
        "teacher": {"model": "mlp", "epochs": 3},
        "student": {"model": "mlp"},
        "search": {
            "limits": {"flash_bytes": 4000},
            "epochs": 3,
            "space": {
                "student.model": ["mlp", "ds_cnn"],
                "student.width": [0.25, 1.0],
                "student.depth": [1],
                "student.kernel": [3],
                "student.stride": [2],
                "distillation.alpha": [1.0],
                "distillation.temperature": [1.0],
            },
        },
    }
)


def order(root: Path, project: Project = PROJECT, trials: int = 5) -> WorkOrder:
    return WorkOrder(
        project=project.model_dump_json(exclude_unset=True),
        root=root,
        train=root / "train",
        url=f"sqlite:///{root / 'study.db'}",
        study="digits",
        seed=1,
        trials=trials,
    )


@pytest.mark.slow
def test_a_small_study(tmp_path: Path) -> None:
    from tinykd.teacher.stage import train_teacher
    from tinykd.training.tensorflow import libraries

    libraries()
    data = project_dataset(PROJECT, tmp_path)
    train_teacher(PROJECT, data, tmp_path, tmp_path / "train", Silent())
    given, goals = order(tmp_path), goals_of(PROJECT, tmp_path)
    made = open_study(given.place(), goals, sampling_of(PROJECT, 1))
    enqueue_first(made, whole_space(PROJECT, data, tmp_path), PROJECT, tmp_path)
    made.enqueue_trial({"student.model": "mlp", "student.width": 1.0})
    made.enqueue_trial({"student.model": "mlp", "student.width": 0.25})
    work(given)
    found = outcome_of(made, goals, "digits")
    rows = {(row.values["student.model"], row.values["student.width"]): row for row in reversed(found.rows)}
    large, small, other = rows["mlp", 1.0], rows["mlp", 0.25], rows["ds_cnn", 0.25]
    assert large.outcome.startswith("does not fit") and large.quality is None
    assert small.quality is not None and small.costs["flash_bytes"] <= 4000
    assert other.quality is not None
    assert sum(row.outcome.startswith("same as") for row in found.rows) >= 1  # asked for twice, trained once
    assert found.front and all(row.is_candidate for row in found.front)
    changed = PROJECT.model_copy(update={"project": PROJECT.project.model_copy(update={"seed": 2})})
    with pytest.raises(
        ConfigError, match=r"the project file has changed since it was begun \(other sections\)"
    ):
        work(order(tmp_path, changed))


def test_a_trial_that_diverges_fails_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "the loss became NaN or infinite in epoch 1"

    def diverges(*_: object) -> float:
        raise ModelError("candidate", text)

    monkeypatch.setattr(Evaluator, "quality", diverges)
    evaluator = Evaluator(PROJECT, tmp_path, GOALS, None, None)  # type: ignore[arg-type]
    runner = TrialRunner(evaluator, {"distillation.alpha": (1.0,)}, PACE, "here:1")
    made = study(tmp_path)
    made.optimize(runner, n_trials=2, catch=(RefusedTrialError,))
    assert [trial.state for trial in made.trials] == [optuna.trial.TrialState.FAIL] * 2
    assert [row.outcome for row in outcome_of(made, GOALS, "x").rows] == [f"refused: candidate: {text}"] * 2


def test_a_worker_without_the_teachers_answers_or_the_data(tmp_path: Path) -> None:
    """Another machine that has the database alone."""
    open_study(order(tmp_path).place(), goals_of(PROJECT, tmp_path), sampling_of(PROJECT, 1))
    with pytest.raises(DataError) as caught:
        work(order(tmp_path))
    file = tmp_path / "train/logits_views.npy"
    fix = "Type `tinykd train`, then search again"
    assert str(caught.value) == f"{file}: no such file; expected the teacher's answers. {fix}"
    (tmp_path / "train").mkdir()
    for name in ("logits_views.npy", "logits_validation.npy"):
        np.save(tmp_path / "train" / name, np.zeros((2, 10), np.float32))
    elsewhere = PROJECT.model_copy(update={"data": PROJECT.data.model_copy(update={"source": "mine.npz"})})
    with pytest.raises(DataError) as caught:
        work(order(tmp_path, elsewhere))
    wanted = "an .npz file with x, y and optionally classes"
    assert str(caught.value) == f"{tmp_path}/mine.npz: no such file; expected {wanted}"
