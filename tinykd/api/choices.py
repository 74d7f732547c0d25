"""Words that a caller chooses from."""

import difflib
from typing import get_args

from tinykd.api.errors import InputError
from tinykd.compiler.core import Optimize
from tinykd.graph.ends import Io

OPTIMIZE: tuple[str, ...] = get_args(Optimize)
IO: tuple[str, ...] = get_args(Io)
RUNTIMES = ("static", "tflm")


def choice(option: str, value: str, known: tuple[str, ...]) -> str:
    """``value``, or an error with the nearest of ``known``."""
    if value in known:
        return value
    near = difflib.get_close_matches(str(value), known, n=1)
    wanted = f'"{near[0]}"' if near else "one of " + ", ".join(f'"{word}"' for word in known)
    raise InputError(f'{option}="{value}"', "no such choice", wanted)
