"""Reads ``tinykd.toml`` into a ``Project``; every mistake becomes one line that says what to type.

The value checks themselves live in ``schema``; this module only words them. Sources: TOML 1.0 (``tomllib``),
pydantic's error types (https://docs.pydantic.dev/latest/errors/validation_errors/).
"""

import difflib
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from tinykd.errors import ConfigError
from tinykd.project.former_keys import renamed
from tinykd.project.schema import Project
from tinykd.project.task import check_features, check_task

PROJECT_FILE = "tinykd.toml"
MAX_BYTES = 1 << 20


def load_project(path: Path, note: Callable[[str], None] | None = None) -> Project:
    """The project in file ``path`` (or in folder ``path``), or a ``ConfigError`` of one line.

    ``note`` receives one line where the file uses former names of keys.
    """
    path = project_file(path)
    file = renamed(_parse(path, _read(path)), path)
    try:
        project = Project.model_validate(file.values)
    except ValidationError as error:
        problems = [_problem(path, dict(each), file.former) for each in error.errors()]
        raise _first_of(problems) from None
    check_task(project, path)
    check_features(project, path)
    if note and (text := file.note(path)):
        note(text)
    return project


def project_file(path: Path) -> Path:
    """``path`` itself, or the ``tinykd.toml`` in it when it is a folder."""
    return path / PROJECT_FILE if path.is_dir() else path


def _read(path: Path) -> str:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise ConfigError(
            path, "no such file", "a project file", "Type `tinykd new demo` to make one"
        ) from None
    except OSError as error:
        raise ConfigError(path, f"cannot be read ({error.strerror})") from None
    if len(data) > MAX_BYTES:
        raise ConfigError(path, f"is {len(data)} bytes long", f"a project file of at most {MAX_BYTES} bytes")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ConfigError(
            path, f"line {line}: byte 0x{data[error.start]:02x} is not UTF-8", "UTF-8 text"
        ) from None


def _parse(path: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        reason, _, position = str(error).partition(" (at ")
        position = position.rstrip(")").replace("end of document", f"line {text.count(chr(10)) + 1}")
        raise ConfigError(path, f"{position}: {reason}", "TOML such as `epochs = 60`") from None
    except RecursionError:
        raise ConfigError(path, "is nested too deeply", "sections of plain keys") from None


def _first_of(problems: list[ConfigError]) -> ConfigError:
    first, more = problems[0], len(problems) - 1
    if not more:
        return first
    count = f"({more} more problem{'s' if more > 1 else ''} in this file)"
    return ConfigError(first.where, first.found, first.expected, f"{first.fix} {count}".strip())


def _problem(path: Path, error: Mapping[str, Any], former: Mapping[tuple[str, str], str]) -> ConfigError:
    location = [part for part in error["loc"] if isinstance(part, str)]
    old = former.get((location[0], location[1])) if len(location) == 2 else None
    where = (
        f"{path}: {_dotted([location[0], old])} (now {location[1]})"
        if old
        else f"{path}: {_dotted(location)}"
    )
    if error["type"] == "extra_forbidden":
        return _unknown(where, location)
    if error["type"] == "missing":
        return _missing(where, location)
    found = f"{_shown(error['input'])} {_wrong(error)}".lstrip()
    return ConfigError(where, found, _wanted(error), _fix(error))


def _dotted(location: list[str]) -> str:
    """``["distillation", "temprature"]`` as ``[distillation] temprature``."""
    return " ".join([f"[{location[0]}]", ".".join(location[1:])]).rstrip() if location else "the file"


def _unknown(where: str, location: list[str]) -> ConfigError:
    known = list(_fields_at(location[:-1]))
    near = difflib.get_close_matches(location[-1], known, n=1, cutoff=0.6)
    if len(location) == 1:
        wanted = f"[{near[0]}]" if near else "one of " + ", ".join(f"[{name}]" for name in known)
        return ConfigError(where, "unknown section", wanted)
    return ConfigError(where, "unknown key", near[0] if near else "one of " + ", ".join(known))


def _fields_at(location: list[str]) -> Mapping[str, Any]:
    model: type[BaseModel] = Project
    for name in location:
        model = _section_of(model.model_fields[name].annotation)
    return model.model_fields


def _section_of(annotation: Any) -> type[BaseModel]:
    """The section itself, or that of ``Section | None``."""
    kinds = (annotation, *get_args(annotation))
    return next(kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel))


_EXAMPLES = {"source": '"mine.npz"', "hop_ms": "20"}  # of keys that have no default


def _missing(where: str, location: list[str]) -> ConfigError:
    if location == ["project"]:
        return ConfigError(where, "section is missing", 'at least [project] with name = "my_model"')
    example = _EXAMPLES.get(location[-1], '"my_model"')
    return ConfigError(where, "key is missing", f"such as {location[-1]} = {example}")


def _shown(value: object) -> str:
    """A value as it would stand in TOML, shortened; a section is known by its name."""
    if isinstance(value, dict):
        return ""
    text = {True: "true", False: "false"}.get(value) if isinstance(value, bool) else None
    text = text or (f'"{value}"' if isinstance(value, str) else str(value))
    return text if len(text) <= 60 else text[:59] + "…"


def _wrong(error: Mapping[str, Any]) -> str:
    if error["type"] == "value_error":
        return str(error["ctx"]["error"]).partition("; ")[0]
    if error["type"].endswith(("_type", "_parsing")) or error["type"] == "int_from_float":
        return "has the wrong type"
    return "is not allowed"


_WANTED = {
    "string_type": "a text in quotes",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "tuple_type": 'a list such as ["a", "b"]',
    "model_type": "a section of keys",
    "literal_error": "{expected}",
    "greater_than": "more than {gt}",
    "greater_than_equal": "at least {ge}",
    "less_than": "less than {lt}",
    "less_than_equal": "at most {le}",
}


def _wanted(error: Mapping[str, Any]) -> str:
    context = dict(error.get("ctx", {}))
    if error["type"] == "value_error":
        return str(context["error"]).partition("; ")[2]
    if "expected" in context:
        context["expected"] = context["expected"].replace("'", '"')
    template = _WANTED.get(error["type"])
    return template.format(**context) if template else str(error["msg"])


def _fix(error: Mapping[str, Any]) -> str:
    if error["type"] != "literal_error" or not isinstance(error["input"], str):
        return ""
    choices = [word.strip("' ") for word in error["ctx"]["expected"].replace(" or ", ",").split(",")]
    near = difflib.get_close_matches(error["input"], choices, n=1)
    return f'Did you mean "{near[0]}"?' if near else ""
