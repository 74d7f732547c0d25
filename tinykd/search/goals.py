"""What a study optimizes and within which limits, in one place: names, directions, texts.

A quality (accuracy, R², AUC, F1) is that of the short distillation on validation, the larger the better; all
others are costs of one inference, known before any training.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from tinykd.errors import ConfigError
from tinykd.project.schema import Project
from tinykd.project.search import QUALITIES, LimitsSection, Objective, SearchSection
from tinykd.project.values import TaskName

if TYPE_CHECKING:
    from tinykd.boards import Board

OF_TASK: dict[TaskName, Objective] = {
    "classification": "accuracy",
    "multilabel": "f1",
    "regression": "r2",
    "anomaly": "auc",
    "detection": "f1",
}
ON_BOARD = ("instructions", "ms")
UNITS = {
    "accuracy": "accuracy",
    "r2": "R²",
    "auc": "AUC",
    "f1": "F1",
    "flash_bytes": "flash, bytes",
    "ram_bytes": "RAM, bytes",
    "macs": "MACs",
    "instructions": "instructions",
    "ms": "ms",
}


@dataclass(frozen=True)
class Goals:
    """``objectives``: the quality first. ``limits``: by the names of costs."""

    objectives: tuple[Objective, ...]
    limits: Mapping[str, float]
    board: str | None = None  # that is asked for instructions or ms

    @property
    def quality(self) -> Objective:
        """What is learnt for."""
        return self.objectives[0]

    @property
    def costs(self) -> tuple[Objective, ...]:
        """The objectives that are known without training."""
        return self.objectives[1:]

    @property
    def directions(self) -> list[Literal["maximize", "minimize"]]:
        """As Optuna names them, in the order of ``objectives``."""
        return ["maximize" if name in QUALITIES else "minimize" for name in self.objectives]

    def over(self, costs: Mapping[str, float]) -> dict[str, float]:
        """By limit: how far ``costs`` are above it, as a share of it; negative within."""
        return {name: costs[name] / limit - 1 for name, limit in self.limits.items() if name in costs}


def goals_of(project: Project, root: Path) -> Goals:
    """Of ``[search]``; limits that it does not give are those of ``[student] fit``."""
    section = project.search or SearchSection()
    quality = OF_TASK[project.project.task]
    objectives = section.objectives or (quality, "flash_bytes")
    named = next(name for name in objectives if name in QUALITIES)
    if named != quality:
        task = f'the task is "{project.project.task}"'
        raise ConfigError("[search] objectives", f'names "{named}" and {task}', f'"{quality}"')
    limits = dict(_limits(section.limits, project))
    wanted = [name for name in ON_BOARD if name in objectives or name in limits]
    board = _board(section, project, root, wanted).name if wanted else None
    return Goals((named, *(name for name in objectives if name != named)), limits, board)


def _limits(section: LimitsSection | None, project: Project) -> Iterator[tuple[str, float]]:
    for name in LimitsSection.model_fields:
        found = getattr(section, name) if section else None
        if found is None and project.student.fit is not None:
            found = getattr(project.student.fit, name, None)
        if found is not None:
            yield name, found


def _board(section: SearchSection, project: Project, root: Path, wanted: list[str]) -> "Board":
    """The one that counts what is wanted."""
    from tinykd.boards import load_board

    if len(wanted) > 1:
        raise ConfigError(
            "[search]", "instructions and ms", "one of them: a board counts the one or the other"
        )
    names = (section.board,) if section.board else project.target.board
    boards = [load_board(name, root, project.target.board) for name in names]
    found = [board for board in boards if _counts(board) == wanted[0]]
    if not found:
        example = "qemu-mps2-an386" if wanted[0] == "instructions" else "nucleo_f446re"
        text = f"{', '.join(names)} count{'s' if len(names) == 1 else ''} no {wanted[0]}"
        raise ConfigError("[search] board", text, f'a board that does, such as "{example}"')
    return found[0]


def _counts(board: "Board") -> str:
    """Emulated boards count instructions, whose time nobody knows; others measure."""
    return "instructions" if board.machine else "ms"
