"""Runs a compiler or make: no shell, no network asked for, its output in a log, its failure in one line."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tinykd.errors import ToolError

_TELLING = re.compile(
    r"\berror\b|undefined reference|overflowed|multiple definition|no rule to make|unsupported|\*\*\* \S",
    re.IGNORECASE,
)


def find_tool(name: str, fix: str) -> str:
    """The full path of the program ``name``; a ``ToolError`` with ``fix`` when it is missing."""
    path = shutil.which(name)
    if path is None:
        raise ToolError(name, "not found", "it on the PATH", fix)
    return path


def run_tool(command: list[str], log: Path, extra: Mapping[str, str], timeout_s: float) -> str:
    """Run ``command`` with its output in ``log``, and return the output; ``ToolError`` when it fails."""
    environment = {**os.environ, "LC_ALL": "C", "SOURCE_DATE_EPOCH": "0", **extra}
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as file:
        try:
            code = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                env=environment,
                timeout=timeout_s,
                check=False,
            ).returncode
        except subprocess.TimeoutExpired:
            raise ToolError(command[0], f"did not end within {timeout_s:g} s", fix=f"See {log}") from None
    output = log.read_text(encoding="utf-8", errors="replace")
    if code != 0:
        raise ToolError(Path(command[0]).name, telling_line(output), fix=f"The whole output is in {log}")
    return output


def telling_line(output: str) -> str:
    """The line that says best what went wrong: the first that names an error, or the last one."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return next(
        (line for line in lines if _TELLING.search(line)), lines[-1] if lines else "failed and said nothing"
    )
