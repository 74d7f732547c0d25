"""The page of verbs: what ``tinykd VERB --help`` says, from the same place."""

import re
from typing import Any

import typer

from tinykd.cli.app import load_verbs

EVERYWHERE = ("as_json", "quiet", "verbose")  # described at the top of the page


def verbs_page() -> str:
    """One section per verb, in the order of ``tinykd --help``."""
    group: Any = typer.main.get_command(load_verbs())
    return "\n".join(_verb(name, command) for name, command in group.commands.items() if not command.hidden)


def _verb(name: str, command: Any) -> str:
    arguments = [param for param in command.params if param.param_type_name == "argument"]
    options = [param for param in command.params if param.param_type_name == "option"]
    options = [option for option in options if not option.hidden and option.name not in EVERYWHERE]
    usage = " ".join([f"tinykd {name}", *map(_placeholder, arguments), "[options]"])
    rows = [*map(_argument, arguments), *map(_option, options)]
    table = "\n".join(["| argument or option | | default |", "|---|---|---|", *rows])
    return f"## {name}\n\n{_help(command.help)}\n\n```sh\n{usage}\n```\n\n{table}\n"


def _help(text: str | None) -> str:
    """Paragraphs of command lines become blocks of code."""
    paragraphs = (text or "").replace("\b\n", "").split("\n\n")
    return "\n\n".join(_paragraph(paragraph.strip("\n")) for paragraph in paragraphs)


def _paragraph(text: str) -> str:
    lines = [line.strip() for line in text.splitlines()]
    if lines and all(re.match(r"(tinykd|make|pio|cd) ", line) for line in lines):
        return "\n".join(["```sh", *lines, "```"])
    return _text(text)


def _name(argument: Any) -> str:
    return str(argument.metavar or argument.name).upper()


def _placeholder(argument: Any) -> str:
    name = _name(argument)
    return name if argument.required else f"[{name}]"


def _argument(argument: Any) -> str:
    return f"| `{_name(argument)}` | {_cell(argument.help)} | {_default(argument)} |"


def _option(option: Any) -> str:
    names = "<br>".join(f"`{name}`" for name in [*option.opts, *option.secondary_opts])
    choices = getattr(option.type, "choices", ())
    values = f" One of {', '.join(f'`{choice}`' for choice in choices)}." if choices else ""
    return f"| {names} | {_cell(option.help)}{values} | {_default(option)} |"


def _default(param: Any) -> str:
    if param.required:
        return "required"
    if isinstance(param.show_default, str):
        return _cell(param.show_default)
    plain = param.default
    return f"`{plain}`" if isinstance(plain, (str, int, float)) and plain not in ("", False, True) else ""


def _cell(text: str | None) -> str:
    return re.sub(r"\s+", " ", _text(text)).replace("|", "\\|")


def _text(text: str | None) -> str:
    """Rich's markup taken out; what looks like HTML stays text."""
    plain = re.sub(r"(?<!\\)\[/?(?:bold|italic|dim|cyan|green|red)[^\]]*\]", "", text or "")
    plain = plain.replace("\\[", "[").replace("\b\n", "")
    return re.sub(r"<(?=[a-z/])", "&lt;", plain)
