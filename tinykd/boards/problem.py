"""A mistake in a board's TOML, as pydantic found it, in one line that says what to write."""

import difflib
from pathlib import Path

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from tinykd.boards.model import Board, NativeProcess, PlatformIOTarget, QemuMachine, TflmPort
from tinykd.errors import ConfigError

_RUNS: dict[str, type[BaseModel]] = {
    "qemu": QemuMachine,
    "host": NativeProcess,
    "platformio": PlatformIOTarget,
}


def board_problem(path: Path, error: ValidationError, within: str = "") -> ConfigError:
    """The first mistake in ``path``, an unknown key before one that is missing, since it may be the same;
    ``within`` is the variant that it was found in."""
    first = min(error.errors(), key=lambda each: each["type"] != "extra_forbidden")
    keys = [str(part) for part in first["loc"] if part not in _RUNS]
    key = ".".join([within, *keys] if within else keys)
    where = f"{path}: {key or 'the file'}"
    match first["type"]:
        case "extra_forbidden":
            return _unknown(where, keys, first["loc"])
        case "missing":
            return ConfigError(where, "key is missing")
        case "union_tag_invalid" | "union_tag_not_found":
            return ConfigError(f"{where}.kind", "no such kind of board", ", ".join(_RUNS))
        case "model_attributes_type" | "model_type" | "dict_type":
            return ConfigError(where, "is no table", f"[{key}]")
        case "literal_error":
            return _no_choice(where, first)
        case _:
            return ConfigError(where, first["msg"].removeprefix("Value error, "))


def _unknown(where: str, keys: list[str], loc: tuple[int | str, ...]) -> ConfigError:
    """Refused with the nearest key of the same table, or with the table that it belongs to."""
    known, key = _keys_of(loc), keys[-1]
    near = difflib.get_close_matches(key, known, n=1)
    elsewhere = [f"[{table}] {key}" for table, model in _tables() if key in model.model_fields]
    expected = near[0] if near else (elsewhere[0] if elsewhere else "one of " + ", ".join(known))
    return ConfigError(where, "unknown key", expected)


def _tables() -> tuple[tuple[str, type[BaseModel]], ...]:
    return (("run", PlatformIOTarget), ("run", QemuMachine), ("tflm", TflmPort))


def _keys_of(loc: tuple[int | str, ...]) -> list[str]:
    if loc[0] == "run" and len(loc) > 2:
        return sorted(_RUNS[str(loc[1])].model_fields)
    if loc[0] == "tflm" and len(loc) > 1:
        return sorted(TflmPort.model_fields)
    return sorted({*Board.model_fields, "variant"} - {"name"})


def _no_choice(where: str, error: ErrorDetails) -> ConfigError:
    """A word that is not one of a few: all of them, the nearest first."""
    allowed = error["ctx"]["expected"].replace("'", "").replace(" or ", ", ").split(", ")
    near = difflib.get_close_matches(str(error["input"]), allowed, n=1)
    expected = near[0] if near else "one of " + ", ".join(allowed)
    return ConfigError(where, f'"{error["input"]}" is none that is known', expected)
