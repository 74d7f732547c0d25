"""Keys of the project file that belong to one task, or to one kind of features: refused with another."""

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
    ("gates", "f1"): ("detection", "multilabel"),
    ("gates", "mean_ap"): ("multilabel",),
    ("gates", "misses"): ("classification", "anomaly"),
    ("gates", "false_alarms_per_hour"): ("classification", "anomaly"),
    ("anomaly", "false_alarms"): ("anomaly",),
    **{("detection", key): ("detection",) for key in ("head", "stride", "background", "mosaic")},
    ("distillation", "method"): _CLASSES,
    ("distillation", "label_smoothing"): _CLASSES,
}


_OF_LOG_MEL = ("log_offset", "gain_db", "snr_db")  # mean nothing to the micro frontend


def check_task(project: Project, path: Path) -> None:
    """Refuse a key that was given and means nothing for ``project``'s task."""
    for (section, key), tasks in _OF_TASKS.items():
        part: Any = getattr(project, section)
        if key in part.model_fields_set and project.project.task not in tasks:
            wanted = f'[project] task = "{tasks[0]}", or no {key}'
            found = f'is for {" or ".join(tasks)} and the task is "{project.project.task}"'
            raise ConfigError(f"{path}: [{section}] {key}", found, wanted)


def check_features(project: Project, path: Path) -> None:
    """Refuse a key of ``[audio]`` that was given and means nothing for its features."""
    audio = project.audio
    for key in _OF_LOG_MEL:
        if key in audio.model_fields_set and audio.features == "micro_frontend":
            wanted = f'features = "log_mel", or no {key}'
            found = f'is for log-mel features and features is "{audio.features}"'
            raise ConfigError(f"{path}: [audio] {key}", found, wanted)
