"""Studies without TensorFlow: trials whose network is a number and whose quality follows from it."""

from pathlib import Path

import optuna

from tinykd.search.goals import Goals
from tinykd.search.outcome import SearchOutcome, outcome_of
from tinykd.search.record import Pace, Record
from tinykd.search.study import Sampling, StudyPlace, open_study
from tinykd.search.trials import CUT_SHORT, DOES_NOT_FIT

PACE = Pace(9, 3)
GOALS = Goals(("accuracy", "flash_bytes"), {"flash_bytes": 8000.0, "ram_bytes": 500.0})


def study(folder: Path, goals: Goals = GOALS, name: str = "made") -> optuna.Study:
    """In a file of ``folder``."""
    return open_study(StudyPlace.of(None, name, folder), goals, Sampling("tpe", 1, PACE))


def run(found: optuna.Study, count: int, goals: Goals = GOALS) -> None:
    """Trials of widths 1, 2, …: the wider the better and the dearer; the last ones do not fit."""
    found.optimize(lambda trial: objective(trial, goals), n_trials=count)


def objective(trial: optuna.Trial, goals: Goals = GOALS) -> tuple[float, ...]:
    record = Record(trial, goals, PACE)
    width = trial.suggest_int("student.width", trial.number + 1, trial.number + 1)
    record.begins({"student.width": width / 8}, "here:1")
    record.is_network(f"net {width}", f"key {width}", f"shape {width}")
    record.counted({"flash_bytes": 1000.0 * width, "ram_bytes": 100.0, "macs": 10.0 * width})
    if 1000 * width > goals.limits.get("flash_bytes", 1e9):
        record.ended(DOES_NOT_FIT)
        raise optuna.TrialPruned
    quality = 1 - 0.5 / width
    for epoch in range(1, 10):
        if not record.watch(epoch, quality * epoch / 9):
            record.ended(CUT_SHORT)
            raise optuna.TrialPruned
    return record.values(quality)


def outcome(folder: Path, count: int = 10) -> SearchOutcome:
    """Of ``count`` such trials."""
    found = study(folder)
    run(found, count)
    return outcome_of(found, GOALS, "made")
