"""Stage ``distill``: the baseline and the student, alike in everything but the loss.

Same network, same first weights, same samples in the same order, same number of steps. Writes
``baseline.weights.h5``, ``student.weights.h5`` and ``distill.json``.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.dataset import Dataset
from tinykd.distillation.features import is_feature_method, tap
from tinykd.distillation.guard import Guard, window_of
from tinykd.distillation.lessons import Lessons
from tinykd.distillation.methods import taught_loss, untaught_loss
from tinykd.distillation.watch import Errors, OutputWatch, Watch, agreement, ece
from tinykd.files import write_json
from tinykd.progress import Progress
from tinykd.project.schema import DistillationSection, Project
from tinykd.student.build import build_student
from tinykd.student.macs import macs
from tinykd.teacher.features import FEATURES_FILE
from tinykd.teacher.keras_file import load_keras
from tinykd.teacher.logits import TEACHER_FILE, Logits, Views, read_logits
from tinykd.training.counts import Counts, Curve
from tinykd.training.judge import absolute_errors, right_at_threshold, scores_of
from tinykd.training.loop import After, Arrays, Loss, Predictor, Schedule, Training, fit
from tinykd.training.scores import told
from tinykd.training.tensorflow import libraries, set_seed
from tinykd.training.uncertainty import paired_errors

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

    @property
    def outputs(self) -> dict[str, Logits]:
        """By split."""
        return {"validation": self.validation, "test": self.test}

    def to_json(self, data: Dataset, false_alarms: float) -> dict[str, object]:
        """As in ``distill.json``."""
        scores = scores_of(data, self.outputs, false_alarms)
        found: dict[str, object] = {name: score.to_json() for name, score in scores.items()}
        if data.task == "classification":
            found["ece"] = {name: ece(given, data.splits[name].y) for name, given in self.outputs.items()}
        return found | {"curve": self.curve.to_json()}


@dataclass(frozen=True)
class Course:
    """How one of the two is trained, and where its weights go."""

    label: str
    loss: Loss
    file: Path
    after: After = lambda _model, _curve: False
    teacher: Path | None = None  # the folder of the teacher, where it is listened to


def distill(project: Project, data: Dataset, train_dir: Path, out: Path, progress: Progress) -> None:
    """Train both from the teacher's logits in ``train_dir``."""
    out.mkdir(parents=True, exist_ok=True)
    views, false_alarms = Views.of(project, data.augmentation), project.anomaly.false_alarms
    lessons = Lessons(data, read_logits(train_dir, data, views), views)
    section = project.distillation
    guard = _guard(section, len(data.validation))
    alone = Course("baseline", untaught_loss(section, data.task), out / BASELINE_FILE)
    baseline = _train(project, lessons, alone, progress)
    loss = taught_loss(section, guard.alpha, data.task)
    taught = Course("student", loss, out / STUDENT_FILE, guard, train_dir)
    student = _train(project, lessons, taught, progress)
    progress.note(_told(baseline, student, data, false_alarms))
    write_json(
        out / "distill.json",
        {
            "baseline": baseline.to_json(data, false_alarms),
            "student": student.to_json(data, false_alarms),
            "parameters": student.parameters,
            "macs": student.macs,
            "float_bytes": 4 * student.parameters,
            "over_distillation": guard.to_json(),
            **_compared(student, baseline, lessons, false_alarms),
        },
    )


def _guard(section: DistillationSection, samples: int) -> Guard:
    alpha = None
    if section.over_distillation == "weaken":
        alpha = libraries().tf.Variable(section.alpha, trainable=False)
    return Guard(section.over_distillation, window_of(section.epochs), samples, alpha)


def _train(project: Project, lessons: Lessons, course: Course, progress: Progress) -> Trained:
    section, data, seed = project.distillation, lessons.data, project.project.seed
    set_seed(seed)
    model = build_student(project.student, data)
    teacher = lessons.logits.validation
    watch = Watch(data.validation.y, teacher) if data.task == "classification" else OutputWatch(teacher)
    schedule = Schedule(section.epochs, section.batch, section.learning_rate)
    balanced = project.data.balance == "sampling"
    optimizer = libraries().tf_keras.optimizers.Adam(section.learning_rate)
    with _tapped(section, model, lessons, course, progress) as (trained, loss, arrays):
        training = Training(course.label, loss, arrays, schedule, seed, watch, course.after, balanced)
        curve = fit(trained, optimizer, training, data.validation, progress, model)
    model.save_weights(course.file)
    predict = Predictor(model)
    answers = predict(data.validation.x), predict(data.test.x)
    return Trained(model.count_params(), macs(model), *answers, curve)


@contextmanager
def _tapped(
    section: DistillationSection, model: Any, lessons: Lessons, course: Course, progress: Progress
) -> Iterator[tuple[Any, Loss, Callable[[int], Arrays]]]:
    """What is trained, by which loss, on what: for losses on features a tapped student and the features."""
    if course.teacher is None or not is_feature_method(section.method):
        yield model, course.loss, lessons.epoch
        return
    teacher = load_keras(course.teacher / TEACHER_FILE)
    out = course.file.parent
    tapped = tap(section.method, section, model, teacher, lessons, course.loss, out, progress)
    yield tapped.model, tapped.loss, lambda epoch: tapped.lesson(lessons, epoch)
    (out / FEATURES_FILE).unlink()


def _compared(
    student: Trained, baseline: Trained, lessons: Lessons, false_alarms: float
) -> dict[str, object]:
    """The student beside the teacher, and beside the baseline on the same test samples."""
    data, teacher, both = lessons.data, lessons.logits.test, (student, baseline)
    match data.task:
        case "classification":
            return {
                "agreement_with_teacher": agreement(student.test, teacher).to_json(),
                "errors": Errors.of(student.test, teacher, data.test.y).to_json(),
                "paired": _paired(*(each.test.argmax(axis=1) == data.test.y for each in both)),
            }
        case "regression":
            errors = (absolute_errors(each.test, data.test, data) for each in both)
            return {"paired_errors": paired_errors(*errors)}
        case "anomaly":
            told = (right_at_threshold(each.outputs, data, false_alarms) for each in both)
            return {"paired": _paired(*told)}


def _paired(*right: NDArray[np.bool_]) -> dict[str, int]:
    """Test samples that one has right and the other has not, for McNemar's test."""
    return {
        "student_only": int(np.count_nonzero(right[0] & ~right[1])),
        "baseline_only": int(np.count_nonzero(right[1] & ~right[0])),
    }


def _told(baseline: Trained, student: Trained, data: Dataset, false_alarms: float) -> str:
    taught, alone = (scores_of(data, each.outputs, false_alarms)["test"] for each in (student, baseline))
    return f"student: {told(taught)}, baseline {alone.correct if isinstance(alone, Counts) else alone}"
