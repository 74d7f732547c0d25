"""Runs a compiler, make or an uploader: no shell, its output in a log and line by line to whoever watches.

A failure is a ``ToolFailedError``, which says the line that tells most; what it means for this board is
``diagnose``'s and ``failures``' affair.
"""

import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any

from tinykd import workers
from tinykd.children import child, kill
from tinykd.errors import ToolError

Watcher = Callable[[str], None]  # is given each line, without its end
_TELLING = re.compile(
    r"\berror\b|undefined reference|overflowed|multiple definition|no rule to make|unsupported|\*\*\* \S",
    re.IGNORECASE,
)
_COLOR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


class ToolFailedError(ToolError):
    """A program that ended with an error; ``output`` is all that it printed."""

    def __init__(self, program: str, output: str, log: Path) -> None:
        self.output, self.log = output, log
        super().__init__(program, telling_line(output), fix=f"The whole output is in {log}")


def find_tool(name: str, fix: str) -> str:
    """The full path of the program ``name``, on the PATH or beside this Python; a ``ToolError`` with ``fix``
    when it is missing."""
    path = shutil.which(name) or shutil.which(name, path=str(Path(sys.executable).parent))
    if path is None:
        raise ToolError(name, "not found", "it on the PATH", fix)
    return path


def run_tool(
    command: list[str], log: Path, extra: Mapping[str, str], timeout_s: float, watch: Watcher | None = None
) -> str:
    """Run ``command`` with its output in ``log``, and return it; ``ToolFailedError`` when it fails."""
    environment = {**os.environ, "LC_ALL": "C", "SOURCE_DATE_EPOCH": "0", **extra}
    log.parent.mkdir(parents=True, exist_ok=True)
    late = threading.Event()
    how: dict[str, Any] = {
        "stderr": subprocess.STDOUT,
        "env": environment,
        "encoding": "utf-8",
        "errors": "replace",
    }
    with log.open("w", encoding="utf-8") as file, child(command, stdout=subprocess.PIPE, **how) as process:
        timer = threading.Timer(timeout_s, _end, (process, late))
        timer.start()
        try:
            assert process.stdout is not None
            _copy(process.stdout, file, watch)
            code = process.wait()
        finally:
            timer.cancel()
    workers.check()
    if late.is_set():
        raise ToolError(Path(command[0]).name, f"did not end within {timeout_s:g} s", fix=f"See {log}")
    output = log.read_text(encoding="utf-8", errors="replace")
    if code != 0:
        raise ToolFailedError(Path(command[0]).name, output, log)
    return output


def telling_line(output: str) -> str:
    """The line that says best what went wrong: the first that names an error, or the last one."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return next(
        (line for line in lines if _TELLING.search(line)), lines[-1] if lines else "failed and said nothing"
    )


def _end(process: "subprocess.Popen[str]", late: threading.Event) -> None:
    late.set()
    kill(process)


def _copy(output: IO[str], log: IO[str], watch: Watcher | None) -> None:
    """Carriage returns end a line too, as in the progress of an uploader."""
    for line in output:
        clean = _COLOR.sub("", line)
        log.write(clean)
        for part in clean.rstrip("\n").split("\r"):
            if watch and part.strip():
                watch(part.rstrip())
