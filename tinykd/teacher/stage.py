"""Stage ``train``: a teacher or several, trained here or the user's, and their logits on all of the data.

Writes ``teacher.keras`` (or what the user's file is called), ``logits_*.npy`` and ``train.json``.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.dataset import Dataset
from tinykd.data.features.frontend import TextFrontend
from tinykd.data.summary import summary
from tinykd.errors import ModelError
from tinykd.files import write_json
from tinykd.progress import Progress
from tinykd.project.schema import Project
from tinykd.teacher.ensemble import combine
from tinykd.teacher.formats import Format, Member, members
from tinykd.teacher.logits import TeacherLogits, Views, read_logits, write_logits
from tinykd.teacher.mismatch import Interpretation
from tinykd.training.classes import COMMONEST, NO_BETTER, knows_no_more
from tinykd.training.counts import Counts, TrainingHistory
from tinykd.training.gap import gap_in
from tinykd.training.label_score import LabelScore
from tinykd.training.loop import is_balanced
from tinykd.training.metrics import figure_of, r2, scores_of
from tinykd.training.scores import Score, format_score


@dataclass(frozen=True)
class TeacherResult:
    """The result for one teacher: its size and its training curve."""

    member: Member
    parameters: int | None  # None: only its logits are known
    bytes: int | None
    curve: TrainingHistory

    def to_json(self) -> dict[str, Any]:
        """As in ``train.json``."""
        return {
            "model": Path(self.member.model).name,
            "source": _SOURCES.get(self.member.format, "loaded"),
            "seed": self.member.seed if self.member.trained else None,
            "parameters": self.parameters,
            "bytes": self.bytes,
        }


_SOURCES = {Format.BUILT_IN: "trained", Format.LOGITS: "logits"}


def train_teacher(project: Project, data: Dataset, root: Path, out: Path, progress: Progress) -> None:
    """Train or load the teachers of ``project``; ``root``: where its relative paths start."""
    out.mkdir(parents=True, exist_ok=True)
    for note in data.notes:
        progress.note(f"data: {note}")
    wanted = members(project.teacher, root, project.project.seed)
    teaching = _Teaching(project, data, Views.of(project, data.augmentation), root, out, progress)
    if project.teacher.is_logits and (project.data.augment or project.data.mixup):
        progress.note("given logits know the samples as they are: nothing is augmented")
    results, scores = teaching.ensemble(wanted) if len(wanted) > 1 else teaching.alone(wanted[0])
    logits = read_logits(out, data, teaching.views)
    together = teaching.scores(logits)
    check_teaches(logits.validation, data, " + ".join(project.teacher.model), is_balanced(project, data))
    progress.note(f"teacher: {format_score(together['test'])}")
    if apart := gap_in(together, "the teacher"):
        progress.note(apart)
    found = _metrics(results, scores, together)
    write_json(out / "train.json", found | {"views": teaching.views.count, "data": summary(data)})


def check_teachers(project: Project, root: Path) -> None:
    """Refuse teachers that are not there, before anything is trained."""
    from tinykd.teacher.external import check_file

    for member in members(project.teacher, root, project.project.seed):
        if not member.trained:
            check_file(root / member.model, member.format)


@dataclass(frozen=True)
class _Teaching:
    project: Project
    data: Dataset
    views: Views
    root: Path
    out: Path
    progress: Progress

    def alone(self, wanted: Member) -> tuple[list[TeacherResult], list[dict[str, Score]]]:
        """One teacher, whose scores are those of the whole."""
        return [self.ask(wanted, "teacher", self.out)], []

    def ensemble(self, wanted: Sequence[Member]) -> tuple[list[TeacherResult], list[dict[str, Score]]]:
        """Every member by itself, checked and scored, then the mean of their answers."""
        results, scores = [], []
        with tempfile.TemporaryDirectory(dir=self.out, prefix=".members-") as name:
            folders = [Path(name, str(number)) for number in range(1, len(wanted) + 1)]
            for number, (member, folder) in enumerate(zip(wanted, folders, strict=True), start=1):
                folder.mkdir()
                results.append(self.ask(member, f"teacher_{number}", folder))
                logits = read_logits(folder, self.data, self.views)
                scores.append(self.scores(logits))
                check_teaches(
                    logits.validation, self.data, member.model, is_balanced(self.project, self.data)
                )
            combine(folders, self.out, self.data.task == "classification")
        return results, scores

    def scores(self, logits: TeacherLogits) -> dict[str, Score]:
        """On every split."""
        outputs = {name: np.asarray(getattr(logits, name)) for name in self.data.splits}
        return scores_of(self.data, outputs, self.project.anomaly.false_alarms)

    def ask(self, member: Member, stem: str, folder: Path) -> TeacherResult:
        """Write its logits into ``folder``, and the model itself, called ``stem``, into ``out``."""
        if member.format is Format.LOGITS:
            return self._given(member, folder)
        if member.trained:
            return self._train(member, stem, folder)
        return self._load(member, stem, folder)

    def _train(self, member: Member, stem: str, folder: Path) -> TeacherResult:
        from tinykd.teacher.keras_file import load_keras
        from tinykd.teacher.train import train_built_in
        from tinykd.training.loop import Predictor

        project, balanced = self.project, is_balanced(self.project, self.data)
        model, curve = train_built_in(member, project.teacher, self.data, self.views, self.progress, balanced)
        file = self.out / f"{stem}.keras"
        model.save(file)
        write_logits(Predictor(load_keras(file)), self.data, self.views, folder, self.progress)
        return TeacherResult(member, int(model.count_params()), file.stat().st_size, curve)

    def _load(self, member: Member, stem: str, folder: Path) -> TeacherResult:
        from tinykd.teacher.external import ExternalRequest, run_external
        from tinykd.teacher.text.stage import TextTeacher

        path = self.root / member.model
        asking = Interpretation.of(
            self.project.teacher, member.place, self.data, is_balanced(self.project, self.data)
        )
        section = "[student]" if self.project.teaches_itself else "[teacher]"
        request = ExternalRequest(path, member.format, stem, asking, section)
        if isinstance(self.data.frontend, TextFrontend):
            found = TextTeacher(request, self.data, self.views).write_logits(folder, self.progress)
        else:
            found = run_external(request, self.data, self.views, folder, self.progress)
        for head in folder.glob(f"{stem}_head.npz"):
            head.rename(self.out / head.name)
        copy = folder / request.file_name
        copy = copy.rename(self.out / copy.name)
        for note in found.notes:
            self.progress.note(f"{path.name} {note}")
        return TeacherResult(member, found.parameters, _bytes(copy), TrainingHistory())

    def _given(self, member: Member, folder: Path) -> TeacherResult:
        from tinykd.teacher.precomputed import write_precomputed

        path = self.root / member.model
        if note := write_precomputed(path, self.data, folder, self.project.teacher.order(member.place)):
            self.progress.note(f"{path.name} {note}")
        return TeacherResult(member, None, None, TrainingHistory())


def _bytes(path: Path) -> int:
    """Of a file, or of all files in a folder."""
    return sum(
        file.stat().st_size for file in (path.rglob("*") if path.is_dir() else [path]) if file.is_file()
    )


def _metrics(
    results: list[TeacherResult], scores: list[dict[str, Score]], together: dict[str, Score]
) -> dict[str, Any]:
    """``train.json``: the teacher as a whole, and each of several."""
    sources = {each["source"] for each in map(TeacherResult.to_json, results)}
    found: dict[str, Any] = {
        "teacher": _json(together),
        "parameters": _sum([each.parameters for each in results]),
        "bytes": _sum([each.bytes for each in results]),
        **results[0].curve.with_best_epoch(),
        "source": sources.pop() if len(sources) == 1 else "ensemble",
    }
    if scores:
        found["members"] = [
            {**each.to_json(), "teacher": _json(score), **each.curve.with_best_epoch()}
            for each, score in zip(results, scores, strict=True)
        ]
    return found


def _sum(values: list[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None


def check_teaches(answers: NDArray[np.float32], data: Dataset, where: str, balanced: bool = False) -> None:
    """Refuse a teacher that knows no more than the commonest class or the mean: it would make its students
    worse. ``answers``: on validation; ``balanced``: classes were shown equally often.

    Whoever tells classes apart passes, though it may have fewer right than the commonest class alone: that is
    what showing rare classes more often costs.
    """
    if data.task == "detection":
        return _check_finds(answers, data, where)
    if data.task == "multilabel":
        return _check_ranks(answers, data, where)
    if data.task != "classification":
        return _check_fits(r2(answers, data.validation.y), where)
    validation = Counts.of(answers, data.validation.y)
    found = validation.by_class
    assert found is not None
    if knows_no_more(found) != NO_BETTER:
        return None
    text = f"it answers {validation.correct} of {validation.total} validation samples right"
    if found.uneven:
        text += f" (balanced accuracy {100 * found.balanced:.2f} %)"
    wanted = f"more than the {found.commonest} that {COMMONEST} gets right"
    fix = "Train it longer, or check its inputs and classes"
    rare = ', or show rare classes more often ([data] balance = "sampling")'
    raise ModelError(f"teacher {where}", text, wanted, fix + (rare if found.uneven and not balanced else ""))


def _check_finds(answers: NDArray[np.float32], data: Dataset, where: str) -> None:
    if figure_of(answers, data.validation) <= 0.0:
        found, wanted = "it finds no object of the validation split", "some"
        raise ModelError(f"teacher {where}", found, wanted, "Train it longer, or check its inputs")


def _check_ranks(answers: NDArray[np.float32], data: Dataset, where: str) -> None:
    """Of several labels: the classes that are on come first."""
    score = scores_of(data, {"validation": answers}, 0.5)["validation"]
    assert isinstance(score, LabelScore)
    if score.mean_ap <= score.chance:
        found = f"its mean average precision on the validation split is {score.mean_ap:.3f}"
        wanted = f"more than {score.chance:.3f}, which chance has"
        fix = "Train it longer, or check its inputs and classes"
        raise ModelError(f"teacher {where}", found, wanted, fix)


def _check_fits(found_r2: float, where: str) -> None:
    if found_r2 <= 0.0:
        found = f"its outputs on the validation split have R² {found_r2:.3f}"
        wanted = "more than 0, which always answering the mean gets"
        fix = "Train it longer, or check its inputs and outputs"
        raise ModelError(f"teacher {where}", found, wanted, fix)


def _json(scores: dict[str, Score]) -> dict[str, dict[str, Any]]:
    return {name: counts.to_json() for name, counts in scores.items()}
