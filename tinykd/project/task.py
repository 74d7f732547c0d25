"""Keys of the project file that belong to one task: refused where the task is another."""

from pathlib import Path
from typing import Any

from tinykd.errors import ConfigError
from tinykd.project.schema import Project
from tinykd.project.values import TaskName

_CLASSES: tuple[TaskName, ...] = ("classification",)
_OF_TASKS: dict[tuple[str, str], tuple[TaskName, ...]] = {
    ("data", "normal"): ("anomaly",),
    ("gates", "accuracy"): _CLASSES,
    ("gates", "balanced_accuracy"): _CLASSES,
    ("gates", "r2"): ("regression",),
    ("gates", "mae"): ("regression",),
    ("gates", "auc"): ("anomaly",),
    ("anomaly", "false_alarms"): ("anomaly",),
    ("distillation", "method"): _CLASSES,
    ("distillation", "label_smoothing"): _CLASSES,
}


def check_task(project: Project, path: Path) -> None:
    """Refuse a key that was given and means nothing for ``project``'s task."""
    for (section, key), tasks in _OF_TASKS.items():
        part: Any = getattr(project, section)
        if key in part.model_fields_set and project.project.task not in tasks:
            wanted = f'[project] task = "{tasks[0]}", or no {key}'
            found = f'is for {tasks[0]} and the task is "{project.project.task}"'
            raise ConfigError(f"{path}: [{section}] {key}", found, wanted)
