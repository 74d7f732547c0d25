"""Stage ``distill``: the baseline and the student, alike in everything but the loss.

Same network, same first weights, same samples in the same order, same number of steps. Writes
``baseline.weights.h5``, ``student.weights.h5`` and ``distill.json``.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from tinykd.data.dataset import Dataset, Split
from tinykd.data.stored.lazy_rows import chosen
from tinykd.distillation.batches import TrainingBatches, check_batches
from tinykd.distillation.epoch_metrics import Errors, agreement, ece, epoch_metrics
from tinykd.distillation.features import FeatureRequest, feature_hook, is_feature_method
from tinykd.distillation.methods import distillation_loss, label_loss
from tinykd.distillation.over_distillation import OverDistillationCallback, window_of
from tinykd.distillation.trailing import TrailingTeacher, trailing_teacher, weighed
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
from tinykd.training.beside import ModelOutputs, paired
from tinykd.training.counts import Counts, TrainingHistory
from tinykd.training.gap import gap_in
from tinykd.training.label_score import LabelScore
from tinykd.training.loop import After, Arrays, Loss, Predictor, Schedule, Training, fit, is_balanced
from tinykd.training.metrics import merit_of, regression, scores_of
from tinykd.training.object_score import ObjectScore
from tinykd.training.scores import DetectionScore, RegressionScore, format_score
from tinykd.training.tensorflow import libraries, set_seed
from tinykd.training.yardstick import Yardstick, behind_yardstick, yardstick

STUDENT_FILE = "student.weights.h5"
BASELINE_FILE = "baseline.weights.h5"
ASSISTANT_DIR = "assistant"
LEARNT_FROM = 2000  # training samples: half a point is seen in them


@dataclass(frozen=True)
class TrainingResult:
    """A trained network: its size, its outputs and its training curve."""

    parameters: int
    macs: int
    validation: Logits
    test: Logits
    curve: TrainingHistory
    learnt: Counts | None = None  # right answers on samples that it was trained on; of classes

    @property
    def outputs(self) -> dict[str, Logits]:
        """By split."""
        return {"validation": self.validation, "test": self.test}

    def to_json(self, data: Dataset, false_alarms: float) -> dict[str, object]:
        """As in ``distill.json``."""
        scores = scores_of(data, self.outputs, false_alarms)
        found: dict[str, object] = {name: score.to_json() for name, score in scores.items()}
        if data.task == "classification":
            found["train"] = self.learnt.to_json() if self.learnt else None
            found["ece"] = {name: ece(given, data.splits[name].y) for name, given in self.outputs.items()}
        return found | self.curve.with_best_epoch()


@dataclass(frozen=True)
class TrainingRun:
    """One training run: its network, loss and callbacks, and the file of its weights."""

    label: str
    loss: Loss
    file: Path
    student: StudentSection
    after: After
    teacher: Path | None = None  # the folder of the teacher, for the student only
    before: Callable[[int], None] = lambda _epoch: None


def distill(project: Project, data: Dataset, train_dir: Path, out: Path, progress: Progress) -> None:
    """Train both from the teacher's logits in ``train_dir``."""
    out.mkdir(parents=True, exist_ok=True)
    views = Views.of(project, data.augmentation)
    batches = TrainingBatches(data, read_logits(train_dir, data, views), views)
    check_batches(batches)
    if project.teaches_itself and not project.student.replace:
        _keep(project, batches, out, progress)
    else:
        _distill_both(project, batches, train_dir, out, progress)


def _distill_both(
    project: Project, batches: TrainingBatches, train_dir: Path, out: Path, progress: Progress
) -> None:
    data, false_alarms = batches.data, project.anomaly.false_alarms
    run, baseline_callback = _baseline_run(project, out / BASELINE_FILE, data)
    baseline = _train(project, batches, run, progress)
    assistant: dict[str, object] = {}
    batches_of_student = batches
    if project.distillation.assistant_width is not None:
        assistant, batches_of_student = _assistant(project, batches, train_dir, out, progress)
    balanced = is_balanced(project, data)
    trailing = trailing_teacher(project, batches, baseline.validation, balanced)
    taught = weighed(project, trailing.weight) if trailing else project
    run, callback = _distillation_run(taught, "student", out / STUDENT_FILE, project.student, data, train_dir)
    student = _train(taught, batches_of_student, run, progress)
    if trailing:
        trailing = _judged(trailing, student, data, balanced)
        if not trailing.weight:
            student = baseline
            shutil.copyfile(out / BASELINE_FILE, out / STUDENT_FILE)
    progress.note(_summary(baseline, student, data, false_alarms))
    if behind := trailing.sentence if trailing else _behind(batches, baseline, false_alarms):
        progress.note(behind)
    simple = _yardstick(data, student, false_alarms, progress)
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
            "over_distillation": callback.to_json() | {"baseline": baseline_callback.to_json()},
            **assistant,
            **({"trailing": trailing.to_json()} if trailing else {}),
            **_compared(student, baseline, batches, false_alarms),
            **({"yardstick": simple.to_json(data, false_alarms)} if simple else {}),
        },
    )


