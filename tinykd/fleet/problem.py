"""A mistake in a fleet's file, as pydantic found it, in one line that says what to write."""

import difflib
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from tinykd.errors import ConfigError
from tinykd.fleet.schema import FleetBoard, FleetFile, FleetSection

_WANTED = {
    "string_type": "a text in quotes",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "tuple_type": 'a list such as ["a", "b"]',
    "model_type": "a section of keys",
    "dict_type": "sections such as [board.host]",
}


def fleet_problem(path: Path, error: ValidationError) -> ConfigError:
    """The first mistake, an unknown key before one that is missing, since it may be the same."""
    first = min(error.errors(), key=lambda each: each["type"] != "extra_forbidden")
    keys = [str(part) for part in first["loc"] if isinstance(part, str) and part != "[key]"]
    where = f"{path}: {_dotted(keys)}"
    match first["type"]:
        case "extra_forbidden":
            return _unknown(where, keys)
        case "missing":
            return _missing(where, keys)
        case "literal_error":
            return ConfigError(where, f"{first['input']!r} is not allowed", str(first["ctx"]["expected"]))
        case "string_pattern_mismatch" if keys[0] == "board" and len(keys) == 2:
            return ConfigError(where, "cannot be a board's name", "letters, digits and _ . + -")
        case _:
            return _other(where, first)


def _other(where: str, first: ErrorDetails) -> ConfigError:
    shown = "" if isinstance(first["input"], dict) else f"{first['input']!r} is not allowed"
    text = first["msg"].removeprefix("Input should be ")
    wanted = _WANTED.get(first["type"], text[:1].lower() + text[1:])
    return ConfigError(where, shown or "is not allowed", wanted)


def _dotted(keys: list[str]) -> str:
    """``["board", "uno", "prt"]`` as ``[board.uno] prt``."""
    if not keys:
        return "the file"
    depth = 2 if keys[0] == "board" else 1
    return " ".join([f"[{'.'.join(keys[:depth])}]", *keys[depth:]])


def _unknown(where: str, keys: list[str]) -> ConfigError:
    model = FleetFile if len(keys) == 1 else FleetBoard if keys[0] == "board" else FleetSection
    known = list(model.model_fields)
    near = difflib.get_close_matches(keys[-1], known, n=1)
    return ConfigError(where, "unknown key", near[0] if near else "one of " + ", ".join(known))


def _missing(where: str, keys: list[str]) -> ConfigError:
    examples = {
        "fleet": '[fleet] with models = ["model.tflite"]',
        "board": "at least one [board.NAME], such as [board.host]",
        "models": 'such as models = ["model.tflite"]',
    }
    return ConfigError(where, "is missing", examples.get(keys[-1], ""))
