"""``"mymodels:student"``: a function in a Python file beside ``tinykd.toml``."""

import re

_FUNCTION = re.compile(r"([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*):([A-Za-z_]\w*)", re.ASCII)


def function_file(text: str) -> str | None:
    """The file that ``text`` names, ``"mymodels.py"`` or ``"a/b.py"``; None if it names no function."""
    match = _FUNCTION.fullmatch(text)
    return match[1].replace(".", "/") + ".py" if match else None
