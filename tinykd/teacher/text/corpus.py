"""Every text that a teacher is asked about, once, and where its answers belong."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.lib.format import open_memmap
from numpy.typing import NDArray

from tinykd.data.dataset import Dataset
from tinykd.data.texts import Texts
from tinykd.teacher.logits import VIEWS_FILE, Logits, Views, split_file

Places = NDArray[np.int64]  # in ``TextCorpus.texts``


@dataclass(frozen=True)
class TextCorpus:
    """Of a data set and its views."""

    texts: Texts
    splits: dict[str, Places]
    views: tuple[Places, ...]

    @classmethod
    def of(cls, data: Dataset, views: Views) -> "TextCorpus":
        """Texts in the order in which they first occur."""
        assert data.train_texts is not None
        number: dict[str, int] = {}

        def places(texts: Texts) -> Places:
            return np.array([number.setdefault(line, len(number)) for line in texts.lines], np.int64)

        splits = {name: places(texts) for name, texts in _split_texts(data)}
        seen = tuple(places(data.train_texts.view(views.seed, i, views.how)) for i in range(views.count))
        return cls(Texts(tuple(number), data.train_texts.features), splits, seen)

    def write(self, logits: Logits, out: Path) -> None:
        """``logits`` (texts, classes) as stage ``train`` leaves them."""
        for name, places in self.splits.items():
            np.save(out / split_file(name), logits[places])
        shape = (len(self.views), len(self.views[0]), logits.shape[1])
        cached = open_memmap(out / VIEWS_FILE, mode="w+", dtype=np.float32, shape=shape)
        for index, places in enumerate(self.views):
            cached[index] = logits[places]
        cached.flush()


def _split_texts(data: Dataset) -> Iterator[tuple[str, Texts]]:
    for name, split in data.splits.items():
        assert split.texts is not None
        yield name, split.texts
