"""Right answers of a number asked, and training curves, as they stand in the metrics files."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.training.classes import ByClass

Scores = NDArray[np.float32] | NDArray[np.int8]  # (n, classes), larger is likelier


@dataclass(frozen=True)
class Counts:
    """``correct`` of ``total``; rates are the reader's affair. ``by_class``: the same, class by class."""

    correct: int
    total: int
    by_class: ByClass | None = field(default=None, compare=False)  # None: not asked

    @classmethod
    def of(cls, scores: Scores, labels: NDArray[np.int64]) -> "Counts":
        """How often the largest of ``scores`` (n, classes) stands at the label; the first wins a tie."""
        named, classes = scores.argmax(axis=1), scores.shape[1]
        right = named == labels
        counted = (np.bincount(each, minlength=classes) for each in (labels, labels[right], named))
        by_class = ByClass(*(tuple(each.tolist()) for each in counted))
        return cls(int(np.count_nonzero(right)), len(labels), by_class)

    @property
    def rate(self) -> float:
        """In [0, 1]."""
        return self.correct / self.total

    def to_json(self) -> dict[str, Any]:
        """As in the metrics files."""
        plain = {"correct": self.correct, "total": self.total}
        return plain | ({"by_class": self.by_class.to_json()} if self.by_class else {})


@dataclass
class TrainingHistory:
    """Training, epoch by epoch; all lists are of equal length, those of ``watched`` too.

    ``val_accuracy`` is R² where there are no classes (``metrics.figure_of``). ``best``: the epoch whose
    weights were kept.
    """

    epoch: list[int] = field(default_factory=list)
    loss: list[float] = field(default_factory=list)
    val_accuracy: list[float] = field(default_factory=list)
    watched: dict[str, list[float]] = field(default_factory=dict)  # whatever else a stage looks at
    best: int = 0

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

    def with_best_epoch(self) -> dict[str, object]:
        """The curve and which of its epochs was kept, as they stand beside scores in the metrics files."""
        return {"curve": self.to_json(), "best_epoch": self.best}
