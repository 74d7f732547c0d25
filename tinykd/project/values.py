"""Types that keys of several sections of the project file have, and how their values are checked."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from tinykd.project.names import name_problem, suggest_name


def list_of_texts(value: Any) -> Any:
    """TOML's lists become tuples; one text is a list of one."""
    if isinstance(value, str):
        return (value,)
    return tuple(value) if isinstance(value, list) else value


def only_list(value: Any) -> Any:
    """TOML's lists become tuples; all else stays, to be refused."""
    return tuple(value) if isinstance(value, list) else value


def _check_name(name: str) -> str:
    """Problem and remedy stand on both sides of ``"; "``, as ``load`` expects."""
    problem = name_problem(name)
    if problem:
        raise ValueError(f'{problem}; a lower-case C identifier such as "{suggest_name(name)}"')
    return name


def check_distinct(texts: tuple[str, ...]) -> tuple[str, ...]:
    """``ValueError`` where there is none, or one twice."""
    doubled = next((text for text in texts if texts.count(text) > 1), None)
    if doubled is not None:
        raise ValueError(f'names "{doubled}" twice; each name once')
    if not texts:
        raise ValueError("is empty; at least one name")
    return texts


TaskName = Literal["classification", "multilabel", "regression", "anomaly", "detection"]
PositiveInt = Annotated[int, Field(gt=0)]
ProjectName = Annotated[str, AfterValidator(_check_name)]
Names = Annotated[tuple[str, ...], BeforeValidator(list_of_texts), AfterValidator(check_distinct)]
GroupNames = Annotated[tuple[str, ...], BeforeValidator(list_of_texts)]  # may be none


class SectionModel(BaseModel):
    """A part of the project file: immutable, unknown keys and loose types refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)
