"""A study as values: what became of each trial, which are on the front, what the limits refused.

The front holds trained students within all limits of whom none is better in everything. A network that
was trained once stands there once.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from tinykd.search.costs import Costs
from tinykd.search.goals import Goals
from tinykd.search.halving import fronts
from tinykd.search.record import COSTS, NETWORK, OUTCOME, SAME_AS, VALUES
from tinykd.search.suggest import Values
from tinykd.search.trials import DOES_NOT_FIT, REFUSED

if TYPE_CHECKING:
    from optuna import Study
    from optuna.trial import FrozenTrial

TRAINED, RUNNING, LOST = "trained", "running", "lost"
_SHARES = (0.75, 0.5, 0.25)  # of a limit


@dataclass(frozen=True)
class TrialRow:
    """One trial; ``outcome``: trained, cut short, does not fit, …; ``over``: the share above each limit."""

    number: int
    outcome: str
    quality: float | None
    costs: Costs
    over: dict[str, float]
    values: Values
    network: str
    seconds: float
    on_front: bool = False

    @property
    def is_candidate(self) -> bool:
        """Whether it may be taken: trained, and within the limits."""
        return self.outcome == TRAINED and all(each <= 0 for each in self.over.values())


@dataclass(frozen=True)
class LimitFacts:
    """What a limit did: how many it refused, alone or with others; the best quality within shares of it."""

    name: str
    limit: float
    refused: int
    alone: int
    nearest: float | None  # share of it that the best student takes
    within: dict[str, float | None] = field(default_factory=dict)  # by share, such as "50 %"


@dataclass(frozen=True)
class SearchOutcome:
    """All of it; ``importance``: of each key for the quality, shares of 1."""

    study: str
    goals: Goals
    rows: tuple[TrialRow, ...]
    importance: dict[str, float]

    @property
    def front(self) -> tuple[TrialRow, ...]:
        """The best first."""
        found = [row for row in self.rows if row.on_front]
        return tuple(sorted(found, key=lambda row: (-(row.quality or 0.0), row.number)))

    @property
    def limits(self) -> tuple[LimitFacts, ...]:
        """In the order of the project file."""
        return tuple(_facts(name, limit, self.rows) for name, limit in self.goals.limits.items())

    def to_json(self) -> dict[str, Any]:
        """As in ``search.json``."""
        return {
            "study": self.study,
            "objectives": list(self.goals.objectives),
            "board": self.goals.board,
            "trials": [asdict(row) for row in self.rows],
            "front": [row.number for row in self.front],
            "importance": self.importance,
            "limits": [asdict(each) for each in self.limits],
        }


def outcome_of(study: "Study", goals: Goals, name: str) -> SearchOutcome:
    """``study`` as it is now."""
    rows = rows_of(study, goals)
    return SearchOutcome(name, goals, rows, _importance(study))


def rows_of(study: "Study", goals: Goals) -> tuple[TrialRow, ...]:
    """In the order of their numbers; those that only wait are left out."""
    from optuna.trial import TrialState

    trials = [t for t in study.get_trials(deepcopy=False) if t.state is not TrialState.WAITING]
    return with_front([_row(trial) for trial in trials], goals)


def with_front(rows: Sequence[TrialRow], goals: Goals) -> tuple[TrialRow, ...]:
    """``rows`` with those marked that are on the front."""
    may = [row for row in rows if row.is_candidate]
    losses = [(-(row.quality or 0.0), *(row.costs[name] for name in goals.costs)) for row in may]
    first = {row.number for row, rank in zip(may, fronts(losses), strict=True) if rank == 0}
    return tuple(TrialRow(**{**vars(row), "on_front": row.number in first}) for row in rows)


def _row(trial: "FrozenTrial") -> TrialRow:
    from optuna.trial import TrialState

    known = trial.user_attrs
    outcome = {TrialState.RUNNING: RUNNING, TrialState.FAIL: LOST}.get(trial.state, TRAINED)
    outcome = known.get(OUTCOME, outcome)
    if trial.state is TrialState.COMPLETE and SAME_AS in known:
        outcome = f"same as {known[SAME_AS]}"
    seconds = trial.duration.total_seconds() if trial.duration else 0.0
    quality = float(trial.values[0]) if trial.state is TrialState.COMPLETE and trial.values else None
    return TrialRow(
        number=trial.number,
        outcome=outcome,
        quality=quality,
        costs=known.get(COSTS, {}),
        over=dict(trial.constraints),
        values=known.get(VALUES, {}),
        network=known.get(NETWORK, ""),
        seconds=round(seconds, 1),
    )


def _facts(name: str, limit: float, rows: Sequence[TrialRow]) -> LimitFacts:
    refused = [row for row in rows if row.over.get(name, 0.0) > 0]
    alone = [row for row in refused if sum(each > 0 for each in row.over.values()) == 1]
    trained = [row for row in rows if row.is_candidate and name in row.costs]
    best = max(trained, key=lambda row: row.quality or 0.0, default=None)
    within = {
        f"{100 * share:g} %": max(
            (row.quality for row in trained if row.quality and row.costs[name] <= share * limit), default=None
        )
        for share in _SHARES
    }
    nearest = best.costs[name] / limit if best else None
    return LimitFacts(name, limit, len(refused), len(alone), nearest, within)


def _importance(study: "Study") -> dict[str, float]:
    """By fANOVA (Hutter et al., 2014) over the keys that all trained trials have; none where few are."""
    from optuna.importance import get_param_importances

    try:
        found = get_param_importances(study, target=lambda trial: trial.values[0])
    except (RuntimeError, ValueError):  # too few trials, or none that differ
        return {}
    return {name: round(float(share), 4) for name, share in found.items()}


def is_refused(row: TrialRow) -> bool:
    """Whether its network could not be built or trained."""
    return row.outcome.startswith(REFUSED)


def is_too_large(row: TrialRow) -> bool:
    """Whether it passed a limit."""
    return row.outcome.startswith(DOES_NOT_FIT)
