"""Metrics of every epoch on validation: agreement with the teacher, and which errors are the teacher's.

A student that only copies ends with the teacher's errors on top of its own. Agreement is the rate at which
both name the same class (fidelity: Stanton et al., Does Knowledge Distillation Really Work?,
arXiv 2106.05945).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tinykd.data.dataset import Dataset
from tinykd.data.types import Labels
from tinykd.training.calibration import expected_calibration_error
from tinykd.training.counts import Counts
from tinykd.training.loop import EpochMetrics
from tinykd.training.metrics import r2

Logits = NDArray[np.float32]


@dataclass(frozen=True)
class Errors:
    """Counts of wrong answers: ``inherited`` are the teacher's too (same wrong class), ``own`` all others."""

    inherited: int
    own: int

    @classmethod
    def of(cls, student: Logits, teacher: Logits, labels: Labels) -> "Errors":
        """Logits (n, classes), labels (n,)."""
        answers, teachers = student.argmax(axis=1), np.asarray(teacher).argmax(axis=1)
        wrong, copied = answers != labels, answers == teachers
        return cls(int(np.count_nonzero(wrong & copied)), int(np.count_nonzero(wrong & ~copied)))

    def to_json(self) -> dict[str, int]:
        """As in ``distill.json``."""
        return {"inherited": self.inherited, "own": self.own}


def agreement(student: Logits, teacher: Logits) -> Counts:
    """How often both name the same class."""
    same = student.argmax(axis=1) == np.asarray(teacher).argmax(axis=1)
    return Counts(int(np.count_nonzero(same)), len(same))


def ece(logits: Logits, labels: Labels) -> float:
    """Expected calibration error, rounded for the metrics files."""
    return round(expected_calibration_error(logits, labels), 6)


@dataclass(frozen=True)
class OutputMetrics:
    """The same where there are no classes: agreement is the R² of the student's outputs to the teacher's."""

    teacher: Logits  # (n, outputs) on validation

    def __call__(self, outputs: Logits) -> dict[str, float]:
        """As they stand in the curve of ``distill.json``."""
        return {"val_agreement": round(r2(outputs, self.teacher), 6)}


@dataclass(frozen=True)
class ClassMetrics:
    """Figures of one epoch from the student's validation logits (n, classes)."""

    labels: Labels
    teacher: Logits

    def __call__(self, logits: Logits) -> dict[str, float]:
        """As they stand in the curve of ``distill.json``; errors are rates in [0, 1]."""
        errors, count = Errors.of(logits, self.teacher, self.labels), len(self.labels)
        return {
            "val_agreement": round(agreement(logits, self.teacher).rate, 6),
            "val_ece": ece(logits, self.labels),
            "val_inherited": round(errors.inherited / count, 6),
            "val_own": round(errors.own / count, 6),
        }


def epoch_metrics(data: Dataset, teacher: Logits) -> EpochMetrics:
    """What is watched of the student of ``data``'s task; ``teacher``: its outputs on validation."""
    if data.task == "classification":
        return ClassMetrics(data.validation.y, teacher)
    return OutputMetrics(teacher)
