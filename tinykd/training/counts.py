"""Right answers of a number asked, and training curves, as they stand in the metrics files."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32] | NDArray[np.int8]  # (n, classes), larger is likelier


@dataclass(frozen=True)
class Counts:
    """``correct`` of ``total``; rates are the reader's affair."""

    correct: int
    total: int

    @classmethod
    def of(cls, scores: Scores, labels: NDArray[np.int64]) -> "Counts":
        """How often the largest of ``scores`` (n, classes) stands at the label; the first wins a tie."""
        return cls(int(np.count_nonzero(scores.argmax(axis=1) == labels)), len(labels))

    @property
    def rate(self) -> float:
        """In [0, 1]."""
        return self.correct / self.total

    def to_json(self) -> dict[str, int]:
        """As in the metrics files."""
        return asdict(self)


@dataclass
class Curve:
    """Training, epoch by epoch; all lists are of equal length, those of ``watched`` too.

    ``val_accuracy`` is R² where there are no classes (``judge.figure_of``).
    """

    epoch: list[int] = field(default_factory=list)
    loss: list[float] = field(default_factory=list)
    val_accuracy: list[float] = field(default_factory=list)
    watched: dict[str, list[float]] = field(default_factory=dict)  # whatever else a stage looks at

    def add(self, loss: float, val_accuracy: float, watched: Mapping[str, float] | None = None) -> None:
        """Note the next epoch; ``watched`` has the same names in every epoch."""
        self.epoch.append(len(self.epoch) + 1)
        self.loss.append(loss)
        self.val_accuracy.append(val_accuracy)
        for name, value in (watched or {}).items():
            self.watched.setdefault(name, []).append(value)

    def to_json(self) -> dict[str, list[int] | list[float]]:
        """As in the metrics files."""
        plain: dict[str, list[int] | list[float]] = {
            "epoch": self.epoch,
            "loss": self.loss,
            "val_accuracy": self.val_accuracy,
        }
        return {**plain, **self.watched}
