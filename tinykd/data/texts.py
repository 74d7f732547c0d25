"""Texts beside the ids that a model takes of them: what a teacher reads, and what is changed in a view."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tinykd.data.augmentation.options import Augmenting, TextAugmentation
from tinykd.data.augmentation.text import text_view
from tinykd.data.features.text import TextFeatures
from tinykd.data.types import Samples


@dataclass(frozen=True)
class OutsideTexts:
    """Texts that belong to no class: a threshold is chosen on ``validation`` and measured on ``test``."""

    validation: "Texts"
    test: "Texts"


@dataclass(frozen=True)
class Texts:
    """``lines``: one text each; ``features``: how they become ids."""

    lines: tuple[str, ...]
    features: TextFeatures

    def __len__(self) -> int:
        return len(self.lines)

    def ids(self) -> Samples:
        """(n, 1, 1, length): whole numbers, which float32 holds exactly."""
        found = self.features.ids(self.lines).astype(np.float32)
        return found.reshape(len(self.lines), 1, 1, self.features.length)

    def take(self, rows: NDArray[np.int64]) -> "Texts":
        """These alone, in that order."""
        return replace(self, lines=tuple(self.lines[row] for row in rows))

    def joined(self, others: Sequence[str]) -> "Texts":
        """With ``others`` behind them."""
        return replace(self, lines=(*self.lines, *others))

    def view(self, seed: int, index: int, how: Augmenting | None) -> "Texts":
        """View ``index``, the same each time it is asked for; ``how`` None gives the texts themselves."""
        if how is None:
            return self
        assert isinstance(how, TextAugmentation)
        rng = np.random.default_rng([seed, index])
        return replace(self, lines=tuple(text_view(self.lines, rng, how)))
