"""One study in a real PostgreSQL server: two workers, one of them killed, the server that goes away."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import optuna
import pytest

from tests.search.postgres import Server, server
from tinykd.search.study import StudyPlace

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    with server() as found:
        yield found


def worker(url: str, trials: int, seconds: float) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.search.study_worker", url, str(trials), str(seconds)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def said(process: "subprocess.Popen[str]") -> str:
    assert process.stdout
    return process.stdout.readline().strip()


def test_a_killed_worker_loses_its_trial_and_another_tries_it_again(
    running: Server, tmp_path: object
) -> None:
    first = worker(running.url, 8, 300)
    lost = int(said(first))
    second = worker(running.url, 8, 0.6)
    assert int(said(second)) != lost
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert second.wait(120) == 0
    place = StudyPlace.of(running.url, "shared", tmp_path)  # type: ignore[arg-type]
    study = optuna.load_study(study_name="shared", storage=place.url)
    states = [trial.state.name for trial in study.trials]
    assert states[lost] == "FAIL"
    assert sum(name in ("COMPLETE", "PRUNED") for name in states) >= 8
    again = [t for t in study.trials if t.system_attrs.get("failed_trial") == lost]
    assert len(again) == 1 and again[0].number != lost


def test_a_server_that_goes_away_is_said_in_one_line(running: Server) -> None:
    """Last: it takes the server down."""
    process = worker(running.url, 1000, 0.5)
    said(process)
    time.sleep(0.2)
    running.stop()
    assert process.stdout
    lines = process.stdout.read().splitlines()
    assert process.wait(60) == 2
    url = running.url.replace("postgresql://", "postgresql+psycopg://")
    assert lines[-1].startswith(f"study shared in {url}: the database cannot be reached (")
    assert lines[-1].endswith("Trials that ended are kept: type the same again when it is back")
