"""The teachers: one or several networks per set, trained once on the labels; what each says is kept in files.

A student's teacher is the mean of their logits, and all arms share it.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.distill.motion import MotionTeacher
from benchmarks.distill.nets import PAIRS
from benchmarks.distill.views import MIXED, PLAIN, ViewFiles
from tinykd.data.dataset import Dataset
from tinykd.data.features.frontend import SensorFrontend
from tinykd.data.types import Samples
from tinykd.files import write_json
from tinykd.progress import Silent
from tinykd.training.counts import Counts
from tinykd.training.loop import Predictor, Schedule, Training, fit
from tinykd.training.tensorflow import libraries, set_seed

BATCH, RATE = 64, 2e-3
_MOTION_VIEWS = 4  # that it is fitted on, beside the samples as they are
Logits = NDArray[np.float32]


@dataclass(frozen=True)
class Teacher:
    """The mean of some networks' logits, from their files."""

    folders: tuple[Path, ...]

    @classmethod
    def of(cls, root: Path, members: Sequence[int]) -> "Teacher":
        """``root``: the set's folder of teachers."""
        return cls(tuple(root / f"net{member}" for member in members))

    def logits(self, what: str) -> Logits:
        """Of ``validation``, ``test`` or a view such as ``mixed3``."""
        return np.mean([np.load(folder / f"{what}.npy") for folder in self.folders], axis=0, dtype=np.float32)

    @property
    def bytes(self) -> int:
        """Four per weight of every member."""
        said = [json.loads((folder / "net.json").read_text()) for folder in self.folders]
        return 4 * sum(int(facts["parameters"]) for facts in said)


def train_member(name: str, data: Dataset, views: ViewFiles, member: int, root: Path, scale: float) -> None:
    """Train network ``member`` unless it is there; its logits on everything but the training split itself."""
    folder = root / f"net{member}"
    if (folder / "net.json").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    said, parameters = (
        _network(name, data, views, member, scale) if PAIRS[name].teacher else _motion(data, views)
    )
    for split in ("validation", "test"):
        np.save(folder / f"{split}.npy", said(data.splits[split].x))
    for family in (PLAIN, MIXED):
        for index in range(views.count):
            np.save(folder / f"{family}{index}.npy", said(np.asarray(views.view(family, index).x)))
    right = Counts.of(np.load(folder / "validation.npy"), data.validation.y)
    write_json(folder / "net.json", {"parameters": parameters, "validation": right.to_json()})


def _network(
    name: str, data: Dataset, views: ViewFiles, member: int, scale: float
) -> tuple[Callable[[Samples], Logits], int]:
    """What it says of samples, and how many weights it has."""
    set_seed(1000 + member)
    pair, labelled = PAIRS[name], len(data.train)
    assert pair.teacher is not None
    model = pair.teacher(data.input_shape, len(data.classes))

    def arrays(epoch: int) -> tuple[NDArray[np.float32], ...]:
        family = PLAIN if epoch % 2 else MIXED
        view = views.view(family, (epoch // 2 + 7 * member) % views.count)
        return np.asarray(view.x[:labelled]), np.asarray(view.wanted[:labelled])

    def loss(logits: object, wanted: object) -> object:
        tf = libraries().tf
        return tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(wanted, logits))

    training = Training(
        name, loss, arrays, Schedule(max(2, round(scale * pair.teacher_epochs)), BATCH, RATE), member
    )
    optimizer = libraries().tf_keras.optimizers.AdamW(RATE, weight_decay=1e-3)
    fit(model, optimizer, training, data.validation, Silent())
    return Predictor(model), model.count_params()


def _motion(data: Dataset, views: ViewFiles) -> tuple[Callable[[Samples], Logits], int]:
    """Discriminant analysis of features of what was measured; there is nothing random in it."""
    front = data.frontend
    assert isinstance(front, SensorFrontend), data.name

    def measured(x: Samples) -> Samples:
        return np.asarray(x * np.float32(front.deviation) + np.float32(front.mean), np.float32)

    labelled = len(data.train)
    seen = [data.train.x, *(np.asarray(views.view(PLAIN, i).x[:labelled]) for i in range(_MOTION_VIEWS))]
    labels = np.tile(data.train.y, len(seen))
    teacher = MotionTeacher.of(measured(np.concatenate(seen)), labels)
    return lambda x: teacher(measured(x)), teacher.parameters
