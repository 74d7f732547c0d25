"""What a student sees in each epoch: a cached view of the training samples, labels, the teacher's logits on
it.

Function matching (Beyer et al., arXiv 2106.05237): teacher and student see the very same view. Views are
kept in memory while they are small, and replayed otherwise.
"""

from dataclasses import dataclass, field

import numpy as np

from tinykd.data.dataset import Dataset, Samples
from tinykd.teacher.logits import TeacherLogits, Views
from tinykd.training.loop import Arrays

_KEPT_BYTES = 64 << 20


@dataclass(frozen=True)
class Lessons:
    """Epoch by epoch: (samples, labels, teacher's logits)."""

    data: Dataset
    logits: TeacherLogits
    views: Views
    _kept: dict[int, Samples] = field(default_factory=dict, repr=False)

    def epoch(self, epoch: int) -> Arrays:
        """The arrays of ``epoch``, view after view in turn."""
        index = epoch % self.views.count
        samples = self._samples(index)
        return samples, self.data.learnt(samples), np.asarray(self.logits.views[index])

    def _samples(self, index: int) -> Samples:
        if index in self._kept:
            return self._kept[index]
        samples = self.views.samples(self.data.train.x, index)
        if samples.nbytes * self.views.count <= _KEPT_BYTES:
            self._kept[index] = samples
        return samples
