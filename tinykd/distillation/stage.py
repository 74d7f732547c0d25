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

from tinykd.data.dataset import Dataset, Split
from tinykd.distillation.features import is_feature_method, tap
from tinykd.distillation.guard import Guard, window_of
from tinykd.distillation.lessons import Lessons, check_lessons
from tinykd.distillation.methods import taught_loss, untaught_loss
from tinykd.distillation.watch import Errors, OutputWatch, Watch, agreement, ece
from tinykd.distillation.weights import Weights
from tinykd.files import write_json
from tinykd.progress import Progress
from tinykd.project.schema import Project
from tinykd.project.training import StudentSection
from tinykd.student.build import build_student
from tinykd.student.macs import macs
from tinykd.teacher.features import FEATURES_FILE
from tinykd.teacher.formats import BUILT_IN
from tinykd.teacher.keras_file import load_keras
from tinykd.teacher.logits import TEACHER_FILE, Logits, Views, read_logits, write_logits
from tinykd.teacher.takes import AS_THEY_ARE, taking
from tinykd.training.behind import teacher_behind
from tinykd.training.beside import Answers, paired
from tinykd.training.counts import Counts, Curve
from tinykd.training.gap import gap_in
from tinykd.training.judge import regression, scores_of
from tinykd.training.loop import After, Arrays, Loss, Predictor, Schedule, Training, fit, is_balanced
from tinykd.training.ridge import ridge
from tinykd.training.scores import RegressionScore, told
from tinykd.training.tensorflow import libraries, set_seed

STUDENT_FILE = "student.weights.h5"
BASELINE_FILE = "baseline.weights.h5"
ASSISTANT_DIR = "assistant"


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
        return found | self.curve.told()


@dataclass(frozen=True)
class Course:
    """How one of the two is trained, and where its weights go."""

    label: str
    loss: Loss
    file: Path
    student: StudentSection
    after: After
    teacher: Path | None = None  # the folder of the teacher, where it is listened to
    before: Callable[[int], None] = lambda _epoch: None


def distill(project: Project, data: Dataset, train_dir: Path, out: Path, progress: Progress) -> None:
    """Train both from the teacher's logits in ``train_dir``."""
    out.mkdir(parents=True, exist_ok=True)
    views, false_alarms = Views.of(project, data.augmentation), project.anomaly.false_alarms
    lessons = Lessons(data, read_logits(train_dir, data, views), views)
    check_lessons(lessons)
    course, alone = _untaught(project, out / BASELINE_FILE, data)
    baseline = _train(project, lessons, course, progress)
    assistant: dict[str, object] = {}
    taught_by = lessons
    if project.distillation.assistant_width is not None:
        assistant, taught_by = _assistant(project, lessons, train_dir, out, progress)
    course, guard = _taught(project, "student", out / STUDENT_FILE, project.student, data, train_dir)
    student = _train(project, taught_by, course, progress)
    progress.note(_told(baseline, student, data, false_alarms))
    if behind := _behind(lessons, baseline, false_alarms):
        progress.note(behind)
    for name, trained in (("baseline", baseline), ("student", student)):
        if apart := gap_in(scores_of(data, trained.outputs, false_alarms), f"the {name}"):
            progress.note(apart)
    write_json(
        out / "distill.json",
        {
            "baseline": baseline.to_json(data, false_alarms),
            "student": student.to_json(data, false_alarms),
            "parameters": student.parameters,
            "macs": student.macs,
            "float_bytes": 4 * student.parameters,
            "over_distillation": guard.to_json() | {"baseline": alone.to_json()},
            **assistant,
            **_compared(student, baseline, lessons, false_alarms),
            **_ridge(data, false_alarms),
        },
    )


def lessons_dir(project: Project, train_dir: Path, distill_dir: Path) -> Path:
    """Where the logits are that the student learns from: the assistant's, if there is one."""
    assistant = distill_dir / ASSISTANT_DIR
    asked = project.distillation.assistant_width is not None and assistant.is_dir()
    return assistant if asked else train_dir


def _assistant(
    project: Project, lessons: Lessons, train_dir: Path, out: Path, progress: Progress
) -> tuple[dict[str, object], Lessons]:
    """A wider student, taught by the teacher, which then teaches: what is told of it, and its lessons.

    Mirzadeh et al., Improved Knowledge Distillation via Teacher Assistant, arXiv 1902.03393.
    """
    folder, data, views = out / ASSISTANT_DIR, lessons.data, lessons.views
    folder.mkdir(exist_ok=True)
    wide = project.student.model_copy(update={"width": project.distillation.assistant_width})
    course, _ = _taught(project, "assistant", folder / "assistant.weights.h5", wide, data, train_dir)
    trained = _train(project, lessons, course, progress)
    model = build_student(wide, data)
    model.load_weights(course.file)
    write_logits(Predictor(model), data, views, folder, progress)
    told = trained.to_json(data, project.anomaly.false_alarms) | {"parameters": trained.parameters}
    return {"assistant": told}, Lessons(data, read_logits(folder, data, views), views)


