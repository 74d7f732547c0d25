"""What all trials of a study share: the samples, the teacher's answers on every view of them, once.

A candidate with another front end sees the same samples through it. A view is drawn by (seed, index), so
the shift, gain, noise level and mixture of each sample are those that the teacher saw; hidden stretches
and single noise values may differ.
"""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from tinykd.data.dataset import Dataset
from tinykd.data.load import project_dataset
from tinykd.distillation.batches import TrainingBatches
from tinykd.errors import ConfigError
from tinykd.project.schema import Project
from tinykd.search.space import FRONT
from tinykd.teacher.logits import TeacherLogits, Views, read_logits

_KEPT = 4  # front ends whose samples stay in memory


@dataclass
class Material:
    """``base``: samples as the project file reads them; ``others``: by front end, as they are asked for."""

    root: Path
    base: Dataset
    logits: TeacherLogits
    front: str  # of ``base``
    others: dict[str, Dataset] = field(default_factory=dict)

    @classmethod
    def of(cls, project: Project, root: Path, train: Path) -> "Material":
        """``train``: the folder of stage ``train``, with the teacher's logits."""
        data = project_dataset(project, root)
        logits = read_logits(train, data, Views.of(project, data.augmentation))
        return cls(root, data, logits, front_of(project))

    def data(self, project: Project) -> Dataset:
        """The samples of a candidate."""
        front = front_of(project)
        if front == self.front:
            return self.base
        if front not in self.others:
            found = project_dataset(project, self.root)
            self._check(found)
            self.others = dict([*self.others.items()][1 - _KEPT :]) | {front: found}
        return self.others[front]

    def batches(self, project: Project) -> TrainingBatches:
        """Views of them, each with what the teacher said of the same view."""
        data = self.data(project)
        return TrainingBatches(data, self.logits, Views.of(project, data.augmentation))

    def without_sounds(self) -> "Material":
        """The same for another machine: no functions that read this one's files."""
        return replace(self, base=replace(self.base, sounds=None))

    def _check(self, found: Dataset) -> None:
        """The teacher's answers belong to its samples, one by one."""
        for name, split in self.base.splits.items():
            if not np.array_equal(split.y, found.splits[name].y):
                where, text = "[search] space", "a front end that makes other samples of the data"
                raise ConfigError(where, text, "bands, hops, rates or sizes of the same samples")


def front_of(project: Project) -> str:
    """What decides how samples become inputs, as text."""
    parts: dict[str, Any] = {name: getattr(project, name).model_dump(mode="json") for name in FRONT}
    return repr(sorted(parts.items()))
