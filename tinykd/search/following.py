"""A study as it goes on: each trial that ends is told once, with the best so far."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from tinykd.progress import Task
from tinykd.search.goals import Goals
from tinykd.search.outcome import LOST, RUNNING, TrialRow, rows_of

if TYPE_CHECKING:
    from optuna import Study


class Following:
    """Looks at ``study`` whenever it is asked to."""

    def __init__(self, study: "Study", goals: Goals, task: Task, shown: Callable[[TrialRow], None]) -> None:
        self._study, self._goals, self._task, self._shown = study, goals, task, shown
        self._told: set[int] = set()

    def look(self) -> None:
        """Tell what has ended since; trials of a run before count, but are not told again."""
        rows = rows_of(self._study, self._goals)
        ended = [row for row in rows if row.outcome not in (RUNNING, LOST)]
        fresh = [row for row in ended if row.number not in self._told]
        best = max((row.quality or 0.0 for row in ended if row.is_candidate), default=None)
        for row in fresh:
            self._told.add(row.number)
            self._shown(row)
        if fresh:
            metric = f"best {best:.4f}" if best is not None else "none fits yet"
            self._task.advance(len(fresh), metric)
