"""Section ``[search]`` of the project file: what a study looks for, within which limits, among what."""

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, field_validator, model_validator

from tinykd.project.user_code import function_file
from tinykd.project.values import PositiveInt, SectionModel, check_distinct, list_of_texts

Objective = Literal["accuracy", "r2", "auc", "f1", "flash_bytes", "ram_bytes", "macs", "instructions", "ms"]
QUALITIES = ("accuracy", "r2", "auc", "f1")  # the larger the better; of all others the smaller
Value = int | float | str | bool | tuple[int, ...]  # of a key of the project file


def _plain(value: Any) -> Any:
    """TOML's lists, and lists in them, become tuples."""
    if not isinstance(value, list):
        return value
    return tuple(tuple(each) if isinstance(each, list) else each for each in value)


def _check_choices(choices: tuple[Value, ...]) -> tuple[Value, ...]:
    if not choices:
        raise ValueError("is empty; at least one value")
    if len(set(map(repr, choices))) != len(choices):
        raise ValueError("has a value twice; each value once")
    return choices


def _check_function(text: str) -> str:
    if function_file(text) is None:
        raise ValueError('names no function; such as "myspace:space"')
    return text


Objectives = Annotated[
    tuple[Objective, ...],
    BeforeValidator(list_of_texts),
    AfterValidator(check_distinct),
]
Choices = Annotated[
    tuple[Value, ...],
    BeforeValidator(_plain),
    AfterValidator(_check_choices),
    WithJsonSchema({"type": "array", "items": {"type": "value"}}),
]
FunctionName = Annotated[str, AfterValidator(_check_function)]


class RangeSection(SectionModel):
    """Numbers from ``low`` to ``high``, both included; ``step`` whole: whole numbers."""

    low: float
    high: float
    step: Annotated[float, Field(gt=0)] | None = None  # None: any number
    log: bool = False

    @model_validator(mode="after")
    def _is_range(self) -> Self:
        if not self.low < self.high:
            raise ValueError(f"has low = {self.low:g} and high = {self.high:g}; low below high")
        if self.log and (self.low <= 0 or self.step is not None):
            raise ValueError("is logarithmic with a step or a low of 0; low above 0 and no step")
        return self


class LimitsSection(SectionModel):
    """What a student may take at most; what is not given is not limited."""

    flash_bytes: PositiveInt | None = None  # weights and other constants; code comes on top
    ram_bytes: PositiveInt | None = None  # the arena
    macs: PositiveInt | None = None
    instructions: PositiveInt | None = None  # of one inference on ``board``, counted
    ms: Annotated[float, Field(gt=0)] | None = None  # of one inference on ``board``, measured


class SearchSection(SectionModel):
    """A study of students: each is built and compiled, those that fit are distilled for a short while."""

    objectives: Objectives | None = None  # None: the task's quality and flash_bytes
    limits: LimitsSection | None = None
    board: str | None = None  # that instructions or ms are counted on; None: the first of [target] that can
    space: dict[str, Choices | RangeSection] | None = None  # replaces single keys of the default space
    function: FunctionName | None = None  # "myspace:space": more keys, from a function (trial) -> dict
    trials: Annotated[int, Field(ge=1, le=100_000)] = 60
    epochs: Annotated[int, Field(ge=1, le=10_000)] = 27  # of a distillation that is not cut short
    reduction: Annotated[int, Field(ge=2, le=10)] = 3  # of those left at a rung, one in so many goes on
    sampler: Literal["tpe", "nsga2"] = "tpe"

    @field_validator("objectives")
    @classmethod
    def _one_quality(cls, value: tuple[Objective, ...] | None) -> tuple[Objective, ...] | None:
        found = [name for name in value or () if name in QUALITIES]
        if value is not None and len(found) != 1:
            named = " and ".join(f'"{name}"' for name in found) or "no quality"
            raise ValueError(f'names {named}; one of "accuracy", "r2", "auc", and costs beside it')
        return value