def _judged(
    trailing: TrailingTeacher, student: TrainingResult, data: Dataset, balanced: bool
) -> TrailingTeacher:
    """With the student that half of the teacher's weight taught: kept where validation prefers it."""
    figure = merit_of(student.validation, data.validation, balanced)[0]
    return replace(trailing, student=figure, weight=trailing.weight if figure > trailing.baseline else 0.0)


def _keep(project: Project, batches: TrainingBatches, out: Path, progress: Progress) -> None:
    """A trained model that is its own teacher is the student as it is."""
    data, false_alarms = batches.data, project.anomaly.false_alarms
    model = build_student(project.student, data)
    model.save_weights(out / STUDENT_FILE)
    predict = Predictor(model)
    answers = predict(data.validation.x), predict(data.test.x)
    student = TrainingResult(model.count_params(), macs(model), *answers, TrainingHistory())
    progress.note(
        f"student: {format_score(scores_of(data, student.outputs, false_alarms)['test'])}, as it is"
    )
    simple = _yardstick(data, student, false_alarms, progress)
    found: dict[str, object] = {
        "student": student.to_json(data, false_alarms),
        "kept": True,
        "parameters": student.parameters,
        "macs": student.macs,
        "float_bytes": 4 * student.parameters,
    }
    write_json(
        out / "distill.json", found | ({"yardstick": simple.to_json(data, false_alarms)} if simple else {})
    )


def batches_dir(project: Project, train_dir: Path, distill_dir: Path) -> Path:
    """Where the logits are that the student learns from: the assistant's, if there is one."""
    assistant = distill_dir / ASSISTANT_DIR
    asked = project.distillation.assistant_width is not None and assistant.is_dir()
    return assistant if asked else train_dir


def _assistant(
    project: Project, batches: TrainingBatches, train_dir: Path, out: Path, progress: Progress
) -> tuple[dict[str, object], TrainingBatches]:
    """The teacher assistant, a wider student that then replaces the teacher: its metrics and batches.

    Mirzadeh et al., Improved Knowledge Distillation via Teacher Assistant, arXiv 1902.03393.
    """
    folder, data, views = out / ASSISTANT_DIR, batches.data, batches.views
    folder.mkdir(exist_ok=True)
    wide = project.student.model_copy(update={"width": project.distillation.assistant_width})
    run, _ = _distillation_run(project, "assistant", folder / "assistant.weights.h5", wide, data, train_dir)
    trained = _train(project, batches, run, progress)
    model = build_student(wide, data)
    model.load_weights(run.file)
    write_logits(Predictor(model), data, views, folder, progress)
    metrics = trained.to_json(data, project.anomaly.false_alarms) | {"parameters": trained.parameters}
    return {"assistant": metrics}, TrainingBatches(data, read_logits(folder, data, views), views)


def _baseline_run(
    project: Project, file: Path, data: Dataset
) -> tuple[TrainingRun, OverDistillationCallback]:
    """The baseline's training run; its callback follows the same rule as the student's."""
    section = project.distillation
    callback = OverDistillationCallback(section.over_distillation, window_of(section.epochs), data.validation)
    loss = label_loss(section, data.task, data.grid)
    return TrainingRun("baseline", loss, file, project.student, callback), callback


def _distillation_run(
    project: Project, label: str, file: Path, student: StudentSection, data: Dataset, teacher: Path
) -> tuple[TrainingRun, OverDistillationCallback]:
    """A training run with the distillation loss, and its over-distillation callback."""
    section = project.distillation
    weights = Weights.of(section)
    callback = OverDistillationCallback(
        section.over_distillation, window_of(section.epochs), data.validation, weights.alpha
    )

    def before(epoch: int) -> None:
        weights.move(epoch, section.epochs, callback.alpha_decays)

    loss = distillation_loss(section, weights, data.task, data.grid)
    return TrainingRun(label, loss, file, student, callback, teacher, before), callback


