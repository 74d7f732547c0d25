"""Stage ``finetune``: the distilled student goes on to samples of the user's own, without forgetting.

Its own earlier answers on these samples stand in for the teacher, who may never have seen their like:

    loss = memory * tau^2 KL(before, now) + (1 - memory) * cross-entropy

(Li and Hoiem, Learning without Forgetting, arXiv 1606.09282, equation 1, tau = 2). Writes
``student.weights.h5``, ``finetune.json`` and, as ``logits_*.npy``, the tuned student's answers: quantization
then goes on with them as it does with the teacher's.
"""

import tempfile
from pathlib import Path
from typing import Any

from tinykd.data.checks import colour_hint
from tinykd.data.dataset import Dataset
from tinykd.data.features.frontend import SensorFrontend
from tinykd.data.normalise import RATE_TOLERANCE
from tinykd.distillation.batches import TrainingBatches
from tinykd.distillation.losses.soft_targets import cross_entropy, mixed, soft_divergence
from tinykd.distillation.stage import STUDENT_FILE
from tinykd.errors import DataError
from tinykd.files import write_json
from tinykd.progress import Progress
from tinykd.project.schema import Project
from tinykd.project.training import FineTuningSection
from tinykd.student.weights import load_student
from tinykd.teacher.logits import Views, read_logits, write_logits
from tinykd.training.counts import Counts, TrainingHistory
from tinykd.training.loop import Loss, Predictor, Schedule, Training, fit, is_balanced
from tinykd.training.tensorflow import libraries

_HOLDS_BACK = "the student is mostly wrong on your samples: with memory = 0 it would let go of that sooner"


def fine_tune(
    project: Project, data: Dataset, own: Dataset, student_dir: Path, out: Path, progress: Progress
) -> None:
    """Train the student of ``student_dir`` on ``own``; ``data`` is what it was distilled on."""
    section = project.fine_tuning
    assert section is not None
    check_alike(own, data, section.source)
    out.mkdir(parents=True, exist_ok=True)
    student = load_student(project, data, student_dir / STUDENT_FILE)
    views, predict = Views.of(project, own.augmentation), Predictor(student)
    before = _scores(predict, own, data)
    if section.memory and 2 * before["validation"]["correct"] < before["validation"]["total"]:
        progress.note(_HOLDS_BACK)
    curve = _train(project, section, student, own, views, progress)
    after = _scores(predict, own, data)
    student.save_weights(out / STUDENT_FILE)
    write_logits(predict, own, views, out, progress)
    progress.note(_summary(before, after))
    write_json(out / "finetune.json", {"before": before, "after": after, **curve.with_best_epoch()})


def check_alike(own: Dataset, data: Dataset, source: str) -> None:
    """The same classes in the same order, and samples of the same shape."""
    where = f"[fine_tuning] source = {source}"
    if own.classes != data.classes:
        found, wanted = (", ".join(each.classes[:20]) for each in (own, data))
        raise DataError(where, f"classes {found}", f"{wanted}, the classes of [data]")
    shape, wanted_shape = own.input_shape, data.input_shape
    if shape != wanted_shape:
        text = f"{wanted_shape}, that of [data]'s samples"
        raise DataError(where, f"samples of shape {shape}", text, colour_hint(shape, wanted_shape))
    if isinstance(own.frontend, SensorFrontend) and isinstance(data.frontend, SensorFrontend):
        _check_channels(own.frontend, data.frontend, where)


def _check_channels(own: SensorFrontend, data: SensorFrontend, where: str) -> None:
    """The same channels in one order, as often measured; other names for all of them may mean the same."""
    if set(own.columns) & set(data.columns) and own.columns != data.columns:
        found, wanted = (", ".join(each.columns[:20]) for each in (own, data))
        fix = "Name them with [sensor] columns"
        raise DataError(where, f"channels {found}", f"{wanted}, those of [data]", fix)
    if own.rate_hz and data.rate_hz and abs(own.rate_hz / data.rate_hz - 1) > RATE_TOLERANCE:
        found = f"{own.rate_hz:g} values per second"
        raise DataError(where, found, f"{data.rate_hz:g}, as [data] has", "Bring both to one rate")


def _train(
    project: Project, section: FineTuningSection, student: Any, own: Dataset, views: Views, progress: Progress
) -> TrainingHistory:
    """In place; what the student said before is asked for once and kept on disk meanwhile."""
    with tempfile.TemporaryDirectory(prefix="tinykd-memory-") as folder:
        write_logits(Predictor(student), own, views, Path(folder), progress)
        batches = TrainingBatches(own, read_logits(Path(folder), own, views), views)
        schedule, seed, balanced = Schedule.of(section), project.project.seed, is_balanced(project, own)
        training = Training(
            "fine-tuned student", _loss(section), batches.epoch, schedule, seed, balanced=balanced
        )
        optimizer = libraries().tf_keras.optimizers.Adam(section.learning_rate)
        return fit(student, optimizer, training, own.validation, progress)


def _loss(section: FineTuningSection) -> Loss:
    def loss(logits: Any, labels: Any, before: Any) -> Any:
        kept = soft_divergence(logits, before, section.temperature)
        return mixed(kept, cross_entropy(logits, labels), section.memory)

    return loss


def _scores(predict: Predictor, own: Dataset, data: Dataset) -> dict[str, dict[str, Any]]:
    """Right answers on both splits of ``own`` that are not learnt from, and on the test split of ``data``."""
    asked = {"validation": own.validation, "test": own.test, "distilled_test": data.test}
    return {name: Counts.of(predict(split.x), split.y).to_json() for name, split in asked.items()}


def _summary(before: dict[str, dict[str, Any]], after: dict[str, dict[str, Any]]) -> str:
    own, kept = (
        f"{before[name]['correct']} to {after[name]['correct']} of {after[name]['total']}"
        for name in ("test", "distilled_test")
    )
    return f"fine-tuned: from {own} of your own test samples right; of [data]'s from {kept}"
