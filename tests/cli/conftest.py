"""Running ``tinykd`` as a user does: a process with its own standard streams."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

_SO_FAR = re.compile(r"^  .+ so far\n", re.MULTILINE)
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def tinykd(tmp_path: Path) -> Run:
    """``tinykd("boards", "--json")`` in an empty folder; standard output and error apart.

    Without the lines that a busy machine adds, that something goes on.
    """

    def run(*arguments: str, cwd: Path = tmp_path, **env: str) -> "subprocess.CompletedProcess[str]":
        environment = (
            os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "COLUMNS": "1000"} | env
        )
        done = subprocess.run(
            [sys.executable, "-P", "-m", "tinykd", *arguments],
            cwd=cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        done.stderr = _SO_FAR.sub("", done.stderr)
        return done

    return run
