"""One cell: a student of one set, recipe and seed, in float, through quantization, and quantized after.

A cell is one JSON file, written whole when the cell is done: whatever is there is not computed again.
"""

import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.distill.nets import PAIRS, Pair
from benchmarks.distill.recipes import RECIPES, Recipe, loss
from benchmarks.distill.teachers import Teacher
from benchmarks.distill.views import PLAIN, ViewFiles
from tinykd.data.augmentation.mixup import UNMIXED
from tinykd.data.dataset import Dataset
from tinykd.data.types import Samples
from tinykd.files import write_json
from tinykd.progress import Silent
from tinykd.quantization.export import to_int8
from tinykd.quantization.measure import quantized_scores
from tinykd.quantization.ptq import post_training
from tinykd.quantization.qat import insert_fake_quant
from tinykd.quantization.ranges import narrow_ranges
from tinykd.student.macs import macs
from tinykd.training.counts import Counts
from tinykd.training.loop import Arrays, Loss, Predictor, Schedule, Training, fit
from tinykd.training.tensorflow import libraries, set_seed

QAT_SHARE, QAT_RATE = 0.2, 0.0125  # of the epochs and of the learning rate of float training


@dataclass(frozen=True)
class Cell:
    """What identifies a cell."""

    set: str
    recipe: str
    seed: int

    def file(self, folder: Path) -> Path:
        """Where its result stands."""
        return folder / f"{self.set}-{self.recipe}-{self.seed}.json"


@dataclass(frozen=True)
class Bench:
    """A set with all that its cells share. ``select``: only validation is looked at, and only in float."""

    data: Dataset
    views: ViewFiles
    teachers: Path
    scale: float  # of the numbers of epochs
    select: bool

    def run(self, cell: Cell, folder: Path) -> dict[str, object]:
        """Train, quantize, measure, write."""
        start, pair, recipe = time.monotonic(), PAIRS[cell.set], RECIPES[cell.recipe]
        teacher = Teacher.of(self.teachers, range(pair.members))
        set_seed(cell.seed)
        student = pair.student(self.data.input_shape, len(self.data.classes))
        epochs = max(2, round(self.scale * pair.student_epochs))
        lesson = _Lesson.of(recipe, self.views, teacher, cell.seed, epochs)
        last = self._fit(student, lesson, epochs, pair.batch, pair.rate)
        found: dict[str, object] = {
            "set": cell.set,
            "recipe": cell.recipe,
            "seed": cell.seed,
            "epochs": epochs,
            "parameters": student.count_params(),
            "macs": macs(student),
            "loss": last,
            "teacher": {s: self._right(s, teacher.logits(s)) for s in self._splits},
            "teacher_bytes": teacher.bytes,
            "float": self._float(student),
        }
        if not self.select:
            found |= self._quantized(student, lesson, pair, epochs)
        write_json(cell.file(folder), found | {"seconds": round(time.monotonic() - start, 1)})
        return found

    @property
    def _splits(self) -> tuple[str, ...]:
        return ("validation",) if self.select else ("validation", "test")

    def _quantized(self, student: Any, lesson: "_Lesson", pair: Pair, epochs: int) -> dict[str, object]:
        untrained = post_training(student, self.data.train.x)
        samples = np.asarray(self.views.view(PLAIN, 0).x)
        model = insert_fake_quant(student, samples)
        narrow_ranges(model, student, samples, Silent())
        share = max(1, round(QAT_SHARE * epochs))
        self._fit(model, lesson.without_mixing(), share, pair.batch, QAT_RATE * pair.rate)
        flatbuffer = to_int8(model, self.data.train.x)
        return {
            "qat_epochs": share,
            "bytes": len(flatbuffer),
            "int8": self._int8(flatbuffer),
            "ptq": self._int8(untrained),
        }

    def _fit(self, model: Any, lesson: "_Lesson", epochs: int, batch: int, rate: float) -> float:
        schedule = Schedule(epochs, batch, rate)
        training = Training(self.data.name, lesson.loss, lesson, schedule, lesson.seed)
        optimizer = libraries().tf_keras.optimizers.Adam(rate)
        return fit(model, optimizer, training, self.data.validation, Silent()).loss[-1]

    def _float(self, model: Any) -> dict[str, object]:
        predict = Predictor(model)
        return {split: self._right(split, predict(self.data.splits[split].x)) for split in self._splits}

    def _int8(self, flatbuffer: bytes) -> dict[str, object]:
        """Asked of TFLM."""
        scores = quantized_scores(flatbuffer, self.data.test.x)
        return {"test": self._right("test", scores)}

    def _right(self, split: str, scores: NDArray[Any]) -> dict[str, int]:
        return Counts.of(scores, self.data.splits[split].y).to_json()


@dataclass(frozen=True)
class _Lesson:
    """Epoch by epoch: samples, label rows, the teacher's logits on these very samples."""

    recipe: Recipe
    views: ViewFiles
    teacher: Teacher
    seed: int
    epochs: int  # 0: as at the end of a training
    weights: tuple[Any, Any]  # variables: alpha, temperature

    @classmethod
    def of(cls, recipe: Recipe, views: ViewFiles, teacher: Teacher, seed: int, epochs: int) -> "_Lesson":
        """With weights as they are at first."""
        variable = libraries().tf.Variable
        weights = tuple(variable(value, trainable=False, dtype="float32") for value in recipe.at(0.0))
        return cls(recipe, views, teacher, seed, epochs, (weights[0], weights[1]))

    @property
    def loss(self) -> Loss:
        """Its weights change from epoch to epoch."""
        return loss(*self.weights)

    def __call__(self, epoch: int) -> Arrays:
        progress = min(1.0, epoch / (self.epochs - 1)) if self.epochs > 1 else 1.0
        for weight, value in zip(self.weights, self.recipe.at(progress), strict=True):
            weight.assign(value)
        families = self.recipe.families
        family = families[epoch % len(families)]
        if epoch >= (1 - UNMIXED) * self.epochs:
            family = PLAIN
        index = (epoch // len(families) + self.seed) % self.views.count
        view = self.views.view(family, index)
        wanted = np.asarray(view.wanted)
        if not self.recipe.alpha:
            return _labelled(np.asarray(view.x), wanted)
        return np.asarray(view.x), wanted, self.teacher.logits(f"{family}{index}")

    def without_mixing(self) -> "_Lesson":
        """The same lesson on plain views alone."""
        return replace(self, epochs=0)


def _labelled(x: Samples, wanted: NDArray[np.float32]) -> Arrays:
    """As many samples, those with a label repeated in place of the others; no teacher says anything."""
    rows = np.resize(np.flatnonzero(wanted.any(axis=1)), len(x))
    return x[rows], wanted[rows], np.zeros_like(wanted)
