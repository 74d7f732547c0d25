"""Batches of each epoch: a cached view of the training samples, their labels, the teacher's logits.

Function matching (Beyer et al., arXiv 2106.05237): teacher and student see the very same view, be it of
augmented samples, of mixtures of two, or of samples without a label. Views are kept in memory while they are
small, and replayed otherwise; of samples on disk they are made batch by batch.
"""

from dataclasses import dataclass, field

from tinykd.data.augmentation.mixup import MIXABLE, UNMIXED, label_rows
from tinykd.data.dataset import Dataset
from tinykd.data.stored.lazy_rows import LazyRows, chosen
from tinykd.data.stored.npy import rows_of
from tinykd.data.types import SampleRows
from tinykd.errors import DataError
from tinykd.teacher.logits import TeacherLogits, Views
from tinykd.training.loop import Arrays

_KEPT_BYTES = 64 << 20


def check_batches(batches: "TrainingBatches") -> None:
    """Refuse samples that no loss can use."""
    data = batches.data
    if data.unlabelled is not None and data.task == "regression":
        found = f"{len(data.unlabelled)} samples without a target"
        raise DataError(f"{data.name}: x_unlabelled", found, "a task of classes", "Leave x_unlabelled out")


@dataclass(frozen=True)
class TrainingBatches:
    """Epoch by epoch: (samples, labels, teacher's logits); labels as rows where some are mixed or missing."""

    data: Dataset
    logits: TeacherLogits
    views: Views
    _kept: dict[int, SampleRows] = field(default_factory=dict, repr=False)

    def epoch(self, epoch: int, epochs: int = 0) -> Arrays:
        """The arrays of ``epoch`` of ``epochs``, views in turn; nothing is mixed without ``epochs``."""
        index = self.view_of(epoch, epochs)
        samples = self._samples(index)
        return samples, self._targets(samples, index), rows_of(self.logits.views[index])

    def labelled(self, epoch: int, epochs: int = 0) -> Arrays:
        """The same without samples that have no label, the others repeated in their place."""
        arrays = self.epoch(epoch, epochs)
        if self.data.unlabelled is None:
            return arrays
        rows = self.data.labelled_rows(len(self.data.train_inputs))
        return tuple(chosen(array, rows) for array in arrays)

    def view_of(self, epoch: int, epochs: int = 0) -> int:
        """The view that ``epoch`` shows: in the last epochs only those that are not mixed."""
        if not self.views.mixing or epoch < (1 - UNMIXED) * epochs:
            return epoch % self.views.count
        return 2 * (epoch % ((self.views.count + 1) // 2))

    def _targets(self, samples: SampleRows, index: int) -> SampleRows:
        data = self.data
        alone = not self.views.mixing and data.unlabelled is None
        if alone or data.task not in MIXABLE:
            return self.views.targets(data, samples, index)
        rows = label_rows(data.train.y, data.outputs, len(data.train_inputs) - len(data.train))
        mixture = self.views.mixture(data, index)
        return rows if mixture is None else mixture.rows(rows)

    def _samples(self, index: int) -> SampleRows:
        if index in self._kept:
            return self._kept[index]
        samples = self.views.samples(self.data, index)
        small = samples.nbytes * self.views.count <= _KEPT_BYTES
        if small and not isinstance(samples, LazyRows):
            self._kept[index] = samples
        return samples
