"""Two samples in one: x = share * a + (1 - share) * b, with both labels in the same shares (mixup).

Zhang, Cisse, Dauphin, Lopez-Paz, mixup, arXiv 1710.09412. For distillation the teacher says what a mixture is
(Beyer et al., arXiv 2106.05237, function matching), which needs no labels at all. Draws follow (seed, index),
as those of a view do, so mixtures are replayed as well.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tinykd.data.stored.files import is_large
from tinykd.data.stored.lazy_rows import LazyRows, Numbers
from tinykd.data.types import Labels, SampleRows, Targets
from tinykd.project.values import TaskName

LEAST_SHARE = 0.5  # of the first sample: its label stays the largest
UNMIXED = 0.2  # share of the epochs, the last ones: BatchNormalization's statistics end on single samples
MIXABLE: tuple[TaskName, ...] = ("classification", "multilabel")  # tasks whose labels may be shared out
UNKNOWN = -1.0  # of several labels: nothing is known of the class in this sample
_DRAWS = 1  # beside those of the view, which start at [seed, index]


@dataclass(frozen=True)
class Mixture:
    """Which samples are mixed: ``partner`` (n,) rows, ``share`` (n,) of the first in [LEAST_SHARE, 1]."""

    partner: NDArray[np.int64]
    share: NDArray[np.float32]

    @classmethod
    def of(cls, count: int, labelled: int, seed: int, index: int) -> "Mixture":
        """Of ``count`` samples, the first ``labelled`` among themselves: no label is mixed with none."""
        rng = np.random.default_rng([seed, index, _DRAWS])
        partner = np.concatenate([rng.permutation(labelled), labelled + rng.permutation(count - labelled)])
        return cls(partner.astype(np.int64), rng.uniform(LEAST_SHARE, 1.0, count).astype(np.float32))

    def samples(self, x: SampleRows) -> SampleRows:
        """The mixtures of ``x`` (n, H, W, C)."""
        return self._of(x)

    def rows(self, rows: SampleRows) -> SampleRows:
        """The labels of the mixtures, ``rows`` (n, classes) being those of the samples."""
        return self._of(rows)

    def _of(self, x: SampleRows) -> SampleRows:
        share = self.share[: len(x)].reshape(-1, *(1 for _ in x.shape[1:]))
        if not isinstance(x, LazyRows):
            return np.asarray(share * np.asarray(x) + (1 - share) * x[self.partner[: len(x)]])

        def give(rows: Numbers) -> NDArray[np.float32]:
            return np.asarray(share[rows] * x.give(rows) + (1 - share[rows]) * x.give(self.partner[rows]))

        return LazyRows(x.shape, x.dtype, give)


def label_rows(labels: Labels | Targets, classes: int, unlabelled: int = 0) -> SampleRows:
    """(n + unlabelled, classes): 1 at the label; zeros where there is none. Of several labels (n, classes) as
    they are, and ``UNKNOWN`` where there are none: zeros say that no class is on.
    """
    if labels.ndim == 2:
        unknown = np.full((unlabelled, classes), UNKNOWN, np.float32)
        return np.concatenate([labels.astype(np.float32), unknown])
    one, count = np.eye(classes, dtype=np.float32), len(labels) + unlabelled
    if not is_large(count * classes):
        return np.concatenate([one[labels], np.zeros((unlabelled, classes), np.float32)])

    def give(rows: Numbers) -> NDArray[np.float32]:
        found = np.zeros((len(rows), classes), np.float32)
        known = rows < len(labels)
        found[known] = one[labels[rows[known]]]
        return found

    return LazyRows((count, classes), np.dtype(np.float32), give)
