"""A teacher that trails the baseline on validation: how much it counts then.

Its students end about as far behind (docs/distillation.md), so it counts half of what [distillation] says;
and where even that student is not better on validation than the labels alone, they alone are what is learnt.
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from tinykd.distillation.batches import TrainingBatches
from tinykd.project.schema import Project
from tinykd.teacher.logits import Logits
from tinykd.training.behind import trailing_sentence
from tinykd.training.metrics import merit_of

WEAKENED = 0.5  # of alpha
Merit = tuple[float, float]  # as epochs are chosen by


@dataclass(frozen=True)
class TrailingTeacher:
    """``weight``: what became of alpha, 0 or ``WEAKENED`` times; the others are
    figures on validation, the larger the better.
    """

    teacher: float
    baseline: float
    student: float | None = None  # trained with ``WEAKENED``; None: not yet
    weight: float = WEAKENED

    @property
    def sentence(self) -> str:
        """What was done, and the key that keeps it from being done."""
        return trailing_sentence(self.teacher, self.baseline, self.student, self.weight)

    def to_json(self) -> dict[str, Any]:
        """As in ``distill.json``."""
        return asdict(self)


def trailing_teacher(
    project: Project, batches: TrainingBatches, baseline: Logits, balanced: bool
) -> TrailingTeacher | None:
    """None where the teacher does not trail the ``baseline`` on validation, or is to keep its weight."""
    section = project.distillation
    if section.trailing_teacher == "keep" or not (section.alpha or section.last_alpha):
        return None
    split = batches.data.validation
    taught = merit_of(np.asarray(batches.logits.validation), split, balanced)
    alone = merit_of(baseline, split, balanced)
    return TrailingTeacher(taught[0], alone[0]) if taught[0] < alone[0] else None


def weighed(project: Project, weight: float) -> Project:
    """``project`` whose teacher counts ``weight`` times as much."""
    section = project.distillation
    last = None if section.last_alpha is None else weight * section.last_alpha
    changed = section.model_copy(update={"alpha": weight * section.alpha, "last_alpha": last})
    return project.model_copy(update={"distillation": changed})