def _train(
    project: Project, batches: TrainingBatches, run: TrainingRun, progress: Progress
) -> TrainingResult:
    section, data, seed = project.distillation, batches.data, project.project.seed
    set_seed(seed)
    model = build_student(run.student, data)
    metrics = epoch_metrics(data, batches.logits.validation)
    schedule = Schedule.of(section)
    balanced = is_balanced(project, data)
    optimizer = libraries().tf_keras.optimizers.Adam(section.learning_rate)
    with _with_features(project, model, batches, run, progress) as (trained, loss, epoch_arrays):

        def arrays(epoch: int) -> Arrays:
            run.before(epoch)
            return epoch_arrays(epoch, section.epochs)

        training = Training(run.label, loss, arrays, schedule, seed, metrics, run.after, balanced)
        curve = fit(trained, optimizer, training, data.validation, progress, model)
    model.save_weights(run.file)
    predict = Predictor(model)
    answers = predict(data.validation.x), predict(data.test.x)
    return TrainingResult(model.count_params(), macs(model), *answers, curve, _learnt(predict, data))


def _learnt(predict: Predictor, data: Dataset) -> Counts | None:
    """Of ``LEARNT_FROM`` training samples, spread evenly over the split."""
    if data.task != "classification":
        return None
    rows = np.unique(np.linspace(0, len(data.train.y) - 1, LEARNT_FROM).astype(np.int64))
    return Counts.of(predict(chosen(data.train.x, rows)), data.train.y[rows])


@contextmanager
def _with_features(
    project: Project, model: Any, batches: TrainingBatches, run: TrainingRun, progress: Progress
) -> Iterator[tuple[Any, Loss, Callable[[int, int], Arrays]]]:
    """The model, loss and epoch arrays to train with; feature losses add a hook to the student."""
    section = project.distillation
    if run.teacher is None:
        yield model, run.loss, batches.labelled
        return
    if not is_feature_method(section.method):
        yield model, run.loss, batches.epoch
        return
    teacher = load_keras(run.teacher / TEACHER_FILE)
    out, said = run.file.parent, project.teacher.takes(0)
    is_file = project.teacher.model[0] not in BUILT_IN
    takes = taking(said, batches.data) if said is not None and is_file else AS_THEY_ARE
    request = FeatureRequest(section.method, section, model, teacher, run.loss, takes)
    hook = feature_hook(request, batches, out, progress)
    yield hook.model, hook.loss, lambda epoch, epochs: hook.epoch_arrays(batches, epoch, epochs)
    (out / FEATURES_FILE).unlink()


def _compared(
    student: TrainingResult, baseline: TrainingResult, batches: TrainingBatches, false_alarms: float
) -> dict[str, object]:
    """The student beside the teacher, and beside the baseline on the same test samples."""
    data, teacher = batches.data, batches.logits.test
    pairs = paired(ModelOutputs(data, student.outputs), ModelOutputs(data, baseline.outputs), false_alarms)
    if data.task != "classification":
        return pairs | _alike(student, teacher, data)
    return pairs | {
        "agreement_with_teacher": agreement(student.test, teacher).to_json(),
        "errors": Errors.of(student.test, teacher, data.test.y).to_json(),
    }


def _yardstick(
    data: Dataset, student: TrainingResult, false_alarms: float, progress: Progress
) -> Yardstick | None:
    """What is possible without a network; a note where the student is behind it."""
    with progress.task("a simple model on the same samples", 1):
        simple = yardstick(data)
    if simple and (behind := behind_yardstick(simple, data, student.outputs, false_alarms)):
        progress.note(behind)
    return simple


def _alike(student: TrainingResult, teacher: Logits, data: Dataset) -> dict[str, object]:
    """How well the student's values are the teacher's: R², and the mean difference in the targets' units."""
    wanted = Split(data.test.x, np.array(teacher, np.float32))
    return {"agreement_with_teacher": regression(student.test, wanted, data).to_json()}


def _behind(batches: TrainingBatches, baseline: TrainingResult, false_alarms: float) -> str:
    """That the teacher knows less than the baseline, where it does."""
    data, logits = batches.data, batches.logits
    answers = {name: np.asarray(getattr(logits, name)) for name in ("validation", "test")}
    teacher, alone = (scores_of(data, each, false_alarms)["test"] for each in (answers, baseline.outputs))
    if isinstance(teacher, RegressionScore) and isinstance(alone, RegressionScore):
        return teacher_behind(teacher.mae, alone.mae, errors=True)
    if isinstance(teacher, ObjectScore | LabelScore) and isinstance(alone, ObjectScore | LabelScore):
        return teacher_behind(teacher.f1, alone.f1, f1=True)
    assert isinstance(teacher, Counts | DetectionScore) and isinstance(alone, Counts | DetectionScore)
    return teacher_behind(teacher.correct, alone.correct)


def _summary(baseline: TrainingResult, student: TrainingResult, data: Dataset, false_alarms: float) -> str:
    student_score, baseline_score = (
        scores_of(data, each.outputs, false_alarms)["test"] for each in (student, baseline)
    )
    beside = baseline_score.correct if isinstance(baseline_score, Counts) else baseline_score
    return f"student: {format_score(student_score)}, baseline {beside}"