def _untaught(project: Project, file: Path, data: Dataset) -> tuple[Course, Guard]:
    """The baseline's course, watched over by the same rule as the student's."""
    section = project.distillation
    guard = Guard(section.over_distillation, window_of(section.epochs), data.validation)
    return Course("baseline", untaught_loss(section, data.task), file, project.student, guard), guard


def _taught(
    project: Project, label: str, file: Path, student: StudentSection, data: Dataset, teacher: Path
) -> tuple[Course, Guard]:
    """The course of one who listens to the teacher, and who watches over it."""
    section = project.distillation
    weights = Weights.of(section)
    guard = Guard(section.over_distillation, window_of(section.epochs), data.validation, weights.alpha)

    def before(epoch: int) -> None:
        weights.move(epoch, section.epochs, guard.weakened)

    loss = taught_loss(section, weights, data.task)
    return Course(label, loss, file, student, guard, teacher, before), guard


def _train(project: Project, lessons: Lessons, course: Course, progress: Progress) -> Trained:
    section, data, seed = project.distillation, lessons.data, project.project.seed
    set_seed(seed)
    model = build_student(course.student, data)
    teacher = lessons.logits.validation
    watch = Watch(data.validation.y, teacher) if data.task == "classification" else OutputWatch(teacher)
    schedule = Schedule.of(section)
    balanced = is_balanced(project, data)
    optimizer = libraries().tf_keras.optimizers.Adam(section.learning_rate)
    with _tapped(project, model, lessons, course, progress) as (trained, loss, lesson):

        def arrays(epoch: int) -> Arrays:
            course.before(epoch)
            return lesson(epoch, section.epochs)

        training = Training(course.label, loss, arrays, schedule, seed, watch, course.after, balanced)
        curve = fit(trained, optimizer, training, data.validation, progress, model)
    model.save_weights(course.file)
    predict = Predictor(model)
    answers = predict(data.validation.x), predict(data.test.x)
    return Trained(model.count_params(), macs(model), *answers, curve)


@contextmanager
def _tapped(
    project: Project, model: Any, lessons: Lessons, course: Course, progress: Progress
) -> Iterator[tuple[Any, Loss, Callable[[int, int], Arrays]]]:
    """What is trained, by which loss, on what: for losses on features a tapped student and the features."""
    section = project.distillation
    if course.teacher is None:
        yield model, course.loss, lessons.labelled
        return
    if not is_feature_method(section.method):
        yield model, course.loss, lessons.epoch
        return
    teacher = load_keras(course.teacher / TEACHER_FILE)
    out, said = course.file.parent, project.teacher.takes(0)
    is_file = project.teacher.model[0] not in BUILT_IN
    takes = taking(said, lessons.data) if said is not None and is_file else AS_THEY_ARE
    tapped = tap(section.method, section, model, teacher, lessons, course.loss, out, progress, takes)
    yield tapped.model, tapped.loss, lambda epoch, epochs: tapped.lesson(lessons, epoch, epochs)
    (out / FEATURES_FILE).unlink()


def _compared(
    student: Trained, baseline: Trained, lessons: Lessons, false_alarms: float
) -> dict[str, object]:
    """The student beside the teacher, and beside the baseline on the same test samples."""
    data, teacher = lessons.data, lessons.logits.test
    pairs = paired(Answers(data, student.outputs), Answers(data, baseline.outputs), false_alarms)
    if data.task != "classification":
        return pairs | _alike(student, teacher, data)
    return pairs | {
        "agreement_with_teacher": agreement(student.test, teacher).to_json(),
        "errors": Errors.of(student.test, teacher, data.test.y).to_json(),
    }


def _ridge(data: Dataset, false_alarms: float) -> dict[str, object]:
    """What a regression has without a network."""
    outputs = ridge(data) if data.task == "regression" else None
    if outputs is None:
        return {}
    return {"ridge": {name: s.to_json() for name, s in scores_of(data, outputs, false_alarms).items()}}


def _alike(student: Trained, teacher: Logits, data: Dataset) -> dict[str, object]:
    """How well the student's values are the teacher's: R², and the mean difference in the targets' units."""
    wanted = Split(data.test.x, np.array(teacher, np.float32))
    return {"agreement_with_teacher": regression(student.test, wanted, data).to_json()}


def _behind(lessons: Lessons, baseline: Trained, false_alarms: float) -> str:
    """That the teacher knows less than the baseline, where it does."""
    data, logits = lessons.data, lessons.logits
    answers = {name: np.asarray(getattr(logits, name)) for name in ("validation", "test")}
    teacher, alone = (scores_of(data, each, false_alarms)["test"] for each in (answers, baseline.outputs))
    if isinstance(teacher, RegressionScore) and isinstance(alone, RegressionScore):
        return teacher_behind(teacher.mae, alone.mae, errors=True)
    assert not isinstance(teacher, RegressionScore) and not isinstance(alone, RegressionScore)
    return teacher_behind(teacher.correct, alone.correct)


def _told(baseline: Trained, student: Trained, data: Dataset, false_alarms: float) -> str:
    taught, alone = (scores_of(data, each.outputs, false_alarms)["test"] for each in (student, baseline))
    return f"student: {told(taught)}, baseline {alone.correct if isinstance(alone, Counts) else alone}"
