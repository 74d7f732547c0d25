"""One candidate: values for the keys of a space as a trial of Optuna proposes them, and the project with
them.

Keys that a family has no use for (the kernel of ``mlp``) are not asked for, so the space is a tree.
Lists, which Optuna has no type for, are proposed as JSON.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from pydantic import ValidationError

from tinykd.errors import ConfigError, one_line
from tinykd.project.schema import Project
from tinykd.project.search import RangeSection, SearchSection, Value
from tinykd.project.user_code import UserFunction
from tinykd.search.space import MODEL, Dimension, Space, check_key, layout_for
from tinykd.student.build import adjustable

Values = dict[str, Value]  # by key of the project file
_SHAPE = ("width", "depth", "kernel", "stride")
_WANTED = "a function such as `def space(trial): return {'distillation.alpha': trial.suggest_float(...)}`"


class Proposing(Protocol):
    """A trial of Optuna, or what stands for one."""

    def suggest_categorical(self, name: str, choices: Any) -> Any: ...
    def suggest_float(
        self, name: str, low: float, high: float, *, step: Any = ..., log: bool = ...
    ) -> float: ...
    def suggest_int(self, name: str, low: int, high: int, *, step: int = ..., log: bool = ...) -> int: ...


class InvalidCandidateError(Exception):
    """Values that do not go together, as the project file's own rules say."""


def suggested(trial: Proposing, space: Space, project: Project, root: Path) -> Values:
    """Values for all keys that the trial's family has a use for."""
    values: Values = {}
    for key, dimension in space.items():
        if not _is_used(key, project, values, root):
            continue
        values[key] = _proposed(trial, key, dimension)
    section = project.search or SearchSection()
    if section.function is not None:
        values |= _from_function(trial, section.function, project, root)
    if MODEL in values and any(key.startswith("audio.") for key in space):
        values["audio.layout"] = layout_for(str(values[MODEL]))
    return values


def candidate(project: Project, values: Mapping[str, Value], root: Path) -> Project:
    """``project`` with ``values``; raises ``InvalidCandidateError`` where its rules forbid them together."""
    whole = json.loads(project.model_dump_json(exclude_unset=True))
    for key, value in values.items():
        section, _, name = key.partition(".")
        whole.setdefault(section, {})[name] = value
    whole.get("student", {}).pop("fit", None)
    try:
        made = Project.model_validate_json(json.dumps(whole), strict=False)
    except ValidationError as error:
        raise InvalidCandidateError(one_line(str(error.errors()[0]["msg"]), 200)) from None
    student = made.student.resolved(root, made.student.width, made.student.depth)
    return made.model_copy(update={"student": student})


def _is_used(key: str, project: Project, values: Values, root: Path) -> bool:
    """Whether the family that was chosen can be built with it."""
    section, _, name = key.partition(".")
    if section != "student" or name not in _SHAPE:
        return True
    chosen = project.student.model_copy(update={"model": values.get(MODEL, project.student.model)})
    return name in adjustable(chosen.resolved(root, None, None))


def _proposed(trial: Proposing, key: str, dimension: Dimension) -> Value:
    if not isinstance(dimension, RangeSection):
        return decoded(trial.suggest_categorical(key, [encoded(value) for value in dimension]))
    low, high, step = dimension.low, dimension.high, dimension.step
    if step is not None and all(each == int(each) for each in (low, high, step)):
        return trial.suggest_int(key, int(low), int(high), step=int(step))
    return trial.suggest_float(key, low, high, step=step, log=dimension.log)


def encoded(value: Value) -> int | float | str | bool:
    """A list as JSON."""
    return json.dumps(value) if isinstance(value, tuple) else value


def decoded(value: Any) -> Value:
    """What ``encoded`` was given."""
    if isinstance(value, str) and value.startswith("["):
        return tuple(json.loads(value))
    found: Value = value
    return found


def _from_function(trial: Proposing, text: str, project: Project, root: Path) -> Values:
    users = UserFunction(text, root, _WANTED, ConfigError)
    found = users.call(users.load(), trial)
    if not isinstance(found, dict):
        raise ConfigError(users.path, f"{users.name} returns {type(found).__name__}", _WANTED)
    for key in found:
        check_key(str(key), f"{users.path}: {users.name}", project)
    return {key: tuple(value) if isinstance(value, list) else value for key, value in found.items()}
