"""What a worker is told: one JSON document on its command's standard input."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict

from tinykd.project.schema import Project
from tinykd.search.record import Pace
from tinykd.search.study import Sampling, StudyPlace
from tinykd.search.trials import Until


class WorkOrder(BaseModel):
    """Paths are those of the worker's machine."""

    model_config = ConfigDict(frozen=True)

    project: str  # as JSON
    root: Path
    train: Path  # the folder of the teacher's answers
    url: str
    study: str
    seed: int  # of the sampler: another one for each worker
    trials: int
    deadline: float | None = None

    def settings(self) -> Project:
        """The project, its student as it stands in the file."""
        project = Project.model_validate_json(self.project, strict=False)
        student = project.student.resolved(self.root, project.student.width, project.student.depth)
        fitted = student.model_copy(update={"fit": project.student.fit})
        fitted._root = self.root
        return project.model_copy(update={"student": fitted})

    def place(self) -> StudyPlace:
        """Of the study."""
        return StudyPlace(self.url, self.study)

    def until(self) -> Until:
        """When to end."""
        return Until(self.trials, self.deadline)


def sampling_of(project: Project, seed: int) -> Sampling:
    """As ``[search]`` says."""
    from tinykd.project.search import SearchSection

    section = project.search or SearchSection()
    return Sampling(section.sampler, seed, Pace(section.epochs, section.reduction))
