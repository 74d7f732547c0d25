"""What the training process and its parent say to each other: one JSON object per line, both ways.

Parent to child: ``JobMessage``. Child to parent: ``Event``; ``Done``, ``Refused`` and ``Broken`` end a job.
"""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from tinykd import errors
from tinykd.engine.stage import Job, Stage
from tinykd.errors import UserError
from tinykd.project.schema import Project


class Message(BaseModel):
    """One line."""

    model_config = ConfigDict(frozen=True)


class JobMessage(Message):
    """Run ``function`` (``module:name``) on a job."""

    function: str
    project: Project
    root: Path
    out: Path
    inputs: dict[str, Path]
    board: str | None
    boards: tuple[str, ...]
    resume: Path | None = None

    @classmethod
    def of(cls, stage: Stage, job: Job) -> "JobMessage":
        """``job`` as a message; relative paths hold, since the child starts in the same folder."""
        return cls(
            function=stage.function,
            project=job.project,
            root=job.root,
            out=job.out,
            inputs=dict(job.inputs),
            board=job.board,
            boards=job.boards,
            resume=job.resume,
        )

    def job(self) -> Job:
        """The job as the stage's function takes it."""
        name = self.function.partition(":")[2]
        return Job(
            name,
            self.project,
            self.root,
            self.out,
            self.inputs,
            self.board,
            self.boards,
            training=True,
            resume=self.resume,
        )


class TaskOpened(Message):
    """A bar begins; ``task`` numbers it."""

    event: Literal["task"] = "task"
    task: int
    label: str
    total: int


class Advanced(Message):
    """A bar moves."""

    event: Literal["advance"] = "advance"
    task: int
    steps: int
    metric: str


class TaskClosed(Message):
    """A bar ends."""

    event: Literal["closed"] = "closed"
    task: int


class Noted(Message):
    """A line worth keeping."""

    event: Literal["note"] = "note"
    text: str


class Done(Message):
    """The job is finished."""

    event: Literal["done"] = "done"


class Refused(Message):
    """The job ended with a ``UserError``."""

    event: Literal["refused"] = "refused"
    kind: str
    where: str
    found: str
    expected: str
    fix: str

    @classmethod
    def of(cls, error: UserError) -> "Refused":
        """``error`` in parts."""
        kind = type(error).__name__
        return cls(kind=kind, where=error.where, found=error.found, expected=error.expected, fix=error.fix)

    def error(self) -> UserError:
        """The error again, of the class it had."""
        kind: type[UserError] = getattr(errors, self.kind, UserError)
        return kind(self.where, self.found, self.expected, self.fix)


class Broken(Message):
    """The job ended with any other exception: a bug."""

    event: Literal["broken"] = "broken"
    traceback: str


Event = Annotated[
    TaskOpened | Advanced | TaskClosed | Noted | Done | Refused | Broken, Field(discriminator="event")
]
EVENT: TypeAdapter[Event] = TypeAdapter(Event)
