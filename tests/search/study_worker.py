"""A worker without TensorFlow: ``python -m tests.search.study_worker URL TRIALS SECONDS``; made-up trials."""

import sys
import time
from pathlib import Path

import optuna

import tinykd.search.study as studies
from tests.search.made_up import GOALS, PACE, objective
from tinykd.errors import UserError
from tinykd.search.study import Sampling, StudyPlace, counted, database_errors, open_study

studies.HEARTBEAT_S, studies.GRACE_S = 1, 3  # seconds, not half a minute


def main() -> int:
    """The exit code."""
    url, trials, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    place = StudyPlace.of(url, "shared", Path())

    def slow(trial: optuna.Trial) -> tuple[float, ...]:
        print(trial.number, flush=True)
        time.sleep(seconds)
        return objective(trial)

    def stop(study: optuna.Study, _trial: object) -> None:
        if len(counted(study)) >= trials:
            study.stop()

    try:
        with database_errors(place):
            open_study(place, GOALS, Sampling("tpe", 1, PACE)).optimize(slow, callbacks=[stop])
    except UserError as error:
        print(error, flush=True)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
