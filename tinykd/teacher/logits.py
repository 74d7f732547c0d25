"""The teacher's answers on disk: computed once, memory-mapped by all who learn from them.

``logits_{train,validation,test}.npy`` (n, classes), ``logits_views.npy`` (views, train, classes): float32, C
order. View v holds the answers on ``Views.samples(data, v)``: the training split, augmented, mixed where
the view is one of mixtures, samples without a label at its end.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.augmentation.mixup import MIXABLE, Mixture
from tinykd.data.augmentation.options import IMAGE, Augmenting, TextAugmentation
from tinykd.data.augmentation.views import make_view
from tinykd.data.dataset import Dataset
from tinykd.data.stored.figures import count_of
from tinykd.data.stored.files import of_array
from tinykd.data.stored.lazy_rows import rows_at_once
from tinykd.data.stored.npy import NpyRows, written
from tinykd.data.types import SampleRows, Samples
from tinykd.data.view_targets import view_targets
from tinykd.errors import ConfigError, DataError
from tinykd.progress import Progress
from tinykd.project.schema import Project

Logits = NDArray[np.float32]  # (n, classes)
TEACHER_FILE = "teacher.keras"
VIEWS_FILE = "logits_views.npy"
_BLOCKS = 4  # of samples that a teacher is asked about together


@dataclass(frozen=True)
class Views:
    """How the training split is seen; replayed by whoever asks with the same values."""

    seed: int
    count: int
    how: Augmenting | None
    mixing: bool = False  # every second view, the odd ones, is of mixtures

    @classmethod
    def of(cls, project: Project, how: Augmenting | None = IMAGE) -> "Views":
        """As ``[data]`` says; one view, the samples themselves, if nothing changes them or logits are."""
        section, seed, task = project.data, project.project.seed, project.project.task
        if section.mixup and task not in MIXABLE:
            raise ConfigError("[data] mixup", f"the task is {task}", " or ".join(MIXABLE), "Leave mixup out")
        if section.mixup and isinstance(how, TextAugmentation):
            found = "texts cannot be mixed"
            raise ConfigError("[data] mixup", found, "images, sound, a sensor or a table", "Leave mixup out")
        mixable = task in MIXABLE and not isinstance(how, TextAugmentation)
        how = how if section.augment else None
        mixing = how is not None and mixable if section.mixup is None else section.mixup
        if project.teacher.is_logits or (how is None and not mixing):
            return cls(seed, 1, None)
        return cls(seed, section.augmented_copies, how, mixing)

    def samples(self, data: Dataset, index: int) -> SampleRows:
        """View ``index`` modulo ``count`` of all training samples."""
        index %= self.count
        if (texts := data.train_texts) is not None:
            return texts.view(self.seed, index, self.how).ids()
        view = make_view(data.train_inputs, self.seed, index, self.how, len(data.train))
        mixture = self.mixture(data, index)
        return view if mixture is None else mixture.samples(view)

    def targets(self, data: Dataset, view: SampleRows, index: int) -> NDArray[Any]:
        """What is to be learnt of view ``index``, whose samples are ``view``, where nothing is mixed."""
        return view_targets(data, view, (self.seed, index % self.count, self.how))

    def mixture(self, data: Dataset, index: int) -> Mixture | None:
        """What view ``index`` mixes; None where samples stay alone."""
        index %= self.count
        if not self.mixing or index % 2 == 0:
            return None
        return Mixture.of(len(data.train_inputs), len(data.train), self.seed, index)


@dataclass(frozen=True)
class TeacherLogits:
    """All that the teacher said, memory-mapped."""

    train: Logits
    validation: Logits
    test: Logits
    views: NDArray[np.float32]  # (views, train, classes)


def split_file(split: str) -> str:
    """File name of a split's logits."""
    return f"logits_{split}.npy"


def write_logits(
    predict: Callable[[Samples], Logits], data: Dataset, views: Views, out: Path, progress: Progress
) -> None:
    """Ask ``predict`` about every split and every view, and write what it says into ``out``."""
    for name, split in data.splits.items():
        with written(out / split_file(name), (len(split), data.outputs)) as file:
            _ask(predict, split.x, file)
    shape = (views.count, len(data.train_inputs), data.outputs)
    with progress.task("teacher labels views", views.count) as task, written(out / VIEWS_FILE, shape) as file:
        for index in range(views.count):
            _ask(predict, views.samples(data, index), file)
            task.advance()


def _ask(predict: Callable[[Samples], Logits], x: SampleRows, file: NpyRows) -> None:
    """In pieces that are whole blocks of ``Predictor``."""
    step = _BLOCKS * rows_at_once(x)
    for start in range(0, len(x), step):
        file.append(predict(x[start : start + step]))


def read_logits(folder: Path, data: Dataset, views: Views) -> TeacherLogits:
    """The files of ``write_logits``, checked against ``data``."""
    found = {
        name: _read(folder / split_file(name), (len(s), data.outputs)) for name, s in data.splits.items()
    }
    shape = (views.count, len(data.train_inputs), data.outputs)
    return TeacherLogits(**found, views=_read(folder / VIEWS_FILE, shape))


def _read(path: Path, shape: tuple[int, ...]) -> NDArray[np.float32]:
    fix = "Type `tinykd train` to compute them again"
    try:
        array = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise DataError(path, f"cannot be read ({error})", "the teacher's logits", fix) from None
    if array.dtype != np.float32 or array.shape != shape:
        raise DataError(path, f"{array.dtype} {list(array.shape)}", f"float32 {list(shape)}", fix)
    if count_of(of_array(array), lambda rows: ~np.isfinite(rows)):
        raise DataError(path, "NaN or infinite logits", "finite numbers", "Train the teacher again")
    logits: NDArray[np.float32] = array
    return logits
