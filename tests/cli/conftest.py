"""Running ``tinykd`` as a user does: a process with its own standard streams."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def tinykd(tmp_path: Path) -> Run:
    """``tinykd("boards", "--json")`` in an empty folder; standard output and error apart."""

    def run(*arguments: str, cwd: Path = tmp_path, **env: str) -> "subprocess.CompletedProcess[str]":
        environment = (
            os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "COLUMNS": "1000"} | env
        )
        return subprocess.run(
            [sys.executable, "-P", "-m", "tinykd", *arguments],
            cwd=cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run
