"""Jinja as the firmware project uses it: strict, no surprises with white space, our filters."""

from functools import cache
from typing import Any

import jinja2

from tinykd.compiler.ctext import c_comment, c_float, c_string
from tinykd.paths import TEMPLATES


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    environment.filters.update(c_float=c_float, c_string=c_string, c_comment=c_comment)
    return environment


def render_template(path: str, facts: dict[str, Any]) -> str:
    """The template ``path`` (below templates/) filled with ``facts``."""
    return _environment().get_template(path).render(facts)
