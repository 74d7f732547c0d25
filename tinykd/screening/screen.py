"""A project's data and teacher looked at, in seconds: all findings, and what the page shows beside them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tinykd.data.dataset import Dataset
from tinykd.data.kinds import Kinds
from tinykd.data.load import project_dataset
from tinykd.data.sources.opened import Opened, noting_files
from tinykd.data.sources.remote import local_path
from tinykd.data.sources.user_function import is_function
from tinykd.data.summary import summary
from tinykd.errors import DataError
from tinykd.progress import Progress
from tinykd.project.schema import Project
from tinykd.screening.channels import channel_findings
from tinykd.screening.files import file_findings
from tinykd.screening.finding import ScreeningFinding, worst_first
from tinykd.screening.images import image_findings
from tinykd.screening.neighbours import SampleEmbedding, embed, lonely_labels, near_duplicates
from tinykd.screening.sounds import sound_findings
from tinykd.screening.teacher import TeacherCheck, fault_of, teacher_findings
from tinykd.training.yardstick import yardstick

_STEPS = 3


@dataclass(frozen=True)
class Screened:
    """``data`` is None where it cannot be read; ``embedded`` and ``simple`` as well then."""

    findings: tuple[ScreeningFinding, ...]
    data: Dataset | None = None
    embedded: SampleEmbedding | None = None
    simple: dict[str, Any] | None = None  # the yardstick's scores

    @property
    def faults(self) -> int:
        """How many findings keep anything from being trained."""
        return sum(each.level == "fault" for each in self.findings)

    def to_json(self) -> dict[str, Any]:
        """As ``--json`` prints it."""
        found = [each.to_json() for each in self.findings]
        return {
            "findings": found,
            "data": None if self.data is None else summary(self.data),
            "yardstick": self.simple,
        }


def screen(project: Project, root: Path, progress: Progress, ask_teacher: bool = True) -> Screened:
    """Read the data, look at it, and at teachers from files; ``root``: of relative paths."""
    folder = local_path(root, project.data.source)
    with noting_files() as opened:
        try:
            data = project_dataset(project, root)
        except DataError as error:
            return Screened(worst_first(_unread(error, project, folder, progress, opened)))
    found = [ScreeningFinding("note", "data", note) for note in data.notes]
    if folder.is_dir() and not is_function(project.data.source):
        found += file_findings(folder, Kinds.of(project), progress, opened)
    with progress.task("look at the samples", _STEPS) as task:
        embedded = embed(data)
        task.advance(1, "neighbours")
        found += sample_findings(data, embedded)
        task.advance(1, "a simple model")
        simple = yardstick(data)
        task.advance(1)
    if ask_teacher:
        found += teacher_findings(TeacherCheck(project, data, root, simple), progress)
    shown = simple.to_json(data, project.anomaly.false_alarms) if simple else None
    return Screened(worst_first(found), data, embedded, shown)


def sample_findings(data: Dataset, embedded: SampleEmbedding) -> list[ScreeningFinding]:
    """What the samples alone show."""
    return [
        *near_duplicates(data, embedded),
        *channel_findings(data),
        *image_findings(data),
        *sound_findings(data),
        *lonely_labels(data, embedded),
    ]


def _unread(
    error: DataError, project: Project, folder: Path, progress: Progress, opened: Opened
) -> list[ScreeningFinding]:
    """All files that cannot be read, or what is wrong with the whole."""
    faults: list[ScreeningFinding] = []
    if folder.is_dir() and not is_function(project.data.source):
        found = file_findings(folder, Kinds.of(project), progress, opened)
        faults = [each for each in found if each.level == "fault"]
    return faults or [fault_of(error, error.where)]
