"""Over-distillation: agreement with the teacher grows and accuracy does not. Seen, and acted on if asked.

The rule compares the means of two windows of epochs, one after the other: agreement rose by at least one
validation sample while accuracy rose by none. ``note`` only notes it; ``weaken`` halves the teacher's weight
alpha each time; ``stop`` ends the training with the weights of the best epoch so far. After each finding the
windows begin anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, assert_never

from tinykd.project.schema import OverDistillation
from tinykd.training.counts import Curve

LEAST_WINDOW = 5  # epochs: fewer are noise


def window_of(epochs: int) -> int:
    """A tenth of the training, at least ``LEAST_WINDOW`` epochs."""
    return max(LEAST_WINDOW, epochs // 10)


def is_over_distilled(
    agreement: Sequence[float], accuracy: Sequence[float], window: int, least: float
) -> bool:
    """Whether the last ``window`` epochs agree by ``least`` more than those before, and know no more."""
    if min(len(agreement), len(accuracy)) < 2 * window:
        return False
    return _rise(agreement, window) >= least and _rise(accuracy, window) <= 0.0


def _rise(values: Sequence[float], window: int) -> float:
    before, last = values[-2 * window : -window], values[-window:]
    return round((sum(last) - sum(before)) / window, 9)  # rates of so many samples: no rounding error decides


@dataclass
class Guard:
    """Looks after each epoch; ``alpha`` is the variable in the loss, needed to ``weaken``."""

    action: OverDistillation
    window: int
    samples: int  # of validation
    alpha: Any = None
    found: list[dict[str, float]] = field(default_factory=list)
    stopped: bool = False
    _since: int = 0
    _best: tuple[float, list[Any]] | None = None

    def __call__(self, model: Any, curve: Curve) -> bool:
        """True ends the training; ``model`` then has its best weights again."""
        if self.action == "stop":
            self._keep_best(model, curve)
        agreement = curve.watched["val_agreement"][self._since :]
        if not is_over_distilled(agreement, curve.val_accuracy[self._since :], self.window, 1 / self.samples):
            return False
        self._since = len(curve.epoch)
        return self._act(model, curve)

    @property
    def weakened(self) -> int:
        """How often alpha was halved."""
        return len(self.found) if self.action == "weaken" else 0

    def to_json(self) -> dict[str, object]:
        """As in ``distill.json``."""
        return {"action": self.action, "window": self.window, "found": self.found, "stopped": self.stopped}

    def _act(self, model: Any, curve: Curve) -> bool:
        event = {"epoch": float(curve.epoch[-1])}
        match self.action:
            case "note":
                pass
            case "weaken":
                self.alpha.assign(self.alpha / 2)
                event["alpha"] = round(float(self.alpha), 6)
            case "stop":
                assert self._best is not None
                model.set_weights(self._best[1])
                self.stopped = True
            case _:
                assert_never(self.action)
        self.found.append(event)
        return self.stopped

    def _keep_best(self, model: Any, curve: Curve) -> None:
        if self._best is None or curve.val_accuracy[-1] > self._best[0]:
            self._best = curve.val_accuracy[-1], model.get_weights()
