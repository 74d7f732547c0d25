"""Two samples in one: x = share * a + (1 - share) * b, with both labels in the same shares (mixup).

Zhang, Cisse, Dauphin, Lopez-Paz, mixup, arXiv 1710.09412. For distillation the teacher says what a mixture is
(Beyer et al., arXiv 2106.05237, function matching), which needs no labels at all. Draws follow (seed, index),
as those of a view do, so mixtures are replayed as well.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tinykd.data.types import Labels, Samples, Targets
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

    def samples(self, x: Samples) -> Samples:
        """The mixtures of ``x`` (n, H, W, C)."""
        share = self.share.reshape(-1, 1, 1, 1)
        return share * x + (1 - share) * x[self.partner]

    def rows(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """The labels of the mixtures, ``rows`` (n, classes) being those of the samples."""
        share = self.share[: len(rows), np.newaxis]
        return share * rows + (1 - share) * rows[self.partner[: len(rows)]]


def label_rows(labels: Labels | Targets, classes: int, unlabelled: int = 0) -> NDArray[np.float32]:
    """(n + unlabelled, classes): 1 at the label; zeros where there is none. Of several labels (n, classes) as
    they are, and ``UNKNOWN`` where there are none: zeros say that no class is on.
    """
    if labels.ndim == 2:
        unknown = np.full((unlabelled, classes), UNKNOWN, np.float32)
        return np.concatenate([labels.astype(np.float32), unknown])
    known = np.eye(classes, dtype=np.float32)[labels]
    return np.concatenate([known, np.zeros((unlabelled, classes), np.float32)])
