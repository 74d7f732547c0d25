"""What is known of one trial, kept with it in the study: the network, its costs, its rungs, how it ended.

Everything stands in Optuna's own attributes, so that every worker, and whoever resumes, reads the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tinykd.search.costs import Costs
from tinykd.search.goals import Goals
from tinykd.search.halving import Losses, goes_on, rungs
from tinykd.search.suggest import Values

if TYPE_CHECKING:
    from optuna.trial import FrozenTrial, Trial

VALUES, NETWORK, KEY, SHAPE_KEY = "values", "network", "key", "shape_key"
COSTS, OUTCOME, SAME_AS, WORKER = "costs", "outcome", "same_as", "worker"
_RUNG = "rung:"


class SameRunsError(Exception):
    """Another trial with the same network and teaching is being trained."""


@dataclass(frozen=True)
class Pace:
    """How long a trial is trained, and how many of those at a rung go on: one in ``reduction``."""

    epochs: int
    reduction: int

    @property
    def rungs(self) -> tuple[int, ...]:
        """The epochs after which is decided."""
        return rungs(self.epochs, self.reduction)


@dataclass(frozen=True)
class Record:
    """A running ``trial`` among the others of its study."""

    trial: "Trial"
    goals: Goals
    pace: Pace

    def begins(self, values: Values, worker: str) -> None:
        """Its values, as keys of the project file, and who works on it."""
        self._set(VALUES, values)
        self._set(WORKER, worker)

    def is_network(self, text: str, key: str, shape_key: str) -> None:
        """``key``: of the network and its teaching; ``shape_key``: of the network alone."""
        self._set(NETWORK, text)
        self._set(KEY, key)
        self._set(SHAPE_KEY, shape_key)

    def known_costs(self, shape_key: str) -> Costs | None:
        """Of the same network, counted before."""
        for other in self._others():
            if other.user_attrs.get(SHAPE_KEY) == shape_key and COSTS in other.user_attrs:
                found: Costs = other.user_attrs[COSTS]
                return found
        return None

    def counted(self, costs: Costs) -> None:
        """What it costs, and by how much that is within or over the limits."""
        self._set(COSTS, costs)
        for name, over in self.goals.over(costs).items():
            self.trial.set_constraint(name, over)

    def quality_of_same(self, key: str) -> float | None:
        """Of a trial with the same network and teaching; raises ``SameRunsError`` while that is trained."""
        from optuna.trial import TrialState

        for other in self._others():
            if other.user_attrs.get(KEY) != key:
                continue
            if other.state is TrialState.COMPLETE:
                self._set(SAME_AS, other.number)
                return float(other.values[0])
            is_older = other.number < self.trial.number
            if other.state is TrialState.PRUNED or (other.state is TrialState.RUNNING and is_older):
                self._set(SAME_AS, other.number)
                raise SameRunsError
        return None

    def watch(self, epoch: int, quality: float) -> bool:
        """Whether it goes on after ``epoch``: by Optuna's pruner, or where there are costs by ``halving``."""
        if not self.goals.costs:
            self.trial.report(quality, epoch)
            return not self.trial.should_prune()
        if epoch not in self.pace.rungs:
            return True
        self._set(f"{_RUNG}{epoch}", quality)
        mine = self._losses(quality, self.trial.user_attrs[COSTS])
        return goes_on(mine, list(self._at_rung(epoch)), self.pace.reduction)

    def ended(self, outcome: str) -> None:
        """Other than with a quality."""
        self._set(OUTCOME, outcome)

    def values(self, quality: float) -> tuple[float, ...]:
        """In the order of the objectives."""
        costs = self.trial.user_attrs[COSTS]
        return (quality, *(float(costs[name]) for name in self.goals.costs))

    def _at_rung(self, epoch: int) -> Iterator[Losses]:
        for other in self._others():
            quality = other.user_attrs.get(f"{_RUNG}{epoch}")
            if quality is not None and SAME_AS not in other.user_attrs:
                yield self._losses(quality, other.user_attrs[COSTS])

    def _losses(self, quality: float, costs: Costs) -> Losses:
        return (-quality, *(costs[name] for name in self.goals.costs))

    def _others(self) -> "list[FrozenTrial]":
        found = self.trial.study.get_trials(deepcopy=False)
        return [each for each in found if each.number != self.trial.number]

    def _set(self, name: str, value: Any) -> None:
        self.trial.set_user_attr(name, value)
