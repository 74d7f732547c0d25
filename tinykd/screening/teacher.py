"""What a teacher from a file answers on validation: its input range, the order of its classes, its score."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from tinykd.data.dataset import Dataset, Split
from tinykd.errors import UserError
from tinykd.progress import Progress
from tinykd.project.schema import Project
from tinykd.scratch import scratch
from tinykd.screening.finding import ScreeningFinding
from tinykd.teacher.external import ExternalRequest, check_file, run_external
from tinykd.teacher.formats import Format, Member, members
from tinykd.teacher.logits import Views, split_file
from tinykd.teacher.mismatch import Interpretation
from tinykd.teacher.precomputed import write_precomputed
from tinykd.teacher.stage import check_teaches
from tinykd.training.loop import is_balanced
from tinykd.training.metrics import scores_of
from tinykd.training.scores import Score, short_text
from tinykd.training.yardstick import Yardstick

_ONCE = Views(0, 1, None)  # the samples themselves
_FEW = 512  # samples of train and test that are labelled: validation is what counts


@dataclass(frozen=True)
class TeacherCheck:
    """A project's data, and a simple model's answers on it."""

    project: Project
    data: Dataset
    root: Path
    simple: Yardstick | None

    def validation_score(self, outputs: Any) -> Score:
        """Of outputs (n, outputs) on validation."""
        return scores_of(self.data, {"validation": outputs}, self.project.anomaly.false_alarms)["validation"]


def teacher_findings(asked: TeacherCheck, progress: Progress) -> list[ScreeningFinding]:
    """Of each teacher that is not trained here."""
    project = asked.project
    outside = [
        each for each in members(project.teacher, asked.root, project.project.seed) if not each.trained
    ]
    return [finding for member in outside for finding in _of_member(asked, member, progress)]


def _of_member(asked: TeacherCheck, member: Member, progress: Progress) -> list[ScreeningFinding]:
    subject = f"teacher {Path(member.model).name}"
    try:
        outputs, notes = _answers(asked, member, progress)
        balanced = is_balanced(asked.project, asked.data)
        if asked.data.task != "anomaly":
            check_teaches(outputs, asked.data, member.model, balanced)
    except UserError as error:
        return [fault_of(error, subject)]
    score = asked.validation_score(outputs)
    found = [ScreeningFinding("note", subject, note) for note in notes]
    found.append(ScreeningFinding("note", subject, f"{short_text(score)} on validation"))
    return [*found, *_beside(asked, subject, score)]


def fault_of(error: UserError, subject: str) -> ScreeningFinding:
    """An error of the user's world as a finding."""
    expected = f"expected {error.expected}" if error.expected else ""
    return ScreeningFinding("fault", subject, error.found, ". ".join(filter(None, (expected, error.fix))))


def _beside(asked: TeacherCheck, subject: str, score: Score) -> list[ScreeningFinding]:
    """Whether a simple model knows more."""
    if asked.simple is None:
        return []
    floor = asked.validation_score(asked.simple.outputs["validation"])
    if score.rate >= floor.rate:
        return []
    text = f"is behind {asked.simple.name} on validation ({short_text(floor)}): students learn its mistakes"
    return [ScreeningFinding("warning", subject, text, "Take a better one, or train it longer")]


def _answers(asked: TeacherCheck, member: Member, progress: Progress) -> tuple[Any, Sequence[str]]:
    """(n, outputs) on validation, and notes."""
    path = asked.root / member.model
    classes = asked.project.teacher.order(member.place)
    with scratch("tinykd-check-") as folder:
        if member.format is Format.LOGITS:
            note = write_precomputed(path, asked.data, folder, classes)
            notes: Sequence[str] = (note,) if note else ()
        else:
            check_file(path, member.format)
            small = _smaller(asked.data)
            asking = Interpretation.of(asked.project.teacher, member.place, small)
            section = "[student]" if asked.project.teaches_itself else "[teacher]"
            request = ExternalRequest(path, member.format, asking=asking, section=section)
            notes = run_external(request, small, _ONCE, folder, progress).notes
        return np.load(folder / split_file("validation"), allow_pickle=False), notes


def _smaller(data: Dataset) -> Dataset:
    """All of validation, some of the others, nothing without a label."""
    return replace(data, train=_some(data.train), test=_some(data.test), unlabelled=None)


def _some(split: Split) -> Split:
    return split.take(np.arange(min(_FEW, len(split))))
