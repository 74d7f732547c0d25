"""A worker's loop: Optuna proposes, the evaluator judges, the study is told, until there are enough."""

import os
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tinykd.errors import ModelError, one_line
from tinykd.search.brief import CutShortError
from tinykd.search.costs import TooLargeError
from tinykd.search.evaluate import DoesNotFitError, Evaluator
from tinykd.search.record import Pace, Record, SameRunsError
from tinykd.search.space import Space
from tinykd.search.study import counted
from tinykd.search.suggest import InvalidCandidateError, suggested

if TYPE_CHECKING:
    from optuna import Study
    from optuna.trial import FrozenTrial, Trial

HOPELESS = 30  # trials of which none fits: the rest would not either
DOES_NOT_FIT, CUT_SHORT, SAME, REFUSED = "does not fit", "cut short", "the same as another", "refused"


@dataclass(frozen=True)
class Until:
    """When a worker ends: ``trials`` of the study, ``deadline`` by ``time.time()``, ``own`` of its own."""

    trials: int
    deadline: float | None = None
    own: int | None = None


class RefusedTrialError(Exception):
    """A network that cannot be built, or that diverged: the trial fails, the study goes on."""


@dataclass(frozen=True)
class TrialRunner:
    """What one worker needs for a trial."""

    evaluator: Evaluator
    space: Space
    pace: Pace
    name: str

    def __call__(self, trial: "Trial") -> tuple[float, ...]:
        """As Optuna calls an objective."""
        from optuna import TrialPruned

        record = Record(trial, self.evaluator.goals, self.pace)
        try:
            values = suggested(trial, self.space, self.evaluator.project, self.evaluator.root)
            record.begins(values, self.name)
            return record.values(self.evaluator.quality(values, record))
        except (DoesNotFitError, TooLargeError) as error:
            record.ended(f"{DOES_NOT_FIT} {error}".strip())
        except CutShortError:
            record.ended(CUT_SHORT)
        except SameRunsError:
            record.ended(SAME)
        except InvalidCandidateError as error:
            record.ended(f"{REFUSED}: {error}")
        except ModelError as error:
            record.ended(f"{REFUSED}: {one_line(str(error), 200)}")
            raise RefusedTrialError from None
        raise TrialPruned


def run_trials(study: "Study", runner: TrialRunner, until: Until) -> None:
    """Trial after trial."""
    stop = _stopping(until)
    if len(counted(study)) >= until.trials or is_hopeless(study):
        return
    seconds = None if until.deadline is None else max(1.0, until.deadline - time.time())
    objective: Callable[[Any], Any] = runner
    study.optimize(
        objective, n_trials=until.own, timeout=seconds, callbacks=[stop], catch=(RefusedTrialError,)
    )


def is_hopeless(study: "Study") -> bool:
    """Whether many were counted, and none of them fits."""
    known = [trial for trial in counted(study) if trial.constraints]
    return len(known) >= HOPELESS and all(over(trial) > 0 for trial in known)


def over(trial: "FrozenTrial") -> float:
    """By how much ``trial`` passes its limits at worst, as a share; at most 0 where it fits."""
    return max(trial.constraints.values(), default=0.0)


def worker_name() -> str:
    """Of this process."""
    return f"{socket.gethostname()}:{os.getpid()}"


def _stopping(until: Until) -> "Callable[[Study, FrozenTrial], None]":
    def stop(study: "Study", _trial: "FrozenTrial") -> None:
        if len(counted(study)) >= until.trials or is_hopeless(study):
            study.stop()

    return stop
