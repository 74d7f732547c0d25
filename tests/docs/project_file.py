"""What docs/project-file.md must say of each key: default and accepted values, told by the schema itself.

``python -m tests.docs.project_file`` brings the tables up to date and keeps the meanings.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from types import NoneType
from typing import Any, NamedTuple, get_args

from pydantic.fields import FieldInfo

from tinykd.project.schema import Project
from tinykd.project.values import SectionModel


class Row(NamedTuple):
    """The first three cells of a key's row; the fourth, its meaning, is written by hand."""

    key: str
    default: str
    accepts: str


def sections() -> Iterator[tuple[str, type[SectionModel]]]:
    """``("data", DataSection)`` and so on, in the order of the file."""
    for name, field in Project.model_fields.items():
        kinds = [kind for kind in get_args(field.annotation) or (field.annotation,) if kind is not NoneType]
        assert len(kinds) == 1 and issubclass(kinds[0], SectionModel)
        yield name, kinds[0]


def rows(section: type[SectionModel]) -> list[Row]:
    """The rows of one section's table."""
    properties = section.model_json_schema()["properties"]
    return [
        Row(f"`{key}`", _default(field), accepts(properties[key]))
        for key, field in section.model_fields.items()
    ]


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    if field.default is None:
        return "\N{EN DASH}"
    value = field.default
    if isinstance(value, tuple) and len(value) == 1:
        value = value[0]
    return f"`{json.dumps(value)}`"


def accepts(schema: dict[str, Any]) -> str:
    """``{"type": "number", "exclusiveMinimum": 0, "maximum": 10}`` as ``number, > 0, ≤ 10``."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        section = next(each for each in SectionModel.__subclasses__() if each.__name__ == name)
        return "table of " + ", ".join(f"`{key}`" for key in section.model_fields)
    if "anyOf" in schema:
        kinds = [accepts(each) for each in schema["anyOf"] if each.get("type") != "null"]
        return " or ".join(dict.fromkeys(kinds))
    if "const" in schema:
        return f"`{json.dumps(schema['const'])}`"
    if "enum" in schema:
        return ", ".join(f"`{json.dumps(each)}`" for each in schema["enum"])
    if schema["type"] == "array":
        return f"list of {accepts(schema['items'])}s"
    if schema["type"] == "object":
        return f"table of names, each with a {accepts(schema['additionalProperties'])}"
    words = {"string": "text", "boolean": "`true` or `false`"}
    signs = (("exclusiveMinimum", ">"), ("minimum", "≥"), ("exclusiveMaximum", "<"), ("maximum", "≤"))
    bounds = [f"{sign} {schema[key]:,.10g}" for key, sign in signs if key in schema]
    return ", ".join([words.get(schema["type"], schema["type"]), *bounds])


def document(text: str) -> str:
    """``text`` with its tables up to date; meanings are kept, lost keys go, new ones have no meaning yet."""
    head = text.partition("\n## [")[0]
    return head + "".join(_section(name, section, text) for name, section in sections())


def _section(name: str, section: type[SectionModel], text: str) -> str:
    _, _, rest = text.partition(f"\n## [{name}]\n")
    old = rest.partition("\n## [")[0]
    intro, _, table = old.partition("| key |")
    notes = table.partition("\n\n")[2]
    lines = [
        f"| {row.key} | {row.default} | {row.accepts} | {_meaning(row.key, table)} |" for row in rows(section)
    ]
    header = "| key | default | accepts | meaning |\n|---|---|---|---|\n"
    body = f"\n## [{name}]\n{intro or chr(10)}{header}" + "\n".join(lines) + "\n"
    return body + (f"\n{notes.rstrip()}\n" if notes.strip() else "")


def _meaning(key: str, table: str) -> str:
    row = next((line for line in table.splitlines() if line.startswith(f"| {key} |")), "")
    return "|".join(row.strip("|").split("|")[3:]).strip()


if __name__ == "__main__":
    path = Path("docs/project-file.md")
    path.write_text(document(path.read_text()))
