"""What the trainings themselves say could be better, in sentences with the key to type: too few epochs, a
student that is too small.
"""

from collections.abc import Iterator

from tinykd.intervals import newcombe
from tinykd.project.schema import Project
from tinykd.report.inputs import DistillMetrics, ScoreMetrics, TrainMetrics
from tinykd.report.model import Curve

RISE = 0.005  # of accuracy, R² or F1 in the last quarter of the epochs: what is less is no sign
TRAILS = 0.05  # of accuracy, behind the teacher on validation: what is less is no matter of size
FEWEST_EPOCHS = 4  # whose curve has a last quarter
_SECTIONS = {
    "teacher": "teacher",
    "baseline": "distillation",
    "student": "distillation",
    "tuned": "fine_tuning",
    "qat": "quantization",
}


def too_few_epochs(curves: tuple[Curve, ...], project: Project) -> Iterator[str]:
    """Models whose last epoch is their best and that were still rising, one sentence for each section."""
    rising = [curve for curve in curves if _rises(curve)]
    for section in dict.fromkeys(_SECTIONS[curve.name] for curve in rising):
        names = [curve.name for curve in rising if _SECTIONS[curve.name] == section]
        epochs = max(len(curve.epoch) for curve in rising if _SECTIONS[curve.name] == section)
        are = "was" if len(names) == 1 else "were"
        yield (
            f"Too few epochs: {' and '.join(names)} {are} best on validation in the last of {epochs} and "
            f"still rising. Try [{section}] epochs = {2 * epochs}."
        )


def _rises(curve: Curve) -> bool:
    """The last epoch alone is the best, and the last quarter is above the one before it."""
    values, count = curve.val_accuracy, len(curve.epoch)
    if curve.name not in _SECTIONS or count < FEWEST_EPOCHS or curve.best != count:
        return False
    quarter = count // 4
    last, before = values[-quarter:], values[-2 * quarter : -quarter]
    return values[-1] > max(values[:-1]) and sum(last) / quarter - sum(before) / quarter >= RISE


def too_small(train: TrainMetrics | None, distill: DistillMetrics | None, project: Project) -> Iterator[str]:
    """A student that trails its teacher and has not even its training samples as right as the teacher has
    fresh ones.
    """
    if train is None or distill is None or project.student.is_file:
        return
    teacher, student, learnt = train.teacher.validation, distill.student.validation, distill.student.train
    if teacher is None or student is None or learnt is None or not _of_classes(teacher, student, learnt):
        return
    behind = newcombe(teacher.correct, teacher.total, student.correct, student.total)
    gap = teacher.correct / teacher.total - student.correct / student.total
    unlearnt = newcombe(teacher.correct, teacher.total, learnt.correct, learnt.total)
    if behind.low <= 0 or gap < TRAILS or unlearnt.low <= 0:
        return
    width = 2 * (project.student.width or 1)
    known = "[student.fit]" if project.student.fit else f"[student] width = {width:g}"
    more = "larger limits in" if project.student.fit else "try"
    yield (
        f"The student looks too small: it has {_rate(learnt)} of its own training samples right, the teacher "
        f"{_rate(teacher)} of validation, where the student has {_rate(student)}. If the board has room, "
        f"{more} {known}."
    )


def _of_classes(*scores: ScoreMetrics) -> bool:
    return all(each.total and each.by_class is not None for each in scores)


def _rate(score: ScoreMetrics) -> str:
    return f"{100 * score.correct / score.total:.1f} %"
