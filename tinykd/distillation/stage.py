"""Stage ``distill``: the baseline and the student, alike in everything but the loss.

Same network, same first weights, same samples in the same order, same number of steps. Writes
``baseline.weights.h5``, ``student.weights.h5`` and ``distill.json``.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tinykd.data.dataset import Dataset
from tinykd.distillation.guard import Guard, window_of
from tinykd.distillation.lessons import Lessons
from tinykd.distillation.methods import taught_loss, untaught_loss
from tinykd.distillation.watch import Errors, Watch, agreement, ece
from tinykd.files import write_json
from tinykd.progress import Progress
from tinykd.project.schema import DistillationSection, Project
from tinykd.student.build import build_student
from tinykd.student.macs import macs
from tinykd.teacher.logits import Logits, Views, read_logits
from tinykd.training.counts import Counts, Curve
from tinykd.training.loop import After, Loss, Predictor, Schedule, Training, fit
from tinykd.training.tensorflow import libraries, set_seed

STUDENT_FILE = "student.weights.h5"
BASELINE_FILE = "baseline.weights.h5"


@dataclass(frozen=True)
class Trained:
    """A trained network: its answers and how it came to them."""

    parameters: int
    macs: int
    validation: Logits
    test: Logits
    curve: Curve

    def to_json(self, data: Dataset) -> dict[str, object]:
        """As in ``distill.json``."""
        return {
            "validation": Counts.of(self.validation, data.validation.y).to_json(),
            "test": Counts.of(self.test, data.test.y).to_json(),
            "ece": {
                "validation": ece(self.validation, data.validation.y),
                "test": ece(self.test, data.test.y),
            },
            "curve": self.curve.to_json(),
        }


def distill(project: Project, data: Dataset, train_dir: Path, out: Path, progress: Progress) -> None:
    """Train both from the teacher's logits in ``train_dir``."""
    out.mkdir(parents=True, exist_ok=True)
    views = Views.of(project)
    lessons = Lessons(data, read_logits(train_dir, data, views), views)
    section = project.distillation
    guard = _guard(section, len(data.validation))
    baseline = _train(project, lessons, "baseline", untaught_loss(section), out / BASELINE_FILE, progress)
    loss = taught_loss(section, guard.alpha)
    student = _train(project, lessons, "student", loss, out / STUDENT_FILE, progress, guard)
    _note(progress, baseline, student, data)
    write_json(
        out / "distill.json",
        {
            "baseline": baseline.to_json(data),
            "student": student.to_json(data),
            "parameters": student.parameters,
            "macs": student.macs,
            "float_bytes": 4 * student.parameters,
            "agreement_with_teacher": agreement(student.test, lessons.logits.test).to_json(),
            "errors": Errors.of(student.test, lessons.logits.test, data.test.y).to_json(),
            "over_distillation": guard.to_json(),
            "paired": _paired(student.test, baseline.test, data),
        },
    )


def _guard(section: DistillationSection, samples: int) -> Guard:
    alpha = None
    if section.over_distillation == "weaken":
        alpha = libraries().tf.Variable(section.alpha, trainable=False)
    return Guard(section.over_distillation, window_of(section.epochs), samples, alpha)


def _train(
    project: Project,
    lessons: Lessons,
    label: str,
    loss: Loss,
    file: Path,
    progress: Progress,
    after: After = lambda _model, _curve: False,
) -> Trained:
    section, data, seed = project.distillation, lessons.data, project.project.seed
    set_seed(seed)
    model = build_student(project.student, data)
    schedule = Schedule(section.epochs, section.batch, section.learning_rate)
    watch = Watch(data.validation.y, lessons.logits.validation)
    training = Training(label, loss, lessons.epoch, schedule, seed, watch, after)
    optimizer = libraries().tf_keras.optimizers.Adam(section.learning_rate)
    curve = fit(model, optimizer, training, data.validation, progress)
    model.save_weights(file)
    predict = Predictor(model)
    answers = predict(data.validation.x), predict(data.test.x)
    return Trained(model.count_params(), macs(model), *answers, curve)


def _paired(student: Logits, baseline: Logits, data: Dataset) -> dict[str, int]:
    """Test samples that one has right and the other has not, for McNemar's test."""
    right = [scores.argmax(axis=1) == data.test.y for scores in (student, baseline)]
    return {
        "student_only": int(np.count_nonzero(right[0] & ~right[1])),
        "baseline_only": int(np.count_nonzero(right[1] & ~right[0])),
    }


def _note(progress: Progress, baseline: Trained, student: Trained, data: Dataset) -> None:
    taught, alone = Counts.of(student.test, data.test.y), Counts.of(baseline.test, data.test.y)
    progress.note(f"student: {taught.correct} of {taught.total} test samples right, baseline {alone.correct}")
