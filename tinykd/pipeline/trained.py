"""Whether there is a model to go on with: verbs that look at a board never train, they say what to type.

A model that the project file no longer describes is refused; one that another tinykd trained is as good as it
was, and is gone on with after a line.
"""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tinykd.engine.events import Reporter
from tinykd.engine.manifest import is_whole
from tinykd.engine.stage import Step
from tinykd.engine.workspace import Workspace
from tinykd.errors import ConfigError


@dataclass(frozen=True)
class TrainingState:
    """What is wrong with the finished training; empty: nothing."""

    stale: str = ""  # what changed in the project file or the user's data since
    older: str = ""  # what changed in tinykd since

    @classmethod
    def of(cls, space: Workspace, training: Sequence[Step]) -> "TrainingState":
        """``ConfigError`` where the training is not finished."""
        older = ""
        for step in training:
            if not is_whole(space.folder(step)):
                found = f"stage {step.label} is not finished, so there is no model yet"
                raise ConfigError(_project(space), found, "a trained one", f"Type `{_command(space)}` first")
            reason = space.reason(step)
            if reason and not space.only_code_changed(step):
                return cls(stale=f"{reason} since the model was trained")
            older = older or reason or ""
        return cls(older=older)

    def refuse(self, space: Workspace) -> None:
        """``ConfigError`` where the model is not the one that the project file describes."""
        if self.stale:
            fix = f"Type `{_command(space)}` to train it anew, or take the change back"
            raise ConfigError(_project(space), self.stale, "the model that the file describes", fix)

    def tell(self, space: Workspace, reporter: Reporter) -> None:
        """One line about a model that is gone on with."""
        anew = f"`{_command(space)}` trains it anew"
        if self.stale:
            reporter.note(f"this is the firmware of before: {self.stale}; {anew}")
        elif self.older:
            reporter.note(f"the model was trained by another version of tinykd ({self.older}); {anew}")


def _command(space: Workspace) -> str:
    """As it is typed in this folder."""
    is_here = space.root.resolve() == Path.cwd()
    return "tinykd run" if is_here else f"tinykd run {shlex.quote(str(space.root))}"


def _project(space: Workspace) -> str:
    return f"project {space.project.project.name}"
