"""``[teacher] range`` and ``[teacher] classes``: one value for all teachers, or a list with one for each."""

from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

GIVEN = ("normalised", "measured", "imagenet")  # how a teacher may want its samples, beside a range


def _listed(value: Any) -> Any:
    """Tuples, however deep, as TOML and JSON have them."""
    return [_listed(each) for each in value] if isinstance(value, list | tuple) else value


def _takes(value: Any) -> Any:
    """One range for all teachers, or a list with one for each, as a tuple."""
    value = _listed(value)
    if value == []:
        return ()
    whole = [value] if _is_taken(value) else value
    if not isinstance(whole, list) or not whole or not all(map(_is_taken, whole)):
        names = ", ".join(f'"{name}"' for name in GIVEN)
        raise ValueError(f"is no range; lower and upper end such as [0, 255], or one of {names}")
    return tuple(each if isinstance(each, str) else tuple(map(float, each)) for each in whole)


def _is_taken(value: Any) -> bool:
    if isinstance(value, str):
        return value in GIVEN
    if not isinstance(value, list) or len(value) != 2:
        return False
    numbers = all(isinstance(each, int | float) and not isinstance(each, bool) for each in value)
    return numbers and float("-inf") < value[0] < value[1] < float("inf")


def _orders(value: Any) -> Any:
    """The classes of all teachers, or a list of lists with those of each, as a tuple of tuples."""
    value = _listed(value)
    if value == []:
        return ()
    whole = [value] if isinstance(value, list) and all(isinstance(each, str) for each in value) else value
    if not isinstance(whole, list) or not whole or not all(map(_is_order, whole)):
        raise ValueError('is no list of classes; each once, such as ["no", "yes"]')
    return tuple(map(tuple, whole))


def _is_order(value: Any) -> bool:
    texts = isinstance(value, list) and all(isinstance(each, str) for each in value)
    return texts and len(set(value)) == len(value) > 1


Takes = tuple[float, float] | str  # [low, high], or one of GIVEN
TakesOfModels = Annotated[
    tuple[Any, ...],
    BeforeValidator(_takes),
    WithJsonSchema({"anyOf": [{"type": "array", "items": {"type": "number"}}, {"enum": list(GIVEN)}]}),
]
OrderOfModels = Annotated[
    tuple[tuple[str, ...], ...],
    BeforeValidator(_orders),
    WithJsonSchema({"type": "array", "items": {"type": "string"}}),
]
