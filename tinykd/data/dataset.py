"""What a data source gives: three splits of float32 samples, the targets of each, and names."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from tinykd.data.augmentation.options import IMAGE, Augmenting
from tinykd.data.augmentation.views import make_view
from tinykd.data.features.frontend import AS_IT_IS, Frontend
from tinykd.data.objects.grid import Grid, Scenes
from tinykd.data.stored.lazy_rows import chosen, joined
from tinykd.data.texts import OutsideTexts, Texts
from tinykd.data.types import Labels, SampleRows
from tinykd.project.values import TaskName


@dataclass(frozen=True)
class Split:
    """Samples and their targets; all arrays are made read-only.

    ``y``: labels of a classification, else the targets of the outputs. ``labels``: of an anomaly task, 0 for
    normal and 1 for an anomaly. ``scenes``: of a detection, what is in the images.
    ``texts``: what ids are of. ``multilabel``: ``y`` is 1 where a class is on, else 0.
    """

    x: SampleRows
    y: NDArray[Any]  # Labels or Targets
    labels: Labels | None = None
    scenes: Scenes | None = None
    texts: Texts | None = None
    multilabel: bool = False

    def __post_init__(self) -> None:
        assert self.x.dtype == np.float32 and self.x.ndim == 4, (self.x.dtype, self.x.shape)
        kind = (self.y.dtype, self.y.ndim)
        assert kind in ((np.dtype(np.int64), 1), (np.dtype(np.float32), 2)), (self.y.dtype, self.y.shape)
        assert len(self.y) == len(self.x), (self.y.shape, self.x.shape)
        for array in (self.x, self.y, self.labels):
            if isinstance(array, np.ndarray):
                array.setflags(write=False)

    def __len__(self) -> int:
        return len(self.y)

    def view(self, seed: int, index: int, how: Augmenting | None) -> SampleRows:
        """Its samples, changed a little: the same ones each time; of texts the ids of changed texts."""
        if self.texts is not None:
            return self.texts.view(seed, index, how).ids()
        return make_view(self.x, seed, index, how)

    def take(self, rows: NDArray[np.int64]) -> "Split":
        """These samples alone, in that order."""
        labels = None if self.labels is None else self.labels[rows]
        scenes = None if self.scenes is None else self.scenes.take(rows)
        texts = None if self.texts is None else self.texts.take(rows)
        return Split(chosen(self.x, rows), self.y[rows], labels, scenes, texts, self.multilabel)


class OfSplit(Protocol):
    """What samples of split ``name``, or some of its rows, were before they became what a model takes; read
    when asked for.
    """

    def __call__(self, name: str, rows: NDArray[np.int64] | None = None) -> NDArray[Any]: ...


@dataclass(frozen=True)
class Dataset:
    """Networks are trained on ``train``, chosen on ``validation`` and only measured on ``test``."""

    name: str
    train: Split
    validation: Split
    test: Split
    classes: tuple[str, ...]  # of an anomaly task: normal, anomaly; of a regression: the targets' names
    task: TaskName = "classification"
    augmentation: Augmenting | None = IMAGE  # how training samples may be changed
    unlabelled: SampleRows | None = None  # more samples for distillation, labelled by the teacher
    frontend: Frontend = AS_IT_IS  # how a measured sample becomes one of these
    notes: tuple[str, ...] = ()  # notes for the user on the split
    target_mean: tuple[float, ...] = ()  # of a regression: where each output is 0, in the target's unit
    target_scale: tuple[float, ...] = ()  # of a regression: of each output's 1, in the target's unit
    sounds: OfSplit | None = None  # (n, samples) float32 in [-1, 1]
    measured: OfSplit | None = None  # (n, ...) samples before their front end
    unlabelled_texts: tuple[str, ...] = ()
    outside: OutsideTexts | None = None  # texts of no class

    @property
    def input_shape(self) -> tuple[int, int, int]:
        """(H, W, C) of one sample."""
        height, width, channels = self.train.x.shape[1:]
        return height, width, channels

    @property
    def outputs(self) -> int:
        """How many numbers a model gives for a sample: a logit per class, or a value per target."""
        return len(self.classes) if self.train.y.ndim == 1 else int(self.train.y.shape[1])

    @property
    def grid(self) -> Grid | None:
        """Of a detection, the cells that a model answers for."""
        return None if self.train.scenes is None else self.train.scenes.grid

    @property
    def splits(self) -> dict[str, Split]:
        """The splits by the names used in files and reports."""
        return {"train": self.train, "validation": self.validation, "test": self.test}

    @cached_property
    def train_inputs(self) -> SampleRows:
        """The training samples, those without a label after the others: a teacher labels them all."""
        if self.unlabelled is None:
            return self.train.x
        return joined([self.train.x, self.unlabelled])

    @cached_property
    def train_texts(self) -> Texts | None:
        """What ``train_inputs`` are the ids of."""
        return None if self.train.texts is None else self.train.texts.joined(self.unlabelled_texts)

    def labelled_rows(self, count: int) -> NDArray[np.int64]:
        """(count,) rows of the training split, over and over."""
        return np.resize(np.arange(len(self.train)), count)

    def in_units(self, values: NDArray[Any]) -> NDArray[np.float64]:
        """(..., outputs) of a regression, as networks have them, in the targets' own units."""
        mean, scale = np.asarray(self.target_mean or 0.0), np.asarray(self.target_scale or 1.0)
        return np.asarray(values.astype(np.float64) * scale + mean)

    def train_targets(self, view: SampleRows) -> NDArray[Any]:
        """The targets of ``view``, a view of the training samples; an autoencoder has to reconstruct it."""
        return np.asarray(view[:]).reshape(len(view), -1) if self.task == "anomaly" else self.train.y
