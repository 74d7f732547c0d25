"""Stage ``train``: a teacher, trained here or the user's, and everything it says about the data.

Writes ``teacher.keras``, ``logits_*.npy`` and ``train.json``.
"""

from pathlib import Path

import numpy as np

from tinykd.data.dataset import Dataset
from tinykd.errors import ModelError
from tinykd.files import write_json
from tinykd.progress import Progress
from tinykd.project.schema import Project
from tinykd.teacher.logits import TEACHER_FILE, TeacherLogits, Views, read_logits, write_logits
from tinykd.training.counts import Counts, Curve


def train_teacher(project: Project, data: Dataset, root: Path, out: Path, progress: Progress) -> None:
    """Train or load the teacher of ``project``; ``root``: where its relative path starts."""
    out.mkdir(parents=True, exist_ok=True)
    views = Views.of(project.data, project.project.seed)
    if project.teacher.model.endswith(".keras"):
        parameters, curve, source = (
            _load(root / project.teacher.model, data, views, out, progress),
            Curve(),
            "loaded",
        )
    else:
        parameters, curve = _train(project, data, views, out, progress)
        source = "trained"
    logits = read_logits(out, data, views)
    scores = _scores(logits, data)
    check_teaches(scores["validation"], data, project.teacher.model)
    progress.note(f"teacher: {scores['test'].correct} of {scores['test'].total} test samples right")
    write_json(
        out / "train.json",
        {
            "teacher": {name: counts.to_json() for name, counts in scores.items()},
            "parameters": parameters,
            "bytes": (out / TEACHER_FILE).stat().st_size,
            "curve": curve.to_json(),
            "source": source,
            "views": views.count,
        },
    )


def check_teaches(validation: Counts, data: Dataset, where: str) -> None:
    """Refuse a teacher that knows no more than the commonest class: it would make its students worse."""
    commonest = int(np.bincount(data.validation.y).max())
    if validation.correct <= commonest:
        found = f"it answers {validation.correct} of {validation.total} validation samples right"
        wanted = f"more than the {commonest} that always naming the commonest class gets right"
        raise ModelError(
            f"teacher {where}", found, wanted, "Train it longer, or check its inputs and classes"
        )


def _train(project: Project, data: Dataset, views: Views, out: Path, progress: Progress) -> tuple[int, Curve]:
    from tinykd.teacher.keras_file import load_keras
    from tinykd.teacher.train import check_name, train_built_in
    from tinykd.training.loop import Predictor

    check_name(project.teacher)
    model, curve = train_built_in(project.teacher, data, views, progress)
    model.save(out / TEACHER_FILE)
    write_logits(Predictor(load_keras(out / TEACHER_FILE)), data, views, out, progress)
    return int(model.count_params()), curve


def _load(path: Path, data: Dataset, views: Views, out: Path, progress: Progress) -> int:
    from tinykd.teacher.foreign import ask_foreign

    found = ask_foreign(path, data, views, out, progress)
    if found.probabilities:
        progress.note(f"{path.name} gives probabilities (softmax); their logarithms serve as logits")
    return found.parameters


def _scores(logits: TeacherLogits, data: Dataset) -> dict[str, Counts]:
    return {name: Counts.of(getattr(logits, name), split.y) for name, split in data.splits.items()}
