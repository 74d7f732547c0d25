"""A worker of this machine: a process that runs trials of a study until there are enough.

Its order comes as JSON on standard input; an error for the user goes out as JSON on standard output, all
else to standard error, which its parent keeps in a file.
"""

import json
import os
import sys

from tinykd.engine.failures import as_user_errors
from tinykd.errors import UserError
from tinykd.search.evaluate import Evaluator
from tinykd.search.goals import goals_of
from tinykd.search.identity import identity_of
from tinykd.search.material import Material
from tinykd.search.order import WorkOrder, sampling_of
from tinykd.search.space import whole_space
from tinykd.search.study import claim, database_errors, open_study
from tinykd.search.trials import TrialRunner, run_trials, worker_name

EXIT_USER = 2


def work(order: WorkOrder) -> None:
    """All of it; raises ``UserError``."""
    from tinykd.training.tensorflow import libraries

    project, place = order.settings(), order.place()
    libraries()  # before a function of the user's could start TensorFlow with other threads
    goals, sampling = goals_of(project, order.root), sampling_of(project, order.seed)
    study = open_study(place, goals, sampling)
    claim(study, place, identity_of(project, order.train))
    material = Material.of(project, order.root, order.train)
    space = whole_space(project, material.base, order.root)
    evaluator = Evaluator.of(project, order.root, goals, material)
    runner = TrialRunner(evaluator, space, sampling.pace, worker_name())
    with database_errors(place):
        run_trials(study, runner, order.until())


def main() -> int:
    """The exit code; 2 with an error on standard output."""
    said = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    order = WorkOrder.model_validate_json(sys.stdin.read())
    try:
        with as_user_errors(order.train):
            work(order)
    except UserError as error:
        print(json.dumps([error.where, error.found, error.expected, error.fix]), file=said, flush=True)
        return EXIT_USER
    return 0


if __name__ == "__main__":
    sys.exit(main())
