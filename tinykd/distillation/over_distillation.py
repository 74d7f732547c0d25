"""The over-distillation callback: finds a network that fits its training data better while it gets worse on
validation, and acts on it if asked; for the student and the baseline alike.

Epochs are taken in windows. What a window was worth is the mean, over its epochs, of each validation sample's
merit (right or wrong; minus the squared error). It is a finding when a window is worse than the best before
it by more than chance: the mean of the differences, sample by sample, is ``BEYOND`` standard errors below 0.
How well that predicts what becomes of test samples is in docs/distillation-results.md.

``note`` only notes it; ``weaken`` halves the teacher's weight alpha each time, which leaves the baseline as
it is; ``stop`` ends the training. The weights of the best epoch are kept in any case (``training.loop``).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, assert_never

import numpy as np
from numpy.typing import NDArray

from tinykd.data.dataset import Split
from tinykd.project.training import OverDistillation
from tinykd.training.checkpoint import as_text, from_text
from tinykd.training.counts import TrainingHistory
from tinykd.training.metrics import merits

LEAST_WINDOW = 5  # epochs: fewer are noise
BEYOND = 2.326  # standard errors: one in a hundred by chance, where there is no difference

Merits = NDArray[np.float64]  # (n,) of each validation sample, the larger the better


def window_of(epochs: int) -> int:
    """A tenth of the training, at least ``LEAST_WINDOW`` epochs."""
    return max(LEAST_WINDOW, epochs // 10)


def has_fallen(best: Merits, now: Merits) -> bool:
    """Whether the same samples are worth less than they were, by more than chance."""
    fall = best - now
    if len(fall) < 2 or fall.mean() <= 0.0:
        return False
    return float(fall.mean()) > BEYOND * float(fall.std(ddof=1)) / math.sqrt(len(fall))


@dataclass
class OverDistillationCallback:
    """Called after each epoch; ``alpha`` is the variable in the loss, which ``weaken`` halves."""

    action: OverDistillation
    window: int
    validation: Split
    alpha: Any = None  # None: of the baseline
    found: list[dict[str, float]] = field(default_factory=list)
    stopped: bool = False
    _sum: Merits | None = None  # of the window that is under way
    _best: Merits | None = None  # the best window before it

    def __call__(self, outputs: NDArray[np.float32], curve: TrainingHistory) -> bool:
        """From the outputs on validation after an epoch; True ends the training."""
        merit = merits(outputs, self.validation)
        self._sum = merit if self._sum is None else self._sum + merit
        if len(curve.epoch) % self.window:
            return False
        now, self._sum = self._sum / self.window, None
        if self._best is not None and has_fallen(self._best, now):
            self._act(curve)
            self._best = None  # windows begin anew
        if self._best is None or now.mean() > self._best.mean():
            self._best = now
        return self.stopped

    @property
    def alpha_decays(self) -> int:
        """How often alpha was halved (``weaken``)."""
        return len(self.found) if self.action == "weaken" else 0

    def to_json(self) -> dict[str, object]:
        """As in ``distill.json``."""
        return {"action": self.action, "window": self.window, "found": self.found, "stopped": self.stopped}

    def state(self) -> dict[str, NDArray[Any]]:
        """All that the next epochs hang on; ``alpha`` itself is moved before each of them."""
        said = as_text({"found": self.found, "stopped": self.stopped})
        windows = {"sum": self._sum, "best": self._best}
        return {"said": said, **{name: each for name, each in windows.items() if each is not None}}

    def restore(self, state: Mapping[str, NDArray[Any]]) -> None:
        """What ``state`` gave."""
        said = from_text(state["said"])
        self.found[:], self.stopped = said["found"], said["stopped"]
        self._sum, self._best = state.get("sum"), state.get("best")

    def _act(self, curve: TrainingHistory) -> None:
        event = {"epoch": float(curve.epoch[-1])}
        match self.action:
            case "note":
                pass
            case "weaken" if self.alpha is not None:
                self.alpha.assign(self.alpha / 2)
                event["alpha"] = round(float(self.alpha), 6)
            case "weaken":
                pass
            case "stop":
                self.stopped = True
            case _:
                assert_never(self.action)
        self.found.append(event)
