"""Studies in a file: halving among others, equal networks, whose study it is, workers that are lost."""

import sqlite3
from pathlib import Path
from typing import Any

import optuna
import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from tests.search.made_up import GOALS, PACE, objective, outcome, run, study
from tinykd.errors import ConfigError, ToolError
from tinykd.search.goals import Goals
from tinykd.search.outcome import outcome_of
from tinykd.search.record import Record, SameRunsError
from tinykd.search.study import StudyPlace, claim, counted, database_errors, give_up
from tinykd.search.trials import is_hopeless
from tinykd.text import without_password

IDENTITY = {"project": "p", "version": "1.0", "teacher": "t", "[search]": "s"}


def test_what_does_not_fit_is_not_on_the_front(tmp_path: Path) -> None:
    found = outcome(tmp_path)
    assert [row.number for row in found.front] == [7, 6, 5, 4, 3, 2, 1, 0]
    assert [row.outcome for row in found.rows[8:]] == ["does not fit", "does not fit"]
    limits = found.limits
    assert (limits[0].refused, limits[0].alone, limits[0].nearest) == (2, 2, 1.0)
    assert limits[0].within == {"75 %": 1 - 0.5 / 6, "50 %": 1 - 0.5 / 4, "25 %": 1 - 0.5 / 2}
    assert limits[1].refused == 0


def test_worse_and_dearer_trials_are_cut_short(tmp_path: Path) -> None:
    made = study(tmp_path)
    for quality, flash in ((0.9, 10), (0.8, 20), (0.7, 30), (0.95, 40)):
        trial = made.ask()
        record = Record(trial, GOALS, PACE)
        record.counted({"flash_bytes": flash})
        goes = record.watch(3, quality)
        assert goes == (quality in (0.9, 0.95)), quality
        assert record.watch(4, 0.0)  # no rung


def test_one_objective_is_cut_by_hyperband(tmp_path: Path) -> None:
    goals = Goals(("accuracy",), {})
    made = study(tmp_path, goals)
    run(made, 8, goals)
    assert all(trial.intermediate_values for trial in made.trials)
    assert [row.number for row in outcome_of(made, goals, "x").front] == [7]


def test_an_equal_network_is_not_trained_again(tmp_path: Path) -> None:
    made = study(tmp_path)
    run(made, 2)
    record = Record(made.ask(), GOALS, PACE)
    assert record.known_costs("shape 2") == {"flash_bytes": 2000.0, "ram_bytes": 100.0, "macs": 20.0}
    assert record.known_costs("shape 9") is None
    assert record.quality_of_same("key 2") == 0.75
    assert record.quality_of_same("key 9") is None
    record.is_network("net", "key 7", "shape 7")
    with pytest.raises(SameRunsError):  # the one before is still under way
        Record(made.ask(), GOALS, PACE).quality_of_same("key 7")


def test_a_killed_worker_loses_its_trial_alone_and_it_is_tried_again(tmp_path: Path) -> None:
    made = study(tmp_path)
    run(made, 2)
    trial = made.ask()
    Record(trial, GOALS, PACE).begins({}, "there:7")
    trial.suggest_int("student.width", 3, 3)
    assert give_up(made, "there:8") == 0 and give_up(made, "there:7") == 1
    again = study(tmp_path)
    assert [t.state.name for t in again.trials] == ["COMPLETE", "COMPLETE", "FAIL", "WAITING"]
    assert len(counted(again)) == 2
    run(again, 1)
    assert again.trials[3].state.name == "COMPLETE"


@pytest.mark.parametrize(
    ("key", "value", "found"),
    [
        ("project", "q", "it is of project p and this is q"),
        ("version", "1.1", "it was begun by tinykd 1.0 and this is tinykd 1.1"),
        ("teacher", "u", "its teacher's answers are others; workers share build/model/train"),
        ("[search]", "x", "[search] or the project file has changed since it was begun ([search])"),
    ],
)
def test_a_study_of_others_is_refused(tmp_path: Path, key: str, value: str, found: str) -> None:
    place = StudyPlace.of("sqlite:///:memory:", "n", tmp_path)
    made = study(tmp_path)
    claim(made, place, IDENTITY)
    claim(made, place, IDENTITY)
    with pytest.raises(ConfigError) as caught:
        claim(made, place, {**IDENTITY, key: value})
    assert str(caught.value) == (
        f"study n in sqlite:///:memory:: {found}; expected the study of this project. "
        "Type `--study NAME` to begin another beside it, or take the change back"
    )


def test_other_objectives_are_another_study(tmp_path: Path) -> None:
    study(tmp_path)
    with pytest.raises(ConfigError, match="its objectives are others"):
        study(tmp_path, Goals(("accuracy",), {}))


def test_a_password_is_not_shown() -> None:
    assert without_password("postgresql://me:secret@host/db") == "postgresql://me@host/db"
    assert without_password("sqlite:///x.db") == "sqlite:///x.db"


@pytest.mark.parametrize("url", ["mysql://a@b/c", "x.db", "redis://h"])
def test_places_where_no_study_can_be(url: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        StudyPlace.of(url, "n", tmp_path)
    wanted = "postgresql://USER@HOST/DATABASE or sqlite:///FILE"
    assert str(caught.value) == f"--storage {url}: no database that a study can be kept in; expected {wanted}"


def test_a_database_that_is_not_there(tmp_path: Path) -> None:
    place = StudyPlace.of("postgresql://me:secret@127.0.0.1:9/db", "n", tmp_path)
    with pytest.raises(ToolError) as caught, database_errors(place):
        optuna.storages.RDBStorage(place.url)
    text = str(caught.value)
    assert text.startswith(
        "study n in postgresql+psycopg://me@127.0.0.1:9/db: the database cannot be reached ("
    )
    assert text.endswith("Trials that ended are kept: type the same again when it is back")
    assert "secret" not in text


def test_nothing_that_fits_ends_it_early(tmp_path: Path) -> None:
    goals = Goals(("accuracy", "flash_bytes"), {"flash_bytes": 1.0})
    made = study(tmp_path, goals)
    made.optimize(lambda trial: objective(trial, goals), n_trials=29)
    assert not is_hopeless(made)
    made.optimize(lambda trial: objective(trial, goals), n_trials=1)
    assert is_hopeless(made)


def test_a_full_disk_is_one_line(tmp_path: Path) -> None:
    """SQLite says it itself: no page more than the file has when the study was made, and a few."""
    place = StudyPlace.of(None, "made", tmp_path)
    made = study(tmp_path)
    run(made, 1)

    def full(connection: Any, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages + 2}")

    with sqlite3.connect(tmp_path / "study.db") as file:
        (pages,) = file.execute("PRAGMA page_count").fetchone()
    event.listen(Engine, "connect", full)
    try:
        with pytest.raises(ToolError) as caught, database_errors(place):
            run(study(tmp_path), 200)
    finally:
        event.remove(Engine, "connect", full)
    wanted = f"study made in sqlite:///{tmp_path}/study.db: the disk is full. Free some space and run again"
    assert str(caught.value) == wanted
    assert counted(study(tmp_path))  # what ended is kept
